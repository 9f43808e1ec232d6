"""Data of people goes when its time is over, and not before."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from crm_bridge.contacts.models import Contact
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.night import next_night
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.deals import service as deals
from crm_bridge.privacy.nightly import Nightly
from crm_bridge.privacy.retention import erase_due, find_due
from crm_bridge.settings import Privacy, Settings
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.privacy.person import tables_with
from tests.crm_bridge.records import make_contact, make_conversation

RULES = Privacy(conversations_days=30, leads_days=60, news_days=10)
LATER = NOW + timedelta(days=31)


async def test_what_was_said_goes_and_the_contact_stays(database: Database, tmp_path: Path) -> None:
    await make_conversation(database, {"name": "Zdenka", "email": "z@acme.io", "need": "crm"})
    async with database.transaction() as session:
        early = await find_due(session, RULES, now=NOW + timedelta(days=29))
        assert early.conversation_ids == ()
        due = await find_due(session, RULES, now=LATER)
        assert due.conversation_ids == ("cnv_1",)
        await erase_due(session, due, mail_folder=tmp_path, now=LATER)
    assert "answer" not in await tables_with(database, ("zdenka",))
    async with database.reading() as session:
        row = await session.get_one(Conversation, "cnv_1")
        assert row.erased_at == LATER
        assert len((await session.scalars(select(Contact))).all()) == 1
    async with database.reading() as session:
        assert (await find_due(session, RULES, now=LATER)).conversation_ids == ()


async def test_leads_go_when_nothing_stands_behind_them(database: Database, tmp_path: Path) -> None:
    lead = await make_contact(database, emails=["lead@acme.io"])
    await make_contact(database, emails=["c@acme.io"], lifecycle_stage="customer")
    dealt = await make_contact(database, emails=["d@acme.io"])
    later = NOW + timedelta(days=61)
    async with database.transaction() as session:
        await deals.open_deal(session, "Deal", contact_id=dealt, now=NOW)
        due = await find_due(session, RULES, now=later)
        assert due.contact_ids == (lead,)
        await erase_due(session, due, mail_folder=tmp_path, now=later)
        assert await session.get(Contact, lead) is None


async def test_news_goes_once_everybody_has_had_it(database: Database, tmp_path: Path) -> None:
    await make_contact(database)
    later = NOW + timedelta(days=11)
    async with database.transaction() as session:
        waiting = await find_due(session, RULES, now=later)
        assert waiting.events == 0, "nobody has had it"
        await session.execute(update(DomainEvent).values(fanned_out=True))
        due = await find_due(session, RULES, now=later)
        assert due.events == 1
        await erase_due(session, due, mail_folder=tmp_path, now=later)
        assert (await session.scalars(select(DomainEvent))).all() == []


async def test_rules_of_nought_keep_for_ever(database: Database) -> None:
    await make_conversation(database)
    never = Privacy(conversations_days=0, leads_days=0, news_days=0)
    async with database.reading() as session:
        due = await find_due(session, never, now=NOW + timedelta(days=9999))
    assert (due.conversation_ids, due.contact_ids, due.events) == ((), (), 0)


async def test_one_night(database: Database, clock: Clock, settings: Settings) -> None:
    await make_contact(database)
    said = await Nightly(database, clock, settings).once()
    assert said == {
        "retention": "0 conversations, 0 leads, 0 events",
        "duplicates": "0 merged, 0 suggested",
        "companies": "0 suggested",
        "records": "1 no_company, 1 no_owner",
        "scores": "0 outcomes: points alone",
    }
    assert next_night(NOW).isoformat() == "2026-03-12T02:00:00+00:00"
    assert next_night(NOW.replace(hour=1)).isoformat() == "2026-03-11T02:00:00+00:00"
