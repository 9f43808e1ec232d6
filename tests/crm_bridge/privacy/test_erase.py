"""Erasing one person reaches every table and file, and nobody else."""

import logging
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from crm_bridge.chat import leaving
from crm_bridge.chat.models import Turn
from crm_bridge.contacts import proof
from crm_bridge.contacts import service as contacts
from crm_bridge.conversations import service as conversations
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Delivery, DomainEvent, Event
from crm_bridge.privacy import handlers, service
from crm_bridge.tickets.models import Ticket
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.privacy.person import (
    DOMAIN,
    EMAIL,
    NAME,
    TYPED,
    files_with,
    live_through_a_chat,
    only_booking,
    tables_with,
)
from tests.crm_bridge.records import INTERNAL, given, key_headers, make_contact, make_conversation

# Every table that is known to hold something of a person. One that a domain adds belongs
# here too, and into that domain's erase.
PERSONAL_TABLES = {
    "activity",
    "answer",
    "booking",
    "chat_event",
    "company",
    "company_domain",
    "consent",
    "contact",
    "contact_consent",
    "contact_email",
    "contact_phone",
    "conversation",
    "deal",
    "domain_event",
    "identity_claim",
    "ticket",
    "turn",
    "uploaded_file",
}
ERASE = "/internal/v1/conversations/cnv_1/erase"


