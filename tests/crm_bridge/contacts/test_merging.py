"""Two contacts become one and two again, and nothing is lost on either way."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crm_bridge.activities import service as activities
from crm_bridge.activities.models import Activity
from crm_bridge.contacts import service
from crm_bridge.contacts.merging import CONTACTS
from crm_bridge.contacts.models import Contact, ContactConsent, ContactExternalId
from crm_bridge.contacts.service import ContactUnknown
from crm_bridge.core.database import Base, Database
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.core.references import tables_naming
from crm_bridge.deals import service as deals
from crm_bridge.deals.models import Deal
from crm_bridge.merging import merge as merging
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_contact, make_conversation

LATER = NOW + timedelta(hours=1)


async def two(database: Database) -> tuple[str, str]:
    kept = await make_contact(
        database, name="Ana Novak", emails=["ana@acme.si"], phones=["+38640111222"]
    )
    gone = await make_contact(
        database,
        name="Anna Novak",
        emails=["ana@gmail.com"],
        phones=["+38640111222", "+38640333444"],
        country="SI",
        lifecycle_stage="customer",
        properties={"shoe size": 38},
    )
    async with database.transaction() as session:
        session.add(
            ContactExternalId(system="hubspot", external_id="501", contact_id=gone, added_at=NOW)
        )
        await deals.open_deal(session, "Anna's deal", contact_id=gone, now=NOW)
        await service.record_consent(
            session,
            contact_id=gone,
            conversation_id=None,
            purpose="marketing",
            granted=False,
            text="no mail",
            version="1",
            language="en",
            now=NOW,
        )
    return kept, gone


async def snapshot(database: Database) -> dict[str, list[Any]]:
    """Every row of every table that says something about contacts, in a fixed order."""
    left_out = {"contact_merge", "domain_event", "delivery"}
    found = {}
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in left_out:
                columns = [column for column in table.c if column.name != "updated_at"]
                rows = (await session.execute(select(*columns))).all()
                found[table.name] = sorted(map(repr, rows))
    return found


async def test_the_kept_contact_takes_over_what_it_lacks(database: Database) -> None:
    kept, gone = await two(database)
    async with database.transaction() as session:
        await merging.merge(
            CONTACTS, session, kept, gone, reasons=["same phone"], by="rep:1", now=LATER
        )
    async with database.reading() as session:
        contact = await service.get(session, kept)
        assert (contact.name, contact.country, contact.lifecycle_stage) == (
            "Ana Novak",
            "SI",
            "customer",
        )
        assert {row.address for row in contact.emails} == {"ana@acme.si", "ana@gmail.com"}
        assert [row.number for row in contact.phones] == ["+38640111222", "+38640333444"]
        assert contact.properties == {"shoe size": 38}
        assert (await session.scalars(select(Deal.contact_id))).all() == [kept]
        assert (await session.scalars(select(ContactConsent.contact_id))).all() == [kept]
        names = (await session.scalars(select(DomainEvent.name))).all()
        assert "contact.merged" in names
        with pytest.raises(ContactUnknown) as refused:
            await service.get(session, gone)
        assert refused.value.data == {"merged_into": kept}


async def test_a_merge_that_is_undone_leaves_everything_as_it_was(database: Database) -> None:
    kept, gone = await two(database)
    before = await snapshot(database)
    async with database.transaction() as session:
        made = await merging.merge(CONTACTS, session, kept, gone, by="rep:1", now=LATER)
    assert await snapshot(database) != before
    async with database.transaction() as session:
        back = await merging.undo(CONTACTS, session, made.id, now=LATER)
        assert back.id == gone
    assert await snapshot(database) == before
    async with database.transaction() as session:
        with pytest.raises(merging.MergeUndone):
            await merging.undo(CONTACTS, session, made.id, now=LATER)


async def test_what_was_written_since_the_merge_stays(database: Database) -> None:
    kept, gone = await two(database)
    async with database.transaction() as session:
        made = await merging.merge(CONTACTS, session, kept, gone, by="rep:1", now=LATER)
        await service.update(session, kept, {"country": "NO"}, by="rep:1", now=LATER)
        await activities.log_activity(
            session, kind="note", subject="after", contact_id=kept, now=LATER
        )
        await merging.undo(CONTACTS, session, made.id, now=LATER)
    async with database.reading() as session:
        contact = await session.get(Contact, kept)
        assert contact is not None
        assert contact.country == "NO"
        assert contact.lifecycle_stage == "lead"
        noted = await session.scalar(select(Activity.contact_id))
        assert noted == kept


async def test_a_property_written_since_the_merge_keeps_no_other_here(database: Database) -> None:
    kept, gone = await two(database)
    async with database.transaction() as session:
        made = await merging.merge(CONTACTS, session, kept, gone, by="rep:1", now=LATER)
        changes = {"properties": {"shoe size": 38, "hat size": 56}}
        await service.update(session, kept, changes, by="rep:1", now=LATER)
        await merging.undo(CONTACTS, session, made.id, now=LATER)
        assert (await service.get(session, kept)).properties == {"hat size": 56}
        assert (await service.get(session, gone)).properties == {"shoe size": 38}


async def test_merges_on_top_of_each_other_are_undone_from_the_last(database: Database) -> None:
    middle, first = await two(database)
    top = await make_contact(database, name="A. Novak", phones=["+38640333444"])
    before = await snapshot(database)
    async with database.transaction() as session:
        inner = await merging.merge(CONTACTS, session, middle, first, by="job", now=LATER)
        outer = await merging.merge(CONTACTS, session, top, middle, by="rep:1", now=LATER)
    async with database.transaction() as session:
        for gone in (first, middle):
            with pytest.raises(ContactUnknown) as unknown:
                await service.get(session, gone)
            assert unknown.value.data == {"merged_into": top}
        with pytest.raises(merging.MergedSince) as refused:
            await merging.undo(CONTACTS, session, inner.id, now=LATER)
        assert refused.value.data == {"undo_first": outer.id}
    for merge in (outer, inner):
        async with database.transaction() as session:
            await merging.undo(CONTACTS, session, merge.id, now=LATER)
    assert await snapshot(database) == before


async def test_a_conversation_follows_its_contact(database: Database) -> None:
    conversation = await make_conversation(database)
    async with database.reading() as session:
        gone = (await service.claimed_contact(session, conversation)).id
    kept = await make_contact(database, emails=["other@acme.io"])
    async with database.transaction() as session:
        await merging.merge(CONTACTS, session, kept, gone, by="rep:1", now=LATER)
    async with database.reading() as session:
        claimed = await service.claimed_contact(session, conversation)
        assert claimed is not None
        assert claimed.id == kept


async def test_a_contact_is_not_merged_with_itself(database: Database) -> None:
    only = await make_contact(database)
    async with database.transaction() as session:
        with pytest.raises(merging.SameRecord):
            await merging.merge(CONTACTS, session, only, only, by="rep:1", now=NOW)


def test_every_table_that_names_a_contact_is_reached() -> None:
    reached = {table.name for table in tables_naming("contact_id")}
    wanted = {"contact_email", "contact_consent", "deal", "ticket", "activity", "conversation"}
    assert wanted | {"booking", "identity_claim", "contact_external_id"} <= reached
