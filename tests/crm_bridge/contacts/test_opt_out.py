"""A no is kept in words, told to connected CRMs, and stands until a later yes."""

from datetime import timedelta

import httpx
from sqlalchemy import select

from crm_bridge.contacts import service
from crm_bridge.contacts.opt_out import opt_out, wants_no_offers
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import key_headers, make_contact


async def test_the_last_word_counts_by_contact_and_by_address(database: Database) -> None:
    jane = await make_contact(database, emails=["jane@acme.io"])
    async with database.transaction() as session:
        assert not await wants_no_offers(session, contact_id=jane)  # said nothing
        await opt_out(session, jane, by="rep:1", now=NOW)
        assert await wants_no_offers(session, contact_id=jane)
        assert await wants_no_offers(session, email="Jane@ACME.io")
        assert not await wants_no_offers(session, email="other@acme.io")
        await service.record_consent(
            session,
            contact_id=jane,
            conversation_id=None,
            purpose="marketing",
            granted=True,
            text="yes please",
            version="1",
            language="en",
            now=NOW + timedelta(hours=1),
        )
        assert not await wants_no_offers(session, contact_id=jane)


async def test_the_api_takes_a_no(client: httpx.AsyncClient, database: Database) -> None:
    jane = await make_contact(database)
    headers = await key_headers(database)
    answer = await client.post(f"/api/v1/contacts/{jane}/opt-out", headers=headers)
    assert answer.status_code == 204, answer.text
    card = (await client.get(f"/api/v1/contacts/{jane}", headers=headers)).json()
    assert [(one["purpose"], one["granted"]) for one in card["consents"]] == [("marketing", False)]
    async with database.reading() as session:
        told = select(DomainEvent.data).where(DomainEvent.name == "contact.consent_changed")
        assert (await session.scalars(told)).all() == [{"contact_id": jane, "purpose": "marketing"}]
    reader = await key_headers(database, "read")
    refused = await client.post(f"/api/v1/contacts/{jane}/opt-out", headers=reader)
    assert refused.status_code == 403
