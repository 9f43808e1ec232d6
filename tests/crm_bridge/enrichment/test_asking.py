"""Registers in the chat's life: asked when they are named, in time or after it, and what they
say reaches the score; a sole trader's company goes with its person."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from crm_bridge.companies import service as companies
from crm_bridge.companies.models import Company
from crm_bridge.contacts import service as contacts
from crm_bridge.conversations import service as conversations
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import announce
from crm_bridge.durable.in_memory import Paused
from crm_bridge.enrichment import parts
from crm_bridge.enrichment.asking import Asking
from crm_bridge.privacy import service as privacy
from crm_bridge.scoring.models import ContactScore
from crm_bridge.settings import Enrichment, Settings
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.enrichment.outside import Outside, real
from tests.crm_bridge.records import INTERNAL, WHOLE, make_conversation

LOOKUP = "/internal/v1/conversations/cnv_1/lookup"
QUALIFY = "/internal/v1/conversations/cnv_1/qualify"
OURS = {**WHOLE, "company": "Sesam AS", "email": "jane@sesam.no", "company_size": "unknown"}
AS_OF_NORWAY = {"navn=": (200, real("no-search"))}  # Sesam AS has ten people


def asked_by(app: FastAPI, outside: Outside, *names: str) -> Asking:
    """The application asks these registers, and `outside` answers."""
    asking: Asking = app.state.asking
    settings = Enrichment(registers=",".join(names))
    asking.sources = tuple(parts.sources(settings, outside, app.state.clock))
    return asking


async def deliver(app: FastAPI) -> None:
    while await app.state.dispatcher.deliver_due():
        pass


async def company_of(database: Database) -> Company:
    async with database.reading() as session:
        contact = await contacts.claimed_contact(session, "cnv_1")
        assert contact is not None
        assert contact.company_id is not None
        return await companies.get(session, contact.company_id)


async def answered(app: FastAPI, database: Database) -> None:
    """The news of an answer, heard."""
    async with database.transaction() as session:
        announce(session, "conversation.answered", {"conversation": "cnv_1"}, now=NOW)
    await deliver(app)


async def test_nobody_is_asked_until_the_operator_names_them(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    asking: Asking = app.state.asking
    assert asking.sources == ()
    await make_conversation(database, answers=OURS)
    await client.post(LOOKUP, json={"email": "jane@sesam.no"}, headers=INTERNAL)
    await answered(app, database)
    assert app.state.durable.waiting == {}
    with pytest.raises(ValidationError):
        Enrichment(registers="NO, XX")


async def test_what_a_register_says_in_time_is_stored_and_counts(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database, answers=OURS)
    without = (await client.post(QUALIFY, headers=INTERNAL)).json()["score"]
    outside = Outside(dict(AS_OF_NORWAY))
    asked_by(app, outside, "NO")
    answer = await client.post(LOOKUP, json={"email": "jane@sesam.no"}, headers=INTERNAL)
    assert answer.json()["company_guess"] == "Sesam"
    company = await company_of(database)
    assert (company.employees_min, company.properties["legal name"]) == (10, "SESAM AS")
    stamp = company.provenance["employees_min"]
    assert stamp["by"] == "register:no_brreg"
    assert stamp["at"].startswith(NOW.date().isoformat())
    await deliver(app)
    async with database.reading() as session:
        row = await conversations.get(session, "cnv_1")
        contact = await contacts.claimed_contact(session, "cnv_1")
        assert contact is not None
        kept = await session.get(ContactScore, contact.id)
    assert row.score is not None
    assert row.score > without
    assert kept is not None
    assert kept.points == pytest.approx(row.score)
    again = (await client.post(QUALIFY, headers=INTERNAL)).json()
    assert again["score"] == row.score


async def test_the_question_is_the_same_whatever_is_stored(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    outside = Outside(dict(AS_OF_NORWAY))
    asked_by(app, outside, "NO")
    await client.post(LOOKUP, json={"email": "jane@sesam.no"}, headers=INTERNAL)
    await make_conversation(database, answers=OURS)
    for _ in range(2):
        await client.post(LOOKUP, json={"email": "jane@sesam.no"}, headers=INTERNAL)
    assert len(outside.asked) == 3


async def test_a_visitor_does_not_give_another_company_its_facts(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    async with database.transaction() as session:
        made = await companies.create(
            session, "Acme Norge", domains=["acme.no"], by="rep:1", now=NOW
        )
    await make_conversation(database, answers={**OURS, "email": "jane@acme.no"})
    asked_by(app, Outside(dict(AS_OF_NORWAY)), "NO")
    await client.post(LOOKUP, json={"email": "jane@acme.no"}, headers=INTERNAL)
    assert (await company_of(database)).id == made.id
    assert (await company_of(database)).employees_min is None


async def test_a_register_that_is_away_is_asked_after_the_chat_until_it_answers(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database, answers=OURS)
    outside = Outside()
    asked_by(app, outside, "NO")
    await client.post(LOOKUP, json={"email": "jane@sesam.no"}, headers=INTERNAL)
    await answered(app, database)
    ((key, waiting),) = app.state.durable.waiting.items()
    assert waiting.at >= NOW + timedelta(seconds=10)
    assert "sesam" not in str(waiting.data).lower()
    with pytest.raises(Paused):
        await app.state.durable.run_waiting(waiting.at)
    outside.says = dict(AS_OF_NORWAY)
    asked = len(outside.asked)
    for _ in range(2):  # begun again after its death, it asks once more and no more
        await app.state.durable.begin(waiting.name, key, waiting.data, line=key)
    assert len(outside.asked) == asked + 1
    assert (await company_of(database)).employees_min == 10
    await answered(app, database)
    assert app.state.durable.waiting == {}  # it was just asked


async def test_bought_data_comes_in_through_the_same_port(
    app: FastAPI, clock: Clock, database: Database
) -> None:
    told = {"name": "Acme Oy", "country": "FI", "staff": 42, "nace": "62.010"}
    outside = Outside({"seller.example": (200, told)})
    settings = Enrichment(sellers="tests.crm_bridge.enrichment.a_seller:make")
    app.state.asking.sources = tuple(parts.sources(settings, outside, clock))
    await make_conversation(database, answers={**OURS, "email": "jane@acme.fi"})
    await answered(app, database)
    await app.state.durable.run_waiting(NOW + timedelta(minutes=1))
    company = await company_of(database)
    assert (company.industry, company.employees_min) == ("62.010", 42)
    assert company.provenance["industry"]["by"] == "seller:example"


async def test_a_sole_traders_company_goes_with_its_person(
    app: FastAPI, settings: Settings, database: Database
) -> None:
    async with database.transaction() as session:
        values = {"properties": {companies.SOLE_TRADER: True}}
        made = await companies.create(
            session, "Ola Nordmann", values=values, by="import:x", now=NOW
        )
        values = {"name": "Ola", "emails": ["ola@nordmann.no"], "company_id": made.id}
        person = await contacts.create(session, values, by="import:x", now=NOW)
        await privacy.erase_contact(session, person.id, mail_folder=settings.var, now=NOW)
        assert await session.get(Company, made.id) is None
