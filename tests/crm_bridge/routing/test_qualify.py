"""The bridge decides the outcome from what it holds, and keeps one set of records."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from crm_bridge.activities.models import Activity
from crm_bridge.contacts import service as contacts
from crm_bridge.conversations import service as conversations
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent, announce
from crm_bridge.deals.models import Deal
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import INTERNAL, WHOLE, given, make_contact, make_conversation

PATH = "/internal/v1/conversations/cnv_1/qualify"


async def ask(
    client: httpx.AsyncClient, changes: dict[str, Any] | None = None, **headers: str
) -> httpx.Response:
    body = {"answers": [change.model_dump(mode="json") for change in given(changes or {})]}
    return await client.post(PATH, json=body, headers={**INTERNAL, **headers})


async def rows(database: Database, table: Any) -> list[Any]:
    async with database.reading() as session:
        return list((await session.scalars(select(table).order_by(table.id))).all())


async def named(database: Database, name: str) -> int:
    return sum(event.name == name for event in await rows(database, DomainEvent))


async def test_a_whole_interview_is_qualified_with_its_records(
    client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database)
    answer = await ask(client)
    assert answer.status_code == 200, answer.text
    view = answer.json()
    assert (view["outcome"], view["score"], view["route"]) == ("qualified", 80, "everyone")
    assert view["advisors"] == ["maja", "noam", "kari"]
    assert {"rule": "core_need", "points": 25, "because": "asks for one of our core services"} in (
        view["reasons"]
    )
    (deal,) = await rows(database, Deal)
    assert deal.id == view["deal"]
    assert (deal.name, deal.stage) == ("Acme Ltd: Chatbot", "new")
    assert (deal.amount_minor, deal.currency) == (1_250_000, "EUR")
    assert deal.contact_id is not None
    assert deal.company_id is not None
    (activity,) = await rows(database, Activity)
    assert activity.subject == "Interview: qualified, 80 points"
    assert "Team size: 25 (“company_size in words”)" in activity.body
    assert "+25 asks for one of our core services" in activity.body
    async with database.reading() as session:
        kept = await conversations.get(session, "cnv_1")
        assert (kept.outcome, kept.score, kept.deal_id) == ("qualified", 80, deal.id)
        assert (await contacts.get(session, deal.contact_id)).lifecycle_stage == "qualified"
    assert await named(database, "conversation.qualified") == 1
    assert await named(database, "deal.opened") == 1


async def test_asked_again_it_keeps_the_same_deal_and_says_nothing_twice(
    client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database)
    first, again = await ask(client), await ask(client)
    assert first.json() == again.json()
    for table in (Deal, Activity):
        assert len(await rows(database, table)) == 1
    assert await named(database, "conversation.qualified") == 1


async def test_asked_twice_at_the_same_moment_there_is_one_deal(
    client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database)
    answers = await asyncio.gather(*(ask(client) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await rows(database, Deal)) == len(await rows(database, Activity)) == 1


async def test_the_answers_of_the_running_turn_count_over_the_stored_ones(
    client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database, {"need": "chatbot"})
    view = (await ask(client, {**WHOLE, "need": "analytics"})).json()
    assert (view["outcome"], view["score"]) == ("qualified", 70)


async def test_an_interview_without_one_answer_is_a_fault_and_no_lead(
    client: httpx.AsyncClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await make_conversation(database, {})
    answer = await ask(client)
    assert (answer.status_code, answer.json()["code"]) == (409, "answers_missing")
    assert answer.json()["missing"][:2] == ["need", "industry"]
    assert await rows(database, Deal) == []
    assert "without one answer" in caplog.text


async def test_an_interview_that_ended_early_opens_no_qualified_deal(
    client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database, {k: v for k, v in WHOLE.items() if k != "name"})
    view = (await ask(client)).json()
    assert (view["outcome"], view["advisors"]) == ("call_back", [])
    (deal,) = await rows(database, Deal)
    assert deal.stage == "call_back"


async def test_a_later_answer_brings_the_same_deal_up_to_date(
    client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database)
    await ask(client)
    view = (await ask(client, {"budget": {"min": 100, "max": 200, "currency": "EUR"}})).json()
    assert (view["outcome"], view["deal"]) == ("not_fit", None)
    (deal,) = await rows(database, Deal)
    assert (deal.stage, deal.closed_at is not None) == ("lost", True)
    assert (await ask(client)).json()["outcome"] == "qualified"
    (deal,) = await rows(database, Deal)
    assert (deal.stage, deal.closed_at) == ("new", None)


async def test_who_is_no_fit_opens_no_deal(client: httpx.AsyncClient, database: Database) -> None:
    await make_conversation(database, {**WHOLE, "budget": {"max": 300, "currency": "EUR"}})
    assert (await ask(client)).json()["outcome"] == "not_fit"
    assert await rows(database, Deal) == []
    assert await named(database, "conversation.qualified") == 0


async def test_a_known_contact_that_is_only_claimed_keeps_its_stage(
    client: httpx.AsyncClient, database: Database
) -> None:
    contact_id = await make_contact(database, emails=["jane.doe@acme.io"])
    await make_conversation(database)
    await ask(client)
    async with database.reading() as session:
        contact = await contacts.get(session, contact_id)
    assert (contact.name, contact.lifecycle_stage, contact.updated_at) == ("Jane Doe", "lead", NOW)


async def test_nothing_personal_is_kept_of_somebody_who_has_not_agreed(
    client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database, {"need": "chatbot"}, consented_at=None, consent_required=True)
    assert (await ask(client, WHOLE)).json()["outcome"] == "qualified"
    (deal,), (activity,) = await rows(database, Deal), await rows(database, Activity)
    assert deal.name == "Website visitor: Chatbot"
    assert "Jane" not in activity.body
    assert "acme" not in activity.body.lower()


async def test_a_deal_learns_who_it_is_about_once_that_is_stored(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database, {"need": "chatbot"})
    await ask(client, WHOLE)
    async with database.transaction() as session:
        await conversations.add_answers(session, "cnv_1", given(WHOLE), now=NOW)
        made = await contacts.claim(
            session, conversation_id="cnv_1", email="jane.doe@acme.io", company="Acme", now=NOW
        )
    for _ in range(2):
        async with database.transaction() as session:
            announce(session, "conversation.answered", {"conversation": "cnv_1"}, now=NOW)
        while await app.state.dispatcher.deliver_due():
            pass
    (deal,) = await rows(database, Deal)
    assert deal.contact_id == made.contact_id
    assert deal.company_id is not None
    told = [one for one in await rows(database, DomainEvent) if one.name == "deal.changed"]
    assert [one.data["fields"] for one in told] == [["company_id", "contact_id"]], "once"


async def test_an_unknown_conversation_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await ask(client)
    assert answer.status_code == 404


async def test_the_internal_key_is_needed(client: httpx.AsyncClient) -> None:
    assert (await client.post(PATH, json={})).status_code == 401
