"""Merges, codes, scores and suggestions keep nothing of a person who was erased."""

import httpx
from fastapi import FastAPI

from crm_bridge.companies import service as companies
from crm_bridge.companies.merging import COMPANIES
from crm_bridge.contacts import proof, service
from crm_bridge.contacts.merging import CONTACTS
from crm_bridge.contacts.models import ContactExternalId, DuplicateSuggestion
from crm_bridge.core.database import Base, Database
from crm_bridge.core.outbox import Delivery, announce
from crm_bridge.merging import merge as merging
from crm_bridge.scoring.service import give_points
from crm_bridge.sync.inbound import CrmReceived
from crm_bridge.sync.models import CrmConflict, CrmConnection, CrmLink, CrmPoison
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.privacy.person import tables_with
from tests.crm_bridge.privacy.test_erase import PERSONAL_TABLES
from tests.crm_bridge.records import key_headers, make_contact, make_conversation

PERSONAL = ("zdenka", "40987654", "kovaci")
KEPT_TABLES = {"contact_merge", "identity_proof", "points_given", "contact_external_id"}
ANSWERED = {"idempotency_key", "delivery"}
MERGED_COMPANIES = {"company_merge"}
SYNC_TABLES = {"crm_link", "crm_conflict", "crm_poison", "crm_received"}
# Tables that hold nobody's data, with what they hold instead. Whoever adds a table puts it here
# or into one of the tests that fill it with a person and look for them after the erasure.
NOBODYS = {
    "advisor": "the house's own people",
    "advisor_time": "times that are taken",
    "api_key": "keys",
    "booking_fellow": "ids; goes with the booking",
    "busy_bits": "bitmaps",
    "busy_interval": "times",
    "calendar_entry": "ids; goes with the booking",
    "chat_session": "ids; goes with the conversation",
    "claim": "times that are taken",
    "company_suggestion": "ids; goes with the company",
    "connected_calendar": "advisors' calendars",
    "console_sign_in": "reps",
    "console_user": "reps",
    "contact_score": "points; goes with the contact",
    "crm_connection": "CRMs",
    "crm_cursor": "where a pull stands",
    "deal_stage": "pipelines",
    "duplicate_suggestion": "ids; goes with the contact",
    "import_run": "names of files and counts",
    "ledger_line": "whose turn it was",
    "playbook_version": "what is asked",
    "property": "what may be known",
    "register_asked": "a hash; goes with the company",
    "sent_mail": "ids",
    "site": "websites",
    "turn_ledger": "whose turn it is",
    "webhook": "addresses of systems",
    "webhook_delivery": "ids; goes with the event",
}


def test_every_table_is_accounted_for() -> None:
    filled = PERSONAL_TABLES | KEPT_TABLES | SYNC_TABLES | MERGED_COMPANIES | ANSWERED
    assert filled | set(NOBODYS) == set(Base.metadata.tables)
    assert not filled & set(NOBODYS)


