"""A hold is booked once, by whoever has it, while it lasts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from contracts.turn import AnswerChange
from crm_bridge.booking import service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.booking.refusals import HoldExpired, OpeningTaken, TooManyBookings
from crm_bridge.calendars import service as advisors
from crm_bridge.calendars.intervals import Interval
from crm_bridge.conversations import service as conversations
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.settings import Booking as BookingSettings
from tests.crm_bridge.booking.makers import at, make_conversation
from tests.crm_bridge.conftest import NOW

NINE = at("12 08:00")


async def _held(database: Database, desk: Desk, visitor: str) -> str:
    async with database.transaction() as session:
        return (await service.hold(session, visitor, NINE, desk=desk, now=NOW)).hold


async def test_a_booking_knows_its_visitor_room_and_page(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    hold = await _held(database, desk, visitor)
    async with database.transaction() as session:
        booked = await service.confirm(session, visitor, hold, desk=desk, now=NOW)
    assert booked.status == "booked"
    assert booked.video_url is not None
    assert booked.video_url.startswith("https://meet.test/")
    assert booked.page_url.startswith("http://bridge.test/b/")
    async with database.reading() as session:
        row = await service.get(session, booked.booking)
        assert row.visitor["email"] == "robin@testalabs.io"
        assert row.visitor["timezone"] == "Europe/Oslo"
        token = booked.page_url.rpartition("/")[2]
        assert token not in str(row.__dict__)
        assert (await conversations.get(session, visitor)).booking_id == booked.booking


async def test_confirming_twice_gives_one_booking_and_one_piece_of_news(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    hold = await _held(database, desk, visitor)
    booked = []
    for _ in range(2):
        async with database.transaction() as session:
            booked.append(await service.confirm(session, visitor, hold, desk=desk, now=NOW))
    assert booked[0] == booked[1]
    async with database.reading() as session:
        news = await session.scalars(
            select(DomainEvent).where(DomainEvent.name == "booking.confirmed")
        )
        assert len(list(news)) == 1


async def test_an_expired_hold_is_refused_with_its_own_time_first_while_free(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    hold, later = await _held(database, desk, visitor), NOW + timedelta(minutes=5)
    with pytest.raises(HoldExpired) as refused:
        async with database.transaction() as session:
            await service.confirm(session, visitor, hold, desk=desk, now=later)
    assert refused.value.nearest[0].start == NINE


async def test_an_expired_hold_that_somebody_else_took_is_refused_with_what_is_left(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    hold, later = await _held(database, desk, visitor), NOW + timedelta(minutes=6)
    other = await make_conversation(database)
    async with database.transaction() as session:
        await service.hold(session, other, NINE, desk=desk, now=later)
    with pytest.raises(HoldExpired) as refused:
        async with database.transaction() as session:
            await service.confirm(session, visitor, hold, desk=desk, now=later)
    assert refused.value.nearest[0].start == NINE + timedelta(minutes=30)


async def test_an_unknown_hold_is_refused(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    with pytest.raises(HoldExpired):
        async with database.transaction() as session:
            await service.confirm(session, visitor, "hld_none", desk=desk, now=NOW)


async def test_the_advisors_calendar_has_the_last_word(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    hold = await _held(database, desk, visitor)
    async with database.transaction() as session:
        away = Interval(NINE, NINE + timedelta(hours=1))
        await advisors.add_time_off(session, "maja", away, now=NOW)
    with pytest.raises(OpeningTaken) as refused:
        async with database.transaction() as session:
            await service.confirm(session, visitor, hold, desk=desk, now=NOW)
    assert refused.value.nearest[0].start == NINE + timedelta(hours=1)


async def test_a_declined_address_is_no_address(database: Database, desk: Desk, maja: str) -> None:
    visitor = await make_conversation(database, {"name": "Robin"})
    async with database.transaction() as session:
        change = AnswerChange(question="email", status="declined", text="no")
        await conversations.add_answers(session, visitor, [change], now=NOW)
    hold = await _held(database, desk, visitor)
    async with database.transaction() as session:
        booked = await service.confirm(session, visitor, hold, desk=desk, now=NOW)
    async with database.reading() as session:
        assert (await service.get(session, booked.booking)).visitor["email"] is None


async def test_one_address_cannot_book_without_end(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    desk.settings.booking = BookingSettings(meetings_per_email=1)
    hold = await _held(database, desk, visitor)
    async with database.transaction() as session:
        await service.confirm(session, visitor, hold, desk=desk, now=NOW)
    other = await make_conversation(database, {"email": "ROBIN@testalabs.io"})
    async with database.transaction() as session:
        second = await service.hold(session, other, at("12 09:00"), desk=desk, now=NOW)
    with pytest.raises(TooManyBookings):
        async with database.transaction() as session:
            await service.confirm(session, other, second.hold, desk=desk, now=NOW)


async def test_the_chat_shows_the_booked_meeting(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    hold = await _held(database, desk, visitor)
    async with database.transaction() as session:
        booked = await service.confirm(session, visitor, hold, desk=desk, now=NOW)
    async with database.reading() as session:
        lines, _ = await conversations.events(session, visitor)
    held, card = [line["status"] for line in lines if line["kind"] == "status"]
    assert (held["name"], card["name"]) == ("held", "booked")
    assert card["page_url"] == booked.page_url
    assert card["advisor_name"] == "Maja"


async def test_the_dialogue_sees_what_stands(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    hold = await _held(database, desk, visitor)
    async with database.reading() as session:
        conversation = await conversations.get(session, visitor)
        before = await service.standing(session, conversation, NOW, desk=desk)
        over = await service.standing(session, conversation, NOW + timedelta(minutes=6), desk=desk)
    assert before.hold is not None
    assert (before.hold.hold, before.booking, over.hold) == (hold, None, None)
    async with database.transaction() as session:
        booked = await service.confirm(session, visitor, hold, desk=desk, now=NOW)
    async with database.reading() as session:
        conversation = await conversations.get(session, visitor)
        after = await service.standing(session, conversation, NOW, desk=desk)
    assert (after.hold, after.booking) == (None, booked)


async def test_erasing_a_person_cancels_what_is_ahead_and_forgets_who_it_was(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    hold = await _held(database, desk, visitor)
    async with database.transaction() as session:
        booked = await service.confirm(session, visitor, hold, desk=desk, now=NOW)
    async with database.transaction() as session:
        await service.erase(session, [visitor], None, now=NOW)
    other = await make_conversation(database)
    async with database.transaction() as session:
        row = await session.get(Booking, booked.booking)
        assert row is not None
        assert (row.status, row.visitor, row.visitor_email) == ("cancelled", {}, None)
        await service.hold(session, other, NINE, desk=desk, now=NOW)