@pytest.fixture(autouse=True)
def bots_that_forget(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No bot runs here: what they would be asked is kept."""
    asked: list[str] = []

    def forget(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url} {request.headers['authorization']}")
        return httpx.Response(204)

    handler = app.state.dispatcher._by_name["forget_tracker"]
    monkeypatch.setattr(handler, "_transport", httpx.MockTransport(forget))
    return asked


async def deliver(app: FastAPI) -> None:
    while await app.state.dispatcher.deliver_due():
        pass


async def test_after_an_erasure_no_table_file_or_log_knows_the_person(
    app: FastAPI,
    client: httpx.AsyncClient,
    database: Database,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    bots_that_forget: list[str],
) -> None:
    caplog.set_level(logging.DEBUG, logger="crm_bridge")
    await live_through_a_chat(app, client, database)
    assert await tables_with(database) >= PERSONAL_TABLES
    assert len(files_with(tmp_path)) >= 2  # the invites to the visitor and the advisor
    answer = await client.post(ERASE, headers=INTERNAL)
    assert answer.status_code == 204, answer.text
    await deliver(app)
    assert await tables_with(database) == set()
    assert files_with(tmp_path) == []
    assert NAME not in caplog.text
    assert EMAIL not in caplog.text.casefold()
    assert bots_that_forget == [
        "DELETE http://127.0.0.1:5005/webhooks/usher/conversations/cnv_1 Bearer test-internal-key"
    ]


@pytest.mark.parametrize("event", ["identity.code_wanted", "conversation.transcript_requested"])
async def test_mail_to_an_address_that_was_corrected_since_goes_too(
    app: FastAPI, client: httpx.AsyncClient, database: Database, tmp_path: Path, event: str
) -> None:
    mistyped = f"zdemka@{DOMAIN}"
    await make_conversation(database, {"need": "crm", "email": mistyped})
    async with database.transaction() as session:
        if event == "identity.code_wanted":
            await proof.begin(session, "cnv_1", mistyped, now=NOW)
        else:
            await leaving.ask_for_transcript(session, "cnv_1", now=NOW)
    await deliver(app)
    assert len(files_with(tmp_path, (mistyped,))) == 1
    later = NOW + timedelta(minutes=2)
    async with database.transaction() as session:
        corrected = given({"email": TYPED})
        await conversations.add_answers(session, "cnv_1", corrected, now=later)
        await contacts.claim(session, conversation_id="cnv_1", email=TYPED, now=later)
        if event == "identity.code_wanted":
            await proof.begin(session, "cnv_1", EMAIL, now=later)
    await client.post(ERASE, headers=INTERNAL)
    await deliver(app)
    assert files_with(tmp_path, (mistyped, EMAIL)) == []


async def test_a_coming_meeting_is_cancelled_and_its_time_is_free(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await live_through_a_chat(app, client, database)
    assert (await only_booking(database)).status == "booked"
    await client.post(ERASE, headers=INTERNAL)
    await deliver(app)
    assert (await only_booking(database)).status == "cancelled"


async def test_erasing_again_changes_nothing(
    app: FastAPI, client: httpx.AsyncClient, database: Database, tmp_path: Path
) -> None:
    await live_through_a_chat(app, client, database)
    for _ in range(2):
        async with database.transaction() as session:
            await service.erase_conversation(session, "cnv_1", mail_folder=tmp_path, now=NOW)
    assert await tables_with(database) == set()


async def test_others_keep_all_of_theirs(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await live_through_a_chat(app, client, database)
    other = {"need": "crm", "name": "Kari Nordmann", "email": "kari@bedrift.no", "company": "AS"}
    await make_conversation(database, other, conversation_id="cnv_2")
    theirs = ("Kari Nordmann", "bedrift.no")
    before = await tables_with(database, theirs)
    await client.post(ERASE, headers=INTERNAL)
    await deliver(app)
    assert await tables_with(database, theirs) == before != set()


async def test_a_known_contact_stays_when_an_unproved_visitor_asks(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    contact_id = await make_contact(database, name="Zdenka K.", emails=[EMAIL], owner="rep")
    await deliver(app)
    async with database.reading() as session:
        before = await contacts.get(session, contact_id)
    await live_through_a_chat(app, client, database)
    await client.post(ERASE, headers=INTERNAL)
    await deliver(app)
    async with database.reading() as session:
        after = await contacts.get(session, contact_id)
        assert (after.name, after.owner, after.updated_at) == (
            "Zdenka K.",
            "rep",
            before.updated_at,
        )
        ticket = (await session.scalars(select(Ticket))).one()
    assert (ticket.contact_id, ticket.conversation_id) == (contact_id, None)
    assert await tables_with(database, (NAME,)) == set()
    assert await tables_with(database, (EMAIL,)) == {"contact_email"}


async def test_another_visitors_claim_keeps_the_address_but_not_the_first_ones_words(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    await live_through_a_chat(app, client, database)
    await make_conversation(database, {"need": "crm", "email": EMAIL}, conversation_id="cnv_2")
    await client.post(ERASE, headers=INTERNAL)
    await deliver(app)
    assert await tables_with(database, (NAME, "40987654")) == set()
    async with database.reading() as session:
        (match,) = await contacts.find(session, email=EMAIL)
    assert match.contact.name is None
    assert match.contact.phones == []


async def test_a_rep_erases_a_contact_with_every_chat_of_it(
    app: FastAPI, client: httpx.AsyncClient, database: Database, tmp_path: Path
) -> None:
    await live_through_a_chat(app, client, database)
    await make_conversation(database, {"need": "crm", "email": EMAIL}, conversation_id="cnv_2")
    async with database.reading() as session:
        (match,) = await contacts.find(session, email=EMAIL)
    headers = await key_headers(database)
    answer = await client.delete(f"/api/v1/contacts/{match.contact.id}", headers=headers)
    assert answer.json() == {"conversations": 2, "deals": 1, "tickets": 1, "bookings": 1}
    assert await tables_with(database) == set()
    await deliver(app)
    assert files_with(tmp_path) == []


async def test_the_erasure_waits_for_the_bots_last_word(
    app: FastAPI, client: httpx.AsyncClient, database: Database, clock: Clock
) -> None:
    await make_conversation(database)
    async with database.transaction() as session:
        waiting = Turn(
            id="trn_1",
            conversation_id="cnv_1",
            number=1,
            utterance={},
            state="sent",
            due_at=NOW,
            created_at=NOW,
        )
        session.add(waiting)
    await client.post(ERASE, headers=INTERNAL)
    await deliver(app)
    assert "answer" in await tables_with(database, ("Jane Doe",))
    async with database.transaction() as session:
        (await session.get_one(Turn, "trn_1")).due_at = None
        for delivery in await session.scalars(select(Delivery)):
            delivery.next_at = app.state.clock.now()
    await deliver(app)
    assert await tables_with(database, ("Jane Doe",)) == set()


async def test_a_turn_that_hangs_holds_the_erasure_up_for_minutes_only(
    app: FastAPI, database: Database, tmp_path: Path
) -> None:
    await make_conversation(database)
    late = Clock(NOW + handlers.LONGEST_WAIT + timedelta(seconds=1))
    async with database.transaction() as session:
        session.add(
            Turn(
                id="trn_1",
                conversation_id="cnv_1",
                number=1,
                utterance={},
                state="sent",
                due_at=NOW,
                created_at=NOW,
            )
        )
        await service.request_erasure(session, "cnv_1", now=NOW)
    async with database.reading() as session:
        row = (await session.scalars(select(DomainEvent).order_by(DomainEvent.id.desc()))).first()
    assert row is not None
    eraser = handlers.EraseRequested(database, late, mail_folder=tmp_path)
    await eraser(Event(id=row.id, name=row.name, data=row.data, at=row.at))
    assert await tables_with(database, ("Jane Doe",)) == set()
