"""A wish for a person becomes one ticket that holds what was told."""

from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from crm_bridge.conversations import service as conversations
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent, announce
from crm_bridge.tickets import service as tickets
from crm_bridge.tickets.models import Ticket
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import INTERNAL, given, make_conversation

PATH = "/internal/v1/conversations/cnv_1/handover"


async def ask(client: httpx.AsyncClient, reason: str, **changes: Any) -> httpx.Response:
    answers = [change.model_dump(mode="json") for change in given(changes)]
    return await client.post(PATH, json={"reason": reason, "answers": answers}, headers=INTERNAL)


async def stored(database: Database) -> list[Ticket]:
    async with database.reading() as session:
        return list((await session.scalars(select(Ticket))).all())


async def opened(database: Database) -> int:
    async with database.reading() as session:
        names = (await session.scalars(select(DomainEvent.name))).all()
    return names.count("ticket.opened")


async def test_the_ticket_holds_the_answers_of_this_turn_too(
    client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database, {"need": "chatbot", "industry": "retail"})
    answer = await ask(client, "asked", budget="declined", name="Jane Doe")
    assert answer.status_code == 200, answer.text
    (ticket,) = await stored(database)
    assert answer.json() == {"ticket": ticket.id, "staffed": False}
    assert ticket.subject == "Asked for a person: Jane Doe: Chatbot"
    assert ticket.body.splitlines() == [
        "Reason: asked",
        "Language: en",
        "What you need: Chatbot (“need in words”)",
        "Industry: Retail (“industry in words”)",
        "Budget: would not say (“budget in words”)",
        "Name: Jane Doe (“name in words”)",
    ]
    assert await opened(database) == 1


async def test_what_was_asked_in_vain_stands_in_the_ticket(
    client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database, {"need": "chatbot"})
    async with database.transaction() as session:
        row = await conversations.get(session, "cnv_1")
        row.state = {**row.state, "unanswered": ["Can I bring my dog?"]}
    await ask(client, "asked")
    (ticket,) = await stored(database)
    assert ticket.body.splitlines()[-1] == "Asked and not answered: “Can I bring my dog?”"


async def test_a_second_wish_brings_the_same_ticket_up_to_date(
    client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database)
    first = (await ask(client, "asked")).json()
    assert (await ask(client, "call_back")).json() == first
    (ticket,) = await stored(database)
    assert ticket.subject.startswith("Call back: ")
    assert ticket.contact_id is not None
    assert await opened(database) == 1


async def test_a_wish_after_the_ticket_was_closed_opens_it_again(
    client: httpx.AsyncClient, database: Database
) -> None:
    await make_conversation(database)
    ticket_id = (await ask(client, "asked")).json()["ticket"]
    async with database.transaction() as session:
        await tickets.update(session, ticket_id, {"status": "closed"}, now=NOW)
    assert (await ask(client, "asked")).json()["ticket"] == ticket_id
    (ticket,) = await stored(database)
    assert (ticket.status, ticket.closed_at) == ("open", None)
    assert await opened(database) == 2


async def test_a_wish_that_the_house_missed_gets_its_ticket_afterwards(
    app: FastAPI, database: Database
) -> None:
    await make_conversation(database)
    async with database.transaction() as session:
        data = {"conversation": "cnv_1", "reason": "asked"}
        announce(session, "conversation.handover_requested", data, now=NOW)
        announce(session, "conversation.handover_requested", data, now=NOW)
    while await app.state.dispatcher.deliver_due():
        pass
    (ticket,) = await stored(database)
    assert ticket.conversation_id == "cnv_1"
    assert await opened(database) == 1