async def test_what_the_sync_knows_goes_also_of_those_who_were_merged(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    headers = await key_headers(database)
    kept = await make_contact(database, name="Zdenka K.", emails=["zdenka@kovaci.si"])
    gone = await make_contact(database, name="Zdenka", emails=["zdenka@gmail.com"])
    async with database.transaction() as session:
        await merging.merge(CONTACTS, session, kept, gone, by="rep:1", now=NOW)
        session.add(
            CrmConnection(id="crm_1", name="t", system="tryton", secret="x", created_at=NOW)
        )
        await session.flush()
        for at, contact in enumerate((kept, gone)):
            known = {"kind": "contact", "connection_id": "crm_1", "external_id": str(at)}
            base = {"name": "Zdenka K."}
            session.add(CrmLink(id=f"lnk_{at}", record_id=contact, base=base, **known))
            session.add(CrmPoison(record_id=contact, error="zdenka is no name", at=NOW, **known))
            session.add(
                CrmConflict(
                    id=f"cfl_{at}",
                    record_id=contact,
                    field="name",
                    values={"ours": "Zdenka"},
                    owner="newest",
                    digest=str(at),
                    at=NOW,
                    **known,
                )
            )
        session.add(
            CrmReceived(
                id="rcv_1",
                connection_id="crm_1",
                digest="d",
                body='{"name": "Zdenka"}',
                at=NOW,
                handled_at=NOW,
            )
        )
    assert await tables_with(database, PERSONAL) >= SYNC_TABLES
    erased = await client.delete(f"/api/v1/contacts/{kept}", headers=headers)
    assert erased.status_code == 200, erased.text
    assert await tables_with(database, PERSONAL) == set()


async def test_no_table_knows_a_person_who_was_merged_proved_and_scored(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    headers = await key_headers(database)
    kept = await make_contact(
        database, name="Zdenka K.", emails=["zdenka@kovaci.si"], phones=["+38640987654"]
    )
    gone = await make_contact(database, name="Zdenka Kovačič", emails=["zdenka@gmail.com"])
    other = await make_contact(database, name="Other", emails=["other@acme.io"])
    answers = {"name": "Zdenka", "email": "zdenka@gmail.com"}
    conversation = await make_conversation(database, answers)
    async with database.transaction() as session:
        await proof.begin(session, conversation, "zdenka@gmail.com", now=NOW)
        await merging.merge(CONTACTS, session, kept, gone, by="rep:1", now=NOW)
        await give_points(session, kept, 5, because="zdenka came", occasion="fair", now=NOW)
        session.add(
            ContactExternalId(
                system="hubspot", external_id="zdenka-1", contact_id=kept, added_at=NOW
            )
        )
        session.add(
            DuplicateSuggestion(
                id="dup_1", first_id=kept, second_id=other, probability=1.0, found_at=NOW
            )
        )
    assert await tables_with(database, PERSONAL) >= KEPT_TABLES
    erased = await client.delete(f"/api/v1/contacts/{kept}", headers=headers)
    assert erased.status_code == 200, erased.text
    assert await tables_with(database, PERSONAL) == set()
    assert "duplicate_suggestion" not in await tables_with(database, (kept,))


async def test_answers_to_requests_and_faults_that_quote_a_person_go_too(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    headers = await key_headers(database)
    person = {"name": "Zdenka K.", "emails": ["zdenka@kovaci.si"], "phones": ["+38640987654"]}
    once = {**headers, "Idempotency-Key": "made once"}
    made = await client.post("/api/v1/contacts", json=person, headers=once)
    assert made.status_code == 201, made.text
    faults = {}
    async with database.transaction() as session:
        for quoted in ("Zdenka@Kovaci.si", "+38640987654", "Zdenka K.", "nobody@else.si"):
            event = announce(session, "crm.webhook_received", {"received_id": "rcv_1"}, now=NOW)
            faults[event] = f"ValidationError: {quoted} is too long"
    async with database.transaction() as session:
        for event, fault in faults.items():
            session.add(Delivery(event_id=event, handler="sync", attempts=1, error=fault))
    assert await tables_with(database, PERSONAL) >= ANSWERED
    gone = await client.delete(f"/api/v1/contacts/{made.json()['id']}", headers=headers)
    assert gone.status_code == 200, gone.text
    assert await tables_with(database, PERSONAL) == set()
    assert await tables_with(database, ("nobody@else.si",)) == {"delivery"}


async def test_what_was_merged_of_the_company_they_named_is_forgotten(
    app: FastAPI, client: httpx.AsyncClient, database: Database
) -> None:
    headers = await key_headers(database)
    answers = {"name": "Zdenka", "company": "Kovaci", "email": "zdenka@gmail.com"}
    conversation = await make_conversation(database, answers)
    async with database.transaction() as session:
        contact = await service.claimed_contact(session, conversation)
        assert contact is not None
        assert contact.company_id is not None
        kept = await companies.create(session, "Acme", domains=["acme.io"], by="rep:1", now=NOW)
        await merging.merge(COMPANIES, session, kept.id, contact.company_id, by="rep:1", now=NOW)
        contact_id = contact.id
    assert await tables_with(database, PERSONAL) >= MERGED_COMPANIES
    erased = await client.delete(f"/api/v1/contacts/{contact_id}", headers=headers)
    assert erased.status_code == 200, erased.text
    assert await tables_with(database, PERSONAL) == set()
