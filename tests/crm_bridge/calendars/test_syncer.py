"""Calendars read in their turn, stored, trusted while they are fresh, and told of when not."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars import busy, parts
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import CalendarEntry, ConnectedCalendar
from crm_bridge.calendars.parts import CalendarParts
from crm_bridge.calendars.port import Entry, EntryChanged
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.settings import Settings
from tests.crm_bridge.booking.makers import make_advisor
from tests.crm_bridge.calendars.places.ics import IcsPlace
from tests.crm_bridge.calendars.places.place import Event
from tests.crm_bridge.calendars.places.radicale import PASSWORD, USER, RadicalePlace
from tests.crm_bridge.conftest import NOW

UID = "bkg_1@polaris.test"
WEEK = Interval(NOW, NOW + timedelta(days=7))


class MovedClock(Clock):
    """Stands at NOW, and goes where it is put."""

    at = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def moved_clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def calendars(database: Database, settings: Settings, moved_clock: MovedClock) -> Any:
    async def ours(_session: AsyncSession, uids: Collection[str]) -> set[str]:
        return {uid for uid in uids if uid.startswith("bkg_")}

    settings.egress.private_hosts = "127.0.0.1"
    made = parts.make(settings, database, moved_clock, ours=ours)
    yield made
    await made.egress.close()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


async def connect(
    database: Database, calendars: CalendarParts, place: IcsPlace | RadicalePlace
) -> str:
    await make_advisor(database, "maja")
    secret: dict[str, Any] = {"url": f"{place.url}/private-abc/basic.ics"}
    kind = "ics"
    if isinstance(place, RadicalePlace):
        kind, secret = "caldav", {"url": place.url, "username": USER, "password": PASSWORD}
    async with database.transaction() as session:
        made = await calendars.connections.connect(
            session, "maja", kind, name="work", secret=secret, writes=kind == "caldav", now=NOW
        )
    return made.id


async def busy_times(database: Database) -> list[Interval]:
    async with database.reading() as session:
        return sorted((await busy.busy_of(session, ["maja"], WEEK)).get("maja", []))


async def news(database: Database, prefix: str = "calendar.") -> list[tuple[str, dict[str, Any]]]:
    async with database.reading() as session:
        rows = await session.scalars(select(DomainEvent).order_by(DomainEvent.id))
        return [(each.name, each.data) for each in rows if each.name.startswith(prefix)]


async def the_calendar(database: Database, id: str) -> ConnectedCalendar:
    async with database.reading() as session:
        return await session.get_one(ConnectedCalendar, id)


async def test_what_is_due_is_read_and_stored_and_then_it_waits_its_turn(
    database: Database, calendars: CalendarParts, moved_clock: MovedClock, ics_place: IcsPlace
) -> None:
    id = await connect(database, calendars, ics_place)
    ics_place.put(Event("lunch", at(12, 11), at(12, 12)))
    assert await calendars.syncer.sync_due() == 1
    assert await busy_times(database) == [Interval(at(12, 11), at(12, 12))]
    assert await calendars.syncer.sync_due() == 0
    ics_place.put(Event("lunch", at(12, 10), at(12, 11)))
    moved_clock.at = NOW + timedelta(seconds=301)
    assert await calendars.syncer.sync_due() == 1
    assert await busy_times(database) == [Interval(at(12, 10), at(12, 11))]
    calendar = await the_calendar(database, id)
    assert calendar.synced_at == moved_clock.at
    assert "private-abc" not in (calendar.secret or "")


async def test_two_processes_do_not_read_the_same_calendar_at_once(
    database: Database, calendars: CalendarParts, ics_place: IcsPlace
) -> None:
    from crm_bridge.calendars import repository

    id = await connect(database, calendars, ics_place)
    until = NOW + timedelta(minutes=2)
    async with database.transaction() as session:
        assert await repository.lease(session, id, now=NOW, until=until)
    async with database.transaction() as session:
        assert not await repository.lease(session, id, now=NOW, until=until)


async def test_a_calendar_that_cannot_be_read_grows_stale_and_its_advisor_is_told_once(
    database: Database, calendars: CalendarParts, moved_clock: MovedClock, ics_place: IcsPlace
) -> None:
    id = await connect(database, calendars, ics_place)
    await calendars.syncer.sync(id)
    url, ics_place.url = ics_place.url, ics_place.url
    ics_place.limit()
    moved_clock.at = NOW + timedelta(minutes=10)
    assert not await calendars.syncer.sync(id)
    assert await news(database) == []  # what is known is still good
    calendar = await the_calendar(database, id)
    assert calendar.problem == "the address of the calendar answers 429"
    assert calendar.next_sync_at == moved_clock.at + timedelta(seconds=15)
    for minutes in (16, 17):
        moved_clock.at = NOW + timedelta(minutes=minutes)
        ics_place.limit()
        await calendars.syncer.sync(id)
    ((name, data),) = await news(database)
    assert (name, data["advisor"], data["since"]) == ("calendar.stale", "maja", NOW.isoformat())
    async with database.reading() as session:
        stale = await busy.stale_calendars(session, ["maja"], now=moved_clock.at)
    assert set(stale) == {"maja"}
    await calendars.syncer.sync(id)
    assert [name for name, _ in await news(database)] == ["calendar.stale", "calendar.fresh"]
    assert url


async def test_a_closed_door_is_told_at_once_and_tried_seldom(
    database: Database, calendars: CalendarParts, ics_place: IcsPlace
) -> None:
    id = await connect(database, calendars, ics_place)
    ics_place.refuse()
    await calendars.syncer.sync(id)
    calendar = await the_calendar(database, id)
    assert calendar.revoked
    assert calendar.next_sync_at == NOW + timedelta(minutes=15)
    assert [name for name, _ in await news(database)] == ["calendar.stale"]


async def test_what_is_kept_rolls_on_with_the_days(
    database: Database, calendars: CalendarParts, moved_clock: MovedClock, ics_place: IcsPlace
) -> None:
    id = await connect(database, calendars, ics_place)
    far = NOW + timedelta(days=125)
    ics_place.put(Event("far", far, far + timedelta(hours=1)))
    await calendars.syncer.sync(id)
    window = Interval(far - timedelta(days=1), far + timedelta(days=1))
    async with database.reading() as session:
        assert await busy.busy_of(session, ["maja"], window) == {}
    moved_clock.at = NOW + timedelta(days=10)
    await calendars.syncer.sync(id)  # nothing changed at the address
    async with database.reading() as session:
        assert len((await busy.busy_of(session, ["maja"], window))["maja"]) == 1


def a_meeting(**other: Any) -> Entry:
    given = {
        "uid": UID,
        "sequence": 0,
        "start": at(12, 9),
        "end": at(12, 9, 30),
        "zone": "Europe/Ljubljana",
        "title": "Introductory meeting",
        **other,
    }
    return Entry(**given)


async def test_a_meeting_written_by_us_takes_no_time_of_its_own_and_is_no_news(
    database: Database,
    calendars: CalendarParts,
    moved_clock: MovedClock,
    caldav_place: RadicalePlace,
) -> None:
    id = await connect(database, calendars, caldav_place)
    await calendars.syncer.sync(id)
    written = await calendars.desk.write("maja", a_meeting())
    assert written
    assert await calendars.desk.write("maja", a_meeting()) == written
    moved_clock.at += timedelta(minutes=1)
    await calendars.syncer.sync(id)
    assert await busy_times(database) == []
    assert await news(database) == []
    assert len(caldav_place.written()) == 1


async def test_what_the_advisor_does_to_a_meeting_comes_back_as_news(
    database: Database,
    calendars: CalendarParts,
    moved_clock: MovedClock,
    caldav_place: RadicalePlace,
) -> None:
    id = await connect(database, calendars, caldav_place)
    await calendars.syncer.sync(id)
    await calendars.desk.write("maja", a_meeting())
    moved_clock.at += timedelta(minutes=1)
    caldav_place.move_written(at(13, 9), at(13, 9, 30))
    await calendars.syncer.sync(id)
    await calendars.syncer.sync(id)
    ((name, data),) = await news(database)
    assert (name, data["uid"], data["start"]) == (
        "calendar.entry_moved",
        UID,
        at(13, 9).isoformat(),
    )
    moved_clock.at += timedelta(minutes=1)
    caldav_place.delete(UID.replace("@", "%40"))
    await calendars.syncer.sync(id)
    assert [name for name, _ in await news(database)][1:] == ["calendar.entry_gone"]


async def test_a_move_of_ours_does_not_undo_the_advisors(
    database: Database,
    calendars: CalendarParts,
    moved_clock: MovedClock,
    caldav_place: RadicalePlace,
) -> None:
    await connect(database, calendars, caldav_place)
    await calendars.desk.write("maja", a_meeting())
    moved_clock.at += timedelta(minutes=1)
    caldav_place.move_written(at(13, 9), at(13, 9, 30))
    with pytest.raises(EntryChanged):
        await calendars.desk.write(
            "maja", a_meeting(sequence=1, start=at(16, 9), end=at(16, 9, 30))
        )
    assert [name for name, _ in await news(database)] == ["calendar.entry_moved"]
    (seen,) = caldav_place.written()
    assert seen.start == at(13, 9)


async def test_a_note_of_the_advisors_does_not_stand_in_the_way(
    database: Database,
    calendars: CalendarParts,
    moved_clock: MovedClock,
    caldav_place: RadicalePlace,
) -> None:
    await connect(database, calendars, caldav_place)
    await calendars.desk.write("maja", a_meeting())
    moved_clock.at += timedelta(minutes=1)
    caldav_place.move_written(at(12, 9), at(12, 9, 30))  # the same time, another version
    moved = a_meeting(sequence=1, start=at(16, 9), end=at(16, 9, 30))
    assert await calendars.desk.write("maja", moved)
    await calendars.desk.remove("maja", UID)
    await calendars.desk.remove("maja", UID)
    assert caldav_place.written() == []
    assert await news(database) == []


async def test_an_advisor_without_a_calendar_to_write_gets_none(
    database: Database, calendars: CalendarParts, ics_place: IcsPlace
) -> None:
    await connect(database, calendars, ics_place)
    assert await calendars.desk.write("maja", a_meeting()) is None
    assert not await calendars.desk.can_make_video("maja")
    await calendars.desk.remove("maja", UID)


async def test_reading_again_sees_what_came_in_since(
    database: Database, calendars: CalendarParts, moved_clock: MovedClock, ics_place: IcsPlace
) -> None:
    id = await connect(database, calendars, ics_place)
    await calendars.syncer.sync(id)
    ics_place.put(Event("lunch", at(12, 11), at(12, 12)))
    await calendars.desk.reread(["maja"])
    assert await busy_times(database) == []  # it was read this very moment
    moved_clock.at += timedelta(seconds=3)
    await calendars.desk.reread(["maja"])
    assert await busy_times(database) == [Interval(at(12, 11), at(12, 12))]


async def test_an_invitation_that_was_taken_up_is_known_as_ours(
    database: Database, calendars: CalendarParts, ics_place: IcsPlace
) -> None:
    id = await connect(database, calendars, ics_place)
    ics_place.put(Event(UID, at(12, 9), at(12, 10)))
    await calendars.syncer.sync(id)
    assert await busy_times(database) == []
    async with database.reading() as session:
        (entry,) = await session.scalars(select(CalendarEntry))
    assert (entry.uid, entry.written) == (UID, False)


async def test_an_invitation_that_is_declined_in_a_feed_is_news(
    database: Database, calendars: CalendarParts, moved_clock: MovedClock, ics_place: IcsPlace
) -> None:
    assert await _declined(database, calendars, moved_clock, ics_place) == ["calendar.entry_gone"]


async def test_an_invitation_that_is_declined_in_a_caldav_calendar_is_news(
    database: Database,
    calendars: CalendarParts,
    moved_clock: MovedClock,
    caldav_place: RadicalePlace,
) -> None:
    told = await _declined(database, calendars, moved_clock, caldav_place)
    assert told == ["calendar.entry_gone"]


async def _declined(
    database: Database,
    calendars: CalendarParts,
    moved_clock: MovedClock,
    place: IcsPlace | RadicalePlace,
) -> list[str]:
    """The advisor took the mailed invitation up, and says no to it later: what is told."""
    id = await connect(database, calendars, place)
    taken_up = Event(UID, at(12, 9), at(12, 9, 30))
    place.put(taken_up)
    await calendars.syncer.sync(id)
    moved_clock.at += timedelta(minutes=1)
    place.put(replace(taken_up, declined=True))
    await calendars.syncer.sync(id)
    return [name for name, _ in await news(database)]


async def test_a_disconnected_calendar_leaves_nothing_behind(
    database: Database, calendars: CalendarParts, ics_place: IcsPlace
) -> None:
    id = await connect(database, calendars, ics_place)
    ics_place.put(Event("lunch", at(12, 11), at(12, 12)))
    await calendars.syncer.sync(id)
    async with database.transaction() as session:
        await calendars.connections.disconnect(session, id)
    assert await busy_times(database) == []
    assert not await calendars.syncer.sync(id)
