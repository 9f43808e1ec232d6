"""The records follow what happens elsewhere, once however often it is told."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from sqlalchemy import select

from crm_bridge.activities.models import Activity
from crm_bridge.contacts import repository as contacts
from crm_bridge.conversations.consent import Agreed, store
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Delivery, Dispatcher, DomainEvent, Event, announce
from crm_bridge.deals.models import Deal
from crm_bridge.routing import qualify
from crm_bridge.routing.follow import BookingFollower
from tests.crm_bridge.booking.makers import make_advisor
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_conversation

START = "2026-03-17T14:00:00+00:00"
OURS = ("records_follow_answers", "ticket_for_handover", "consent_of_contact")


async def tell(app: FastAPI, database: Database, name: str, **data: Any) -> None:
    async with database.transaction() as session:
        announce(session, name, {"conversation": "cnv_1", **data}, now=NOW)
    while await app.state.dispatcher.deliver_due():
        pass


async def meet(database: Database, clock: Clock, name: str, **data: Any) -> None:
    """News of a meeting, as the work after a booking brings it to the records."""
    about = {"conversation": "cnv_1", "booking": "bkg_1", "advisor": "maja", "start": START}
    async with database.transaction() as session:
        announce(session, name, {**about, **data}, now=NOW)
    follower = BookingFollower(database, clock)
    while await Dispatcher(database, clock, {name: [("records", follower)]}).deliver_due():
        pass


async def qualified(database: Database) -> None:
    await make_conversation(database)
    async with database.transaction() as session:
        await qualify.qualify(session, "cnv_1", now=NOW)


async def activities(database: Database) -> Sequence[str]:
    async with database.reading() as session:
        found = await session.scalars(select(Activity).order_by(Activity.id))
        return [activity.subject for activity in found]


async def stage(database: Database) -> str:
    async with database.reading() as session:
        return (await session.scalars(select(Deal))).one().stage


async def test_a_meeting_moves_the_deal_and_is_logged(database: Database, clock: Clock) -> None:
    await qualified(database)
    await make_advisor(database)
    await meet(database, clock, "booking.confirmed")
    assert await stage(database) == "meeting_booked"
    await meet(database, clock, "booking.cancelled")
    assert await activities(database) == [
        "Interview: qualified, 80 points",
        "Meeting booked: Tue, 17 Mar 2026, 15:00 CET",  # the advisor's clock
        "Meeting cancelled: Tue, 17 Mar 2026, 15:00 CET",
    ]


async def test_a_meeting_of_an_advisor_who_is_gone_is_told_in_utc(
    database: Database, clock: Clock
) -> None:
    await qualified(database)
    await meet(database, clock, "booking.no_show", advisor="gone")
    await meet(database, clock, "booking.came", advisor="gone")
    assert (await activities(database))[1:] == [
        "The visitor did not come: Tue, 17 Mar 2026, 14:00 UTC",
        "The visitor came after all: Tue, 17 Mar 2026, 14:00 UTC",
    ]


async def test_an_event_heard_twice_is_logged_once_and_moves_nothing_back(
    database: Database, clock: Clock
) -> None:
    await qualified(database)
    await meet(database, clock, "booking.confirmed")
    async with database.transaction() as session:
        row = (
            await session.scalars(
                select(DomainEvent).where(DomainEvent.name == "booking.confirmed")
            )
        ).one()
        (await session.scalars(select(Deal))).one().stage = "new"
    event = Event(id=row.id, name=row.name, data=row.data, at=row.at)
    await BookingFollower(database, clock)(event)
    assert await stage(database) == "new"
    assert len(await activities(database)) == 2


async def test_a_meeting_of_no_conversation_is_nobodys_activity(
    database: Database, clock: Clock
) -> None:
    await meet(database, clock, "booking.confirmed", conversation=None)
    assert await activities(database) == []


async def test_an_opt_in_stands_at_the_contact_in_the_words_agreed_to(
    app: FastAPI, database: Database
) -> None:
    await make_conversation(database, language="sl")
    yes = Agreed(
        version="2", language="sl", text="Vam smemo pisati?", how="said", purpose="marketing"
    )
    async with database.transaction() as session:
        await store(session, "cnv_1", yes, now=NOW)
    for _ in range(2):
        await tell(app, database, "conversation.opt_in_given")
    async with database.reading() as session:
        claim = await contacts.get_claim(session, "cnv_1")
        assert claim is not None
        (consent,) = await contacts.consents_of(session, claim.contact_id)
    assert (consent.purpose, consent.granted, consent.verified) == ("marketing", True, False)
    assert (consent.text, consent.version, consent.language) == ("Vam smemo pisati?", "2", "sl")


async def test_news_of_an_erased_conversation_is_no_fault(
    app: FastAPI, database: Database, clock: Clock
) -> None:
    for name in (
        "conversation.answered",
        "conversation.handover_requested",
        "conversation.opt_in_given",
        "conversation.opt_out_given",
    ):
        await tell(app, database, name)
    await meet(database, clock, "booking.moved")
    async with database.reading() as session:
        handlers = (*OURS, "records")
        found = await session.scalars(select(Delivery).where(Delivery.handler.in_(handlers)))
        assert {row.handler: row.error for row in found} == dict.fromkeys(handlers)
