"""Tickets over the public API."""

import httpx
import pytest

from crm_bridge.core.database import Database
from tests.crm_bridge.records import key_headers, make_contact

BASE = "/api/v1/tickets"


@pytest.fixture
async def api(client: httpx.AsyncClient, database: Database) -> httpx.AsyncClient:
    client.headers.update(await key_headers(database))
    return client


async def test_a_ticket_is_opened_closed_and_opened_again(
    api: httpx.AsyncClient, database: Database
) -> None:
    contact_id = await make_contact(database)
    new = {"subject": "Call Jane", "body": "today", "contact_id": contact_id}
    made = (await api.post(BASE, json=new)).json()
    assert (made["status"], made["closed_at"]) == ("open", None)
    path = f"{BASE}/{made['id']}"
    closed = (await api.patch(path, json={"status": "closed", "owner": "ann"})).json()
    assert closed["closed_at"] is not None
    assert (await api.get(BASE, params={"status": "open"})).json()["items"] == []
    assert (await api.get(BASE, params={"owner": "ann"})).json()["items"] == [closed]
    opened = (await api.patch(path, json={"status": "pending"})).json()
    assert (opened["status"], opened["closed_at"]) == ("pending", None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "done"}, "invalid"),
        ({"subject": ""}, "invalid"),
        ({"contact_id": "con_none"}, "contact_unknown"),
    ],
)
async def test_a_wrong_change_is_refused(
    api: httpx.AsyncClient, changes: dict[str, str], code: str
) -> None:
    made = (await api.post(BASE, json={"subject": "Call"})).json()
    assert (await api.patch(f"{BASE}/{made['id']}", json=changes)).json()["code"] == code


async def test_an_unknown_ticket_is_a_problem(api: httpx.AsyncClient) -> None:
    assert (await api.get(f"{BASE}/tic_none")).json()["code"] == "ticket_unknown"
