"""The look-up leaks nothing; derived values fill gaps and replace nothing that was given."""

import httpx
from fastapi import FastAPI
from sqlalchemy import event

from crm_bridge.contacts import service as contacts
from crm_bridge.core.database import Database
from tests.crm_bridge.conftest import INTERNAL_KEY, NOW
from tests.crm_bridge.records import make_contact

INTERNAL = {"Authorization": f"Bearer {INTERNAL_KEY}"}
LOOKUP = "/internal/v1/conversations/cnv_1/lookup"


async def test_the_look_up_needs_the_internal_key(client: httpx.AsyncClient) -> None:
    assert (await client.post(LOOKUP, json={"email": "jane@acme.io"})).status_code == 401


async def test_a_known_and_an_unknown_address_are_answered_alike_and_from_no_table(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await make_contact(database, name="Jane Doe", country="SI", emails=["jane@acme.io"])
    asked: list[str] = []
    engine = app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    known = await client.post(LOOKUP, json={"email": "jane@acme.io"}, headers=INTERNAL)
    unknown = await client.post(LOOKUP, json={"email": "nobody@acme.io"}, headers=INTERNAL)
    assert known.status_code == unknown.status_code == 200
    expected = {"kind": "business", "domain": "acme.io", "company_guess": "Acme", "country": None}
    assert known.json() == unknown.json() == expected
    assert asked == []


async def deliver(app: FastAPI) -> None:
    while await app.state.dispatcher.deliver_due():
        pass


async def test_a_new_contact_is_enriched_with_the_source_of_each_value(
    app: FastAPI, database: Database
) -> None:
    async with database.transaction() as session:
        made = await contacts.claim(
            session, conversation_id="cnv_gone", email="kari@bedrift.no", language="en", now=NOW
        )
    await deliver(app)
    async with database.reading() as session:
        row = await contacts.get(session, made.contact_id)
    assert (row.country, row.timezone, row.language) == ("NO", "Europe/Oslo", "en")
    assert row.provenance["country"]["by"] == "derived:domain"
    assert row.provenance["timezone"]["by"] == "derived:country"
    assert row.provenance["language"]["by"] == "conversation:cnv_gone"


async def test_a_stronger_sign_replaces_what_was_derived_and_never_what_was_given(
    app: FastAPI, database: Database
) -> None:
    given = await make_contact(database, country="PL", emails=["a@acme.no"])
    await deliver(app)
    async with database.transaction() as session:
        made = await contacts.claim(
            session, conversation_id="cnv_1", email="kari@bedrift.no", now=NOW
        )
    await deliver(app)
    async with database.transaction() as session:
        await contacts.claim(
            session, conversation_id="cnv_1", email="kari@bedrift.no", phone="+38640123456", now=NOW
        )
    await deliver(app)
    async with database.reading() as session:
        assert (await contacts.get(session, given)).country == "PL"
        row = await contacts.get(session, made.contact_id)
    assert (row.country, row.provenance["country"]["by"]) == ("SI", "derived:phone")


async def test_a_contact_that_is_gone_meanwhile_is_no_fault(
    app: FastAPI, database: Database
) -> None:
    contact_id = await make_contact(database)
    async with database.transaction() as session:
        await contacts.erase(session, [], contact_id)
    await deliver(app)
