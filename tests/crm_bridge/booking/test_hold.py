"""An opening is held for one visitor at a time."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crm_bridge.booking import service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking, Claim
from crm_bridge.booking.refusals import OpeningTaken, TooManyHolds
from crm_bridge.calendars import service as advisors
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.core.database import Database
from crm_bridge.settings import Booking as BookingSettings
from playbook.model import Route
from tests.crm_bridge.booking.makers import (
    ALWAYS,
    a_desk,
    a_playbook,
    at,
    make_advisor,
    make_conversation,
)
from tests.crm_bridge.conftest import NOW

NINE = at("12 08:00")  # 9:00 in Ljubljana


async def test_a_hold_ends_after_five_minutes_and_names_the_advisor(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    async with database.transaction() as session:
        held = await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    assert held.expires_at == NOW + timedelta(minutes=5)
    assert (held.advisor, held.advisor_name) == ("maja", "Maja")
    assert held.end - held.start == timedelta(minutes=30)


async def test_a_held_time_is_not_offered_to_others_and_cannot_be_held_by_them(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    other = await make_conversation(database)
    async with database.transaction() as session:
        await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    window = Interval(NINE, NINE + timedelta(hours=1))
    async with database.reading() as session:
        offered = await service.openings(session, other, window, desk=desk, now=NOW)
    assert [each.start for each in offered.openings] == [at("12 08:30")]
    with pytest.raises(OpeningTaken) as refused:
        async with database.transaction() as session:
            await service.hold(session, other, NINE, desk=desk, now=NOW)
    assert refused.value.nearest[0].start == at("12 08:30")


async def test_the_holder_still_sees_their_own_time(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    async with database.transaction() as session:
        await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    window = Interval(NINE, NINE + timedelta(minutes=30))
    async with database.reading() as session:
        offered = await service.openings(session, visitor, window, desk=desk, now=NOW)
    assert [each.start for each in offered.openings] == [NINE]


async def test_a_second_hold_of_a_conversation_lets_the_first_one_go(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    other = await make_conversation(database)
    async with database.transaction() as session:
        await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    async with database.transaction() as session:
        await service.hold(session, visitor, at("12 09:00"), desk=desk, now=NOW)
    async with database.transaction() as session:
        await service.hold(session, other, NINE, desk=desk, now=NOW)
    async with database.reading() as session:
        held = select(func.count()).select_from(Booking).where(Booking.status == "held")
        assert await session.scalar(held) == 2


async def test_a_hold_that_fails_leaves_the_one_before_in_place(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    async with database.transaction() as session:
        first = await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    with pytest.raises(OpeningTaken):
        async with database.transaction() as session:
            await service.hold(session, visitor, at("12 20:00"), desk=desk, now=NOW)
    async with database.transaction() as session:
        booked = await service.confirm(session, visitor, first.hold, desk=desk, now=NOW)
    assert booked.start == NINE


async def test_a_hold_that_ran_out_gives_its_time_back_without_the_sweep(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    other = await make_conversation(database)
    async with database.transaction() as session:
        await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    later = NOW + timedelta(minutes=5)
    async with database.transaction() as session:
        held = await service.hold(session, other, NINE, desk=desk, now=later)
    assert held.start == NINE
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Claim)) == 6


async def test_only_times_of_the_grid_can_be_held(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    with pytest.raises(OpeningTaken):
        async with database.transaction() as session:
            await service.hold(session, visitor, at("12 08:10"), desk=desk, now=NOW)


async def test_time_off_in_the_internal_calendar_cannot_be_held(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    async with database.transaction() as session:
        away = Interval(at("12 08:00"), at("12 09:00"))
        await advisors.add_time_off(session, "maja", away, now=NOW)
    with pytest.raises(OpeningTaken) as refused:
        async with database.transaction() as session:
            await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    assert refused.value.nearest[0].start == at("12 09:00")


async def test_the_daily_limit_counts_held_meetings_by_the_advisors_day(
    database: Database, desk: Desk, visitor: str
) -> None:
    await make_advisor(database, "maja", daily_limit=1)
    other = await make_conversation(database)
    async with database.transaction() as session:
        await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    with pytest.raises(OpeningTaken) as refused:
        async with database.transaction() as session:
            await service.hold(session, other, at("12 10:00"), desk=desk, now=NOW)
    assert at("12 10:00").date() not in {each.start.date() for each in refused.value.nearest}


async def test_meetings_keep_the_larger_of_two_buffers_apart(
    database: Database, desk: Desk, visitor: str
) -> None:
    await make_advisor(database, "maja", buffer_before_minutes=10, buffer_after_minutes=30)
    other = await make_conversation(database)
    async with database.transaction() as session:
        await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    window = Interval(at("12 08:00"), at("12 11:00"))
    async with database.reading() as session:
        offered = await service.openings(session, other, window, desk=desk, now=NOW)
    assert [each.start for each in offered.openings] == [
        at("12 09:00"), at("12 09:30"), at("12 10:00"), at("12 10:30"),
    ]  # fmt: skip


async def test_a_route_in_order_takes_its_first_advisor_who_is_free(
    database: Database, settings: object, maja: str, noam: str, visitor: str
) -> None:
    route = Route(id="r", when=ALWAYS, advisors=("noam", "maja"), choose="in_order")
    desk = a_desk(settings, a_playbook([route]))  # type: ignore[arg-type]
    other = await make_conversation(database)
    async with database.transaction() as session:
        first = await service.hold(session, visitor, NINE, desk=desk, now=NOW)
        await service.confirm(session, visitor, first.hold, desk=desk, now=NOW)
        second = await service.hold(session, other, at("12 09:00"), desk=desk, now=NOW)
    assert (first.advisor, second.advisor) == ("noam", "noam")


async def test_a_conversation_gets_the_advisors_of_its_route_else_of_its_language(
    database: Database, settings: object, maja: str, noam: str
) -> None:
    routes = [
        Route(id="sl", when=ALWAYS, advisors=("maja",), languages=("sl",)),
        Route(id="any", when=ALWAYS, advisors=("noam",)),
    ]
    desk = a_desk(settings, a_playbook(routes))  # type: ignore[arg-type]
    held = []
    for values in ({"language": "sl"}, {"language": "fi"}, {"language": "fi", "route": "sl"}):
        conversation = await make_conversation(database, **values)
        async with database.transaction() as session:
            start = at(f"12 {8 + len(held):02d}:00")
            held.append(await service.hold(session, conversation, start, desk=desk, now=NOW))
    assert [each.advisor for each in held] == ["maja", "noam", "maja"]


async def test_a_conversation_cannot_hold_without_end(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    desk.settings.booking = BookingSettings(holds_per_conversation=2)
    for _ in range(2):
        async with database.transaction() as session:
            await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    with pytest.raises(TooManyHolds):
        async with database.transaction() as session:
            await service.hold(session, visitor, NINE, desk=desk, now=NOW)


async def test_an_advisor_of_the_route_who_is_not_there_is_named_unavailable(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    async with database.transaction() as session:
        await advisors.set_active(session, "maja", False, now=NOW)
    window = Interval(NINE, NINE + timedelta(hours=1))
    async with database.reading() as session:
        offered = await service.openings(session, visitor, window, desk=desk, now=NOW)
    assert offered.openings == ()
    assert dict(offered.unavailable) == {"noam": "is not known here", "maja": "is not active"}


async def test_a_stale_calendar_offers_nothing_for_its_advisor_and_says_so(
    database: Database, desk: Desk, maja: str, noam: str, visitor: str
) -> None:
    async with database.transaction() as session:
        session.add(
            ConnectedCalendar(
                id="cal_1",
                advisor_id="maja",
                kind="caldav",
                name="work",
                synced_at=NOW - timedelta(minutes=16),
                created_at=NOW,
            )
        )
    window = Interval(NINE, NINE + timedelta(minutes=30))
    async with database.reading() as session:
        offered = await service.openings(session, visitor, window, desk=desk, now=NOW)
    assert [each.advisors for each in offered.openings] == [("noam",)]
    assert dict(offered.unavailable) == {
        "maja": "has a calendar (caldav work) that was last read 2026-03-11 08:44 UTC;"
        " it must be read every 15 minutes"
    }
    async with database.transaction() as session:
        held = await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    assert held.advisor == "noam"
