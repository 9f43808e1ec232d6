"""Deals over the public API."""

from typing import Any

import httpx
import pytest

from crm_bridge.core.database import Database
from tests.crm_bridge.records import key_headers, make_contact

BASE = "/api/v1/deals"


@pytest.fixture
async def api(client: httpx.AsyncClient, database: Database) -> httpx.AsyncClient:
    client.headers.update(await key_headers(database))
    return client


async def add(api: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await api.post(BASE, json={"name": "Acme", **values})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_deal_is_added_and_read_back(api: httpx.AsyncClient, database: Database) -> None:
    contact_id = await make_contact(database)
    made = await add(api, amount="12500.50", currency="EUR", contact_id=contact_id)
    assert (made["amount"], made["currency"], made["stage"]) == ("12500.50", "EUR", "new")
    assert (await api.get(f"{BASE}/{made['id']}")).json() == made
    found = (await api.get(BASE, params={"contact_id": contact_id})).json()
    assert [deal["id"] for deal in found["items"]] == [made["id"]]


async def test_a_change_moves_it_and_sets_what_was_sent(api: httpx.AsyncClient) -> None:
    made = await add(api, amount="10", currency="JPY", owner="ann")
    sent = {"stage": "won", "amount": None}
    changed = (await api.patch(f"{BASE}/{made['id']}", json=sent)).json()
    assert (changed["stage"], changed["amount"], changed["owner"]) == ("won", None, "ann")
    assert changed["closed_at"] is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stage": "nonsense"}, "deal_stage_unknown"),
        ({"contact_id": "con_none"}, "contact_unknown"),
        ({"company_id": "com_none"}, "company_unknown"),
        ({"amount": "-1", "currency": "EUR"}, "invalid"),
        ({"currency": "euro"}, "invalid"),
        ({"score": 99}, "invalid"),
    ],
)
async def test_a_wrong_change_is_refused(
    api: httpx.AsyncClient, changes: dict[str, Any], code: str
) -> None:
    made = await add(api)
    refused = await api.patch(f"{BASE}/{made['id']}", json=changes)
    assert refused.json()["code"] == code
    assert (await api.get(f"{BASE}/{made['id']}")).json() == made


async def test_filters_narrow_the_list(api: httpx.AsyncClient) -> None:
    await add(api, name="One", stage="proposal")
    await add(api, name="Two", owner="ann")
    names = [d["name"] for d in (await api.get(BASE, params={"owner": "ann"})).json()["items"]]
    assert names == ["Two"]
    assert (await api.get(BASE, params={"stage": "lost"})).json()["items"] == []


async def test_the_pipelines_are_listed_with_their_stages(api: httpx.AsyncClient) -> None:
    listed = (await api.get(f"{BASE}/pipelines")).json()
    assert [one["id"] for one in listed] == ["sales"]
    assert listed[0]["stages"][0] == {"id": "new", "state": "open"}
    assert listed[0]["stages"][-1] == {"id": "lost", "state": "lost"}
