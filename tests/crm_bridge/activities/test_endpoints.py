"""Activities over the public API."""

import httpx
import pytest

from crm_bridge.core.database import Database
from tests.crm_bridge.records import key_headers, make_contact

BASE = "/api/v1/activities"


@pytest.fixture
async def api(client: httpx.AsyncClient, database: Database) -> httpx.AsyncClient:
    client.headers.update(await key_headers(database))
    return client


async def test_a_call_is_logged_with_its_author_and_links(
    api: httpx.AsyncClient, database: Database
) -> None:
    contact_id = await make_contact(database)
    deal_id = (await api.post("/api/v1/deals", json={"name": "Acme"})).json()["id"]
    new = {
        "kind": "call",
        "subject": "Talked",
        "contact_id": contact_id,
        "deal_id": deal_id,
        "at": "2026-03-10T08:00:00+01:00",
    }
    made = (await api.post(BASE, json=new)).json()
    assert made["author"].startswith("api:key_")
    assert made["at"] == "2026-03-10T07:00:00Z"
    for query in ({"contact_id": contact_id}, {"deal_id": deal_id}, {"kind": "call"}):
        assert (await api.get(BASE, params=query)).json()["items"] == [made]
    assert (await api.get(BASE, params={"kind": "mail"})).json()["items"] == []


async def test_a_change_sets_what_was_sent(api: httpx.AsyncClient) -> None:
    made = (await api.post(BASE, json={"kind": "note", "subject": "A", "body": "b"})).json()
    changed = (await api.patch(f"{BASE}/{made['id']}", json={"subject": "B"})).json()
    assert changed == {**made, "subject": "B"}


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ({"kind": "fax", "subject": "x"}, "invalid"),
        ({"kind": "note", "subject": "x", "at": "2026-03-10T08:00:00"}, "invalid"),
        ({"kind": "note", "subject": "x", "contact_id": "con_none"}, "contact_unknown"),
        ({"kind": "note", "subject": "x", "deal_id": "dea_none"}, "deal_unknown"),
        ({"kind": "note", "subject": "x", "ticket_id": "tic_none"}, "ticket_unknown"),
    ],
)
async def test_a_wrong_activity_is_refused(
    api: httpx.AsyncClient, new: dict[str, str], code: str
) -> None:
    assert (await api.post(BASE, json=new)).json()["code"] == code
    assert (await api.get(BASE)).json()["items"] == []
