"""A meeting is moved and cancelled: same advisor, same UID, a higher SEQUENCE."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from contracts.booking import BookingView
from crm_bridge.booking import service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking, Claim
from crm_bridge.booking.refusals import BookingUnknown, OpeningTaken
from crm_bridge.booking.states import BookingOver, WrongState
from crm_bridge.conversations import service as conversations
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from tests.crm_bridge.booking.makers import at, make_advisor, make_conversation
from tests.crm_bridge.conftest import NOW

NINE, HALF_PAST = at("12 08:00"), at("12 08:30")


async def _booked(
    database: Database, desk: Desk, visitor: str, start: datetime = NINE
) -> BookingView:
    async with database.transaction() as session:
        held = await service.hold(session, visitor, start, desk=desk, now=NOW)
        return await service.confirm(session, visitor, held.hold, desk=desk, now=NOW)


async def _row(database: Database, booking: str) -> Booking:
    async with database.reading() as session:
        return await service.get(session, booking)


async def _move(
    database: Database, desk: Desk, booking: str, start: datetime, now: datetime = NOW
) -> BookingView:
    async with database.transaction() as session:
        return await service.move(session, booking, start, by="visitor", desk=desk, now=now)


async def _cancel(database: Database, desk: Desk, booking: str, now: datetime = NOW) -> BookingView:
    async with database.transaction() as session:
        return await service.cancel(session, booking, reason="", by="visitor", desk=desk, now=now)


async def test_a_moved_meeting_keeps_uid_advisor_room_and_page(
    database: Database, desk: Desk, maja: str, noam: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    before = await _row(database, booked.booking)
    moved = await _move(database, desk, booked.booking, at("12 10:00"))
    after = await _row(database, booked.booking)
    assert (moved.start, moved.advisor) == (at("12 10:00"), booked.advisor)
    assert (moved.video_url, moved.page_url) == (booked.video_url, booked.page_url)
    assert (before.uid, before.sequence, after.uid, after.sequence) == (
        before.uid, 0, before.uid, 1,
    )  # fmt: skip


async def test_the_old_time_is_free_again_and_the_new_one_is_not(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    await _move(database, desk, booked.booking, at("12 10:00"))
    other = await make_conversation(database)
    assert (await _booked(database, desk, other)).start == NINE
    third = await make_conversation(database)
    with pytest.raises(OpeningTaken):
        await _booked(database, desk, third, at("12 10:00"))


async def test_a_meeting_does_not_stand_in_its_own_way(database: Database, desk: Desk) -> None:
    await make_advisor(database, "maja", buffer_before_minutes=60, daily_limit=1)
    visitor = await make_conversation(database)
    booked = await _booked(database, desk, visitor)
    assert (await _move(database, desk, booked.booking, HALF_PAST)).start == HALF_PAST


async def test_a_move_to_a_taken_time_leaves_the_meeting_where_it_was(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    other = await make_conversation(database)
    booked = await _booked(database, desk, visitor)
    await _booked(database, desk, other, HALF_PAST)
    with pytest.raises(OpeningTaken) as refused:
        await _move(database, desk, booked.booking, HALF_PAST)
    assert refused.value.nearest[0].start in (NINE, at("12 09:00"))
    row = await _row(database, booked.booking)
    assert (row.start_at, row.sequence) == (NINE, 0)
    async with database.reading() as session:
        claims = select(Claim.cell).where(Claim.booking_id == booked.booking)
        assert len(list(await session.scalars(claims))) == 6


async def test_a_move_to_where_it_is_changes_nothing(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    await _move(database, desk, booked.booking, NINE)
    assert (await _row(database, booked.booking)).sequence == 0


async def test_a_cancelled_meeting_gives_its_time_back_once(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    first, second = (
        await _cancel(database, desk, booked.booking),
        await _cancel(database, desk, booked.booking),
    )
    assert (first.status, second.status) == ("cancelled", "cancelled")
    assert (await _row(database, booked.booking)).sequence == 1
    other = await make_conversation(database)
    assert (await _booked(database, desk, other)).start == NINE


async def test_a_cancelled_meeting_cannot_be_moved(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    await _cancel(database, desk, booked.booking)
    with pytest.raises(WrongState):
        await _move(database, desk, booked.booking, HALF_PAST)


async def test_a_meeting_that_has_begun_is_neither_moved_nor_cancelled(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    with pytest.raises(BookingOver):
        await _move(database, desk, booked.booking, at("13 08:00"), now=NINE)
    with pytest.raises(BookingOver):
        await _cancel(database, desk, booked.booking, now=NINE + timedelta(minutes=1))


async def test_an_unknown_booking_is_named(database: Database, desk: Desk) -> None:
    with pytest.raises(BookingUnknown):
        await _cancel(database, desk, "bkg_none")


async def test_each_change_is_told_once_to_the_chat_and_to_the_house(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    await _move(database, desk, booked.booking, HALF_PAST)
    await _cancel(database, desk, booked.booking)
    async with database.reading() as session:
        lines, _ = await conversations.events(session, visitor)
        cards = [line["status"] for line in lines if line["kind"] == "status"]
        events = await session.scalars(
            select(DomainEvent).where(DomainEvent.subject_id == booked.booking)
        )
        told = sorted((event.data["sequence"], event.name) for event in events)
    assert [card["name"] for card in cards] == ["held", "booked", "moved", "cancelled"]
    assert told == [(0, "booking.confirmed"), (1, "booking.moved"), (2, "booking.cancelled")]
