"""Webhooks in: only what its sender signed now, once, kept as it came before it is handled."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from crm_bridge.connectors.hubspot.signature import SIGNATURE, TIMESTAMP, signature
from crm_bridge.contacts.models import Contact
from crm_bridge.core.database import Database
from crm_bridge.core.sealed import Seal
from crm_bridge.sync import connections
from crm_bridge.sync.inbound import CrmReceived
from crm_bridge.sync.models import CrmLink
from crm_bridge.webhooks.sign import headers, new_secret
from tests.crm_bridge.calendars.places.serving import serving
from tests.crm_bridge.conftest import NOW
from tests.fake_hubspot import FakeHubSpot

SECRET = new_secret(b"0123456789abcdef0123456789abcdef")
BODY = json.dumps(
    {
        "type": "contacts.upserted",
        "records": [
            {
                "id": "77",
                "modified": "2026-03-11T08:59:00Z",
                "fields": {"name": "Ana Novak", "email": "ana@acme.si"},
            }
        ],
    }
).encode()


async def connected(app: FastAPI, system: str, **given: str) -> str:
    seal = Seal(app.state.settings.secret_key.get_secret_value())
    async with app.state.database.transaction() as session:
        row = await connections.connect(
            session,
            system,
            system=system,
            given=connections.credentials(system, given),
            seal=seal,
            now=NOW,
        )
        return f"/webhooks/in/{row.id}"


@pytest.fixture
async def path(app: FastAPI) -> AsyncIterator[str]:
    yield await connected(app, "webhook", url="http://127.0.0.1:9/", secret=SECRET)
    await app.state.crm_syncer.close()


def signed(body: bytes = BODY, *, seconds: int = 0, message_id: str = "msg_1") -> dict[str, str]:
    at = NOW + timedelta(seconds=seconds)
    return headers(SECRET, message_id=message_id, now=at, body=body)


async def stored(database: Database) -> list[CrmReceived]:
    async with database.reading() as session:
        return list((await session.scalars(select(CrmReceived))).all())


async def test_a_signed_webhook_is_kept_and_then_taken_over(
    app: FastAPI, client: httpx.AsyncClient, database: Database, path: str
) -> None:
    answer = await client.post(path, content=BODY, headers=signed())
    assert answer.status_code == 202
    (row,) = await stored(database)
    assert (row.body, row.handled_at) == (BODY.decode(), None)
    while await app.state.dispatcher.deliver_due():
        pass
    (row,) = await stored(database)
    assert row.handled_at is not None
    async with database.reading() as session:
        (person,) = (await session.scalars(select(Contact))).all()
        (link,) = (await session.scalars(select(CrmLink))).all()
    assert (person.name, link.external_id, link.next_at) == ("Ana Novak", "77", None)


async def test_what_is_old_future_tampered_or_unsigned_leaves_no_trace(
    client: httpx.AsyncClient, database: Database, path: str
) -> None:
    for given in (signed(seconds=-400), signed(seconds=400), signed(b"{}"), {}):
        answer = await client.post(path, content=BODY, headers=given)
        assert answer.status_code == 401
        assert answer.json()["code"] == "webhook_signature_refused"
    assert (await client.post("/webhooks/in/cnx_0", content=BODY)).status_code == 404
    assert await stored(database) == []


async def test_a_replayed_webhook_is_refused(
    client: httpx.AsyncClient, database: Database, path: str
) -> None:
    assert (await client.post(path, content=BODY, headers=signed())).status_code == 202
    again = await client.post(path, content=BODY, headers=signed(seconds=1))
    assert (again.status_code, again.json()["code"]) == (409, "webhook_replayed")
    assert len(await stored(database)) == 1


async def test_hubspot_names_a_record_that_is_then_read(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    fake = FakeHubSpot(lag_seconds=600)
    record_id = fake.put(firstname="Kari", lastname="Moe", email="kari@moe.no")
    with serving(fake.app) as url:
        path = await connected(app, "hubspot", url=url, access_token="t", client_secret="secret")
        events = [
            {"eventId": 1, "subscriptionType": "contact.creation", "objectId": int(record_id)}
        ]
        body = json.dumps(events).encode()
        timestamp = str(int(NOW.timestamp() * 1000))
        uri = f"http://bridge.test{path}"
        made = signature("secret", method="POST", uri=uri, body=body, timestamp=timestamp)
        given = {SIGNATURE: made, TIMESTAMP: timestamp}
        assert (await client.post(path, content=body, headers=given)).status_code == 202
        again = await client.post(path, content=body, headers=given)
        assert again.status_code == 409
        while await app.state.dispatcher.deliver_due():
            pass
        await app.state.crm_syncer.close()
    async with database.reading() as session:
        (person,) = (await session.scalars(select(Contact))).all()
    assert person.name == "Kari Moe"
