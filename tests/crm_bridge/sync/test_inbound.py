"""Webhooks in: only what its sender signed now, once, kept as it came before it is handled."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from crm_bridge.connectors.hubspot.signature import SIGNATURE, TIMESTAMP, signature
from crm_bridge.contacts.models import Contact
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import LEASE, Dispatcher, Event
from crm_bridge.core.sealed import Seal
from crm_bridge.privacy.service import erase_contact
from crm_bridge.sync import connections
from crm_bridge.sync.inbound import CrmReceived
from crm_bridge.sync.models import CrmLink
from crm_bridge.webhooks.sign import headers, new_secret
from tests.crm_bridge.calendars.places.serving import serving
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.privacy.person import tables_with
from tests.crm_bridge.records import key_headers, make_contact
from tests.fake_hubspot import FakeHubSpot

SECRET = new_secret(b"0123456789abcdef0123456789abcdef")


def told(name: str, *, minute: int = 59, **more: object) -> bytes:
    """A webhook that tells of the person with the id 77, as of a minute past eight."""
    fields = {"name": name, "email": "ana@acme.si"}
    record = {"id": "77", "modified": f"2026-03-11T08:{minute}:00Z", "fields": fields, **more}
    return json.dumps({"type": "contacts.upserted", "records": [record]}).encode()


BODY = told("Ana Novak")


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


async def test_a_replayed_webhook_is_refused_also_after_an_erasure(
    app: FastAPI, client: httpx.AsyncClient, database: Database, path: str
) -> None:
    assert (await client.post(path, content=BODY, headers=signed())).status_code == 202
    while await app.state.dispatcher.deliver_due():
        pass
    async with database.transaction() as session:
        (person,) = (await session.scalars(select(Contact))).all()
        await erase_contact(session, person.id, mail_folder=app.state.settings.var, now=NOW)
    assert [row.body for row in await stored(database)] == [""]
    again = await client.post(path, content=BODY, headers=signed())
    assert (again.status_code, again.json()["code"]) == (409, "webhook_replayed")


async def test_a_webhook_that_was_overtaken_changes_nothing(
    app: FastAPI, client: httpx.AsyncClient, database: Database, path: str
) -> None:
    """The sender's later word came first; so too after a push of ours, and a deletion."""
    heard = [
        (told("Ana Kovač", minute=30), "Ana Kovač"),
        (told("Ana Novak", minute=20), "Ana Kovač"),
        (told("Ana Zupan", minute=40), "Ana Zupan"),
        (told("Ana Zupan", minute=50, deleted=True), "Ana Zupan"),
        (told("Ana Novak", minute=45), "Ana Zupan"),
    ]
    for number, (body, name) in enumerate(heard):
        given = signed(body, message_id=f"msg_{number}")
        assert (await client.post(path, content=body, headers=given)).status_code == 202
        while await app.state.dispatcher.deliver_due():
            pass
        async with database.reading() as session:
            (person,) = (await session.scalars(select(Contact))).all()
            (link,) = (await session.scalars(select(CrmLink))).all()
        assert person.name == name
    assert link.state == "gone"


async def test_a_process_that_dies_over_a_webhook_loses_nothing(
    app: FastAPI, client: httpx.AsyncClient, database: Database, path: str
) -> None:
    async def dies(_event: Event) -> None:
        raise asyncio.CancelledError

    assert (await client.post(path, content=BODY, headers=signed())).status_code == 202
    dying = Dispatcher(database, Clock(NOW), {"crm.webhook_received": [("hear_crm", dies)]})
    with pytest.raises(asyncio.CancelledError):
        await dying.deliver_due()
    heard = {"crm.webhook_received": [("hear_crm", app.state.crm_syncer.on_received)]}
    next_one = Dispatcher(database, Clock(NOW + 2 * LEASE), heard)
    assert await next_one.deliver_due() == 1
    (row,) = await stored(database)
    assert row.handled_at is not None
    async with database.reading() as session:
        assert [one.name for one in (await session.scalars(select(Contact))).all()] == ["Ana Novak"]


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


async def test_what_waits_is_handled_without_a_person_who_was_erased_meanwhile(
    app: FastAPI, client: httpx.AsyncClient, database: Database, path: str
) -> None:
    headers = await key_headers(database)
    ana = await make_contact(database, emails=["ana@acme.si"], phones=["+38640123456"])
    said = json.loads(BODY)
    bor = {"name": "Bor Zupan", "email": "bor@acme.si", "phone": "041 555 666"}
    said["records"] += [
        {**said["records"][0], "id": "78", "fields": bor},
        {**said["records"][0], "id": "79", "fields": {"name": "A. N.", "phone": "040 123 456"}},
    ]
    body = json.dumps(said).encode()
    assert (await client.post(path, content=body, headers=signed(body))).status_code == 202
    erased = await client.delete(f"/api/v1/contacts/{ana}", headers=headers)
    assert erased.status_code == 200, erased.text
    (row,) = await stored(database)
    assert row.handled_at is None
    assert "ana" not in row.body.lower()
    assert "123" not in row.body
    assert await tables_with(database, ("ana@acme.si", "123 456", "38640123456")) == set()
    while await app.state.dispatcher.deliver_due():
        pass
    async with database.reading() as session:
        assert (await session.scalars(select(Contact.name))).all() == ["Bor Zupan"]
    again = await client.post(path, content=body, headers=signed(body))
    assert again.json()["code"] == "webhook_replayed"
