"""The busy index: what calendars told, and whether it can still be trusted."""

from datetime import timedelta
from pathlib import Path

from crm_bridge.calendars import busy, busy_cache, diary_rows, repository
from crm_bridge.calendars.bitmap import Frame
from crm_bridge.calendars.busy_cache import busy_minutes
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.calendars.port import Changes
from crm_bridge.core.database import Database
from tests.crm_bridge.booking.makers import at, make_advisor
from tests.crm_bridge.conftest import NOW

DAY = Interval(at("12 00:00"), at("13 00:00"))
NINE, TEN, NOON = at("12 09:00"), at("12 10:00"), at("12 12:00")


async def _connect(database: Database, advisor: str = "maja", **values: object) -> str:
    given = {"id": "cal_1", "kind": "ics", "name": "work", "limit_minutes": 15, "synced_at": NOW}
    async with database.transaction() as session:
        session.add(ConnectedCalendar(advisor_id=advisor, created_at=NOW, **{**given, **values}))
    return "cal_1"


async def _take(database: Database, changes: Changes) -> None:
    async with database.transaction() as session:
        calendar = await session.get_one(ConnectedCalendar, "cal_1")
        await busy.take_changes(session, calendar, changes, now=NOW)


async def _busy(database: Database) -> list[Interval]:
    async with database.reading() as session:
        return sorted((await busy.busy_of(session, ["maja"], DAY)).get("maja", []))


async def test_changes_replace_what_was_known_of_an_event_and_leave_the_others(
    database: Database,
) -> None:
    await make_advisor(database, "maja")
    await _connect(database)
    first, second, moved = Interval(NINE, TEN), Interval(TEN, NOON), Interval(NOON, at("12 13:00"))
    await _take(database, Changes({"a": (first,), "b": (second,)}, complete=True, cursor="1"))
    assert await _busy(database) == [first, second]
    await _take(database, Changes({"a": (moved,)}, complete=False, cursor="2"))
    assert await _busy(database) == [second, moved]
    await _take(database, Changes({"b": ()}, complete=False))
    assert await _busy(database) == [moved]
    await _take(database, Changes({}, complete=True, faults=("one event was broken",)))
    assert await _busy(database) == []
    async with database.reading() as session:
        (calendar,) = [
            each for each in await repository.calendars_of(session, ["maja"]) if each.id == "cal_1"
        ]
    assert calendar.problem == "one event was broken"


async def test_a_calendar_not_read_for_its_limit_is_stale_and_the_internal_one_never(
    database: Database,
) -> None:
    await make_advisor(database, "maja")
    await make_advisor(database, "noam")
    await _connect(database)
    later = NOW + timedelta(minutes=15)
    async with database.reading() as session:
        fresh = await busy.stale_calendars(session, ["maja", "noam"], now=later)
        stale = await busy.stale_calendars(
            session, ["maja", "noam"], now=later + timedelta(seconds=1)
        )
    assert fresh == {}
    assert {advisor: since for advisor, (_, since) in stale.items()} == {"maja": NOW}


async def test_a_calendar_that_was_never_read_is_stale_at_once(database: Database) -> None:
    await make_advisor(database, "maja")
    await _connect(database, synced_at=None)
    async with database.reading() as session:
        assert set(await busy.stale_calendars(session, ["maja"], now=NOW)) == {"maja"}


async def test_old_busy_times_are_dropped(database: Database) -> None:
    await make_advisor(database, "maja")
    await _connect(database)
    await _take(database, Changes({"a": (Interval(NINE, TEN),), "b": (Interval(TEN, NOON),)}, True))
    async with database.transaction() as session:
        await repository.forget_busy_before(session, at("12 11:00"))
    assert await _busy(database) == [Interval(TEN, NOON)]


async def test_what_is_kept_in_memory_follows_every_change_of_the_rows(database: Database) -> None:
    await make_advisor(database, "maja")
    await make_advisor(database, "noam")
    await _connect(database)
    told: list[Interval | None] = [Interval(NINE, TEN), Interval(TEN, NOON), None]
    for time in [*told, Interval(NINE, TEN)]:  # and back to what it was
        await _take(database, Changes({"a": (time,) if time else ()}, complete=True))
        async with database.reading() as session:
            rows = await diary_rows.advisor_rows(session, ["maja", "noam"])
            digests = {row.id: row.busy_digest for row in rows}
            minutes = await busy_minutes(session, digests)
        frame = Frame.around(DAY)
        assert minutes["maja"].within(frame) == (frame.bits(time) if time else 0)
        assert (digests["noam"], minutes["noam"].bits) == ("", 0)


async def test_a_change_between_the_two_reads_is_not_kept_under_the_old_digest(
    database: Database,
) -> None:
    await make_advisor(database, "maja")
    await _connect(database)
    frame, first, second = Frame.around(DAY), Interval(NINE, TEN), Interval(TEN, NOON)
    await _take(database, Changes({"a": (first,)}, complete=True))
    busy_cache._kept.clear()
    async with database.reading() as session:
        (row,) = await diary_rows.advisor_rows(session, ["maja"])
    await _take(database, Changes({"a": (second,)}, complete=True))
    async with database.reading() as session:
        late = await busy_minutes(session, {"maja": row.busy_digest})
    assert late["maja"].within(frame) == frame.bits(second)
    await _take(database, Changes({"a": (first,)}, complete=True))
    async with database.reading() as session:
        back = await busy_minutes(session, {"maja": row.busy_digest})
    assert back["maja"].within(frame) == frame.bits(first)


def test_no_server_is_asked_when_somebody_is_free() -> None:
    """Its answer leaves out what it did not expand: events are fetched and expanded here."""
    adapters = list(Path(busy.__file__).parent.rglob("*.py"))
    assert len(adapters) > 20
    for path in adapters:
        said = path.read_text(encoding="utf-8").casefold()
        for asked in ("free-busy-query", "/freebusy", "getschedule", "findmeetingtimes"):
            assert asked not in said, f"{path.name} asks {asked}"
