"""Working hours stay where the wall clock says, across every change of the clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_bridge.calendars.hours import (
    Period,
    WorkingHours,
    local_day,
    working_intervals,
    working_periods,
)
from crm_bridge.calendars.intervals import Interval, merge

LJUBLJANA = ZoneInfo("Europe/Ljubljana")
EVERY_DAY = range(7)
# Zones that change in spring and autumn, by half an hour, at midnight, not at all, and
# that skipped a whole day.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Ljubljana",
        "America/New_York",
        "Asia/Jerusalem",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Asia/Kolkata",
        "Africa/Casablanca",
        "Pacific/Apia",
        "UTC",
    )
]


def _change_days() -> list[tuple[ZoneInfo, date]]:
    """Every (zone, day) from 2011 to 2030 within which the clocks change."""
    found = []
    for zone in ZONES:
        day, before = date(2011, 12, 20), None
        while day < date(2030, 12, 31):
            offset = datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset()
            if before is not None and offset != before:
                found.append((zone, day))
            day, before = day + timedelta(days=1), offset
    return found


DAYS = st.one_of(
    st.tuples(st.sampled_from(_change_days()), st.integers(-1, 1)).map(
        lambda pair: (pair[0][0], pair[0][1] + timedelta(days=pair[1]))
    ),
    st.tuples(st.sampled_from(ZONES), st.dates(date(2011, 12, 20), date(2030, 12, 31))),
)
CELLS = st.integers(0, 287).map(lambda cell: cell * 5)
LENGTHS = st.one_of(st.integers(1, 48), st.integers(1, 288)).map(lambda cells: cells * 5)
NIGHT = st.integers(0, 60).map(lambda cell: cell * 5)  # where the clocks change


def _every_day(start: int, end: int) -> WorkingHours:
    return WorkingHours(weekly={day: (Period(start, end),) for day in EVERY_DAY})


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _span(first: str, last: str) -> Interval:
    return Interval(_utc(first), _utc(last))


@settings(max_examples=300)
@given(place=DAYS, start=st.one_of(NIGHT, CELLS), length=LENGTHS)
def test_every_working_minute_is_a_working_minute_of_the_wall_clock(
    place: tuple[ZoneInfo, date], start: int, length: int
) -> None:
    zone, day = place
    hours = _every_day(start, start + length)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    window = Interval(noon - timedelta(days=1), noon + timedelta(days=1))
    for interval in working_periods(hours, zone, window):
        at = interval.start
        while at < interval.end:
            wall = at.astimezone(zone)
            minute = wall.hour * 60 + wall.minute
            assert start <= minute < start + length or minute + 1440 < start + length
            at += timedelta(minutes=5)


@settings(max_examples=300)
@given(place=DAYS, start=st.one_of(NIGHT, CELLS), length=LENGTHS)
def test_only_a_doubled_hour_is_ever_left_out(
    place: tuple[ZoneInfo, date], start: int, length: int
) -> None:
    """Each wall minute of the hours that exists exactly once is worked."""
    zone, day = place
    hours = _every_day(start, start + length)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    window = Interval(noon - timedelta(days=1), noon + timedelta(days=1))
    worked = working_intervals(hours, zone, window)
    at = window.start
    while at < window.end:
        wall = at.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        meant = start <= minute < start + length or minute + 1440 < start + length
        twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
        if meant and not twice:
            assert any(each.start <= at < each.end for each in worked)
        at += timedelta(minutes=5)


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        ("2026-03-28", "2026-03-28T08:00", "2026-03-28T16:00"),
        ("2026-03-29", "2026-03-29T07:00", "2026-03-29T15:00"),
        ("2026-10-24", "2026-10-24T07:00", "2026-10-24T15:00"),
        ("2026-10-25", "2026-10-25T08:00", "2026-10-25T16:00"),
    ],
)
def test_nine_to_five_is_nine_to_five_on_both_sides_of_a_change(
    day: str, start: str, end: str
) -> None:
    window = local_day(date.fromisoformat(day), LJUBLJANA)
    assert working_intervals(_every_day(540, 1020), LJUBLJANA, window) == [_span(start, end)]


def test_a_night_over_the_spring_change_is_an_hour_shorter_and_over_autumns_longer() -> None:
    nights = _every_day(22 * 60, 30 * 60)
    spring = working_intervals(nights, LJUBLJANA, _span("2026-03-28T12:00", "2026-03-29T12:00"))
    autumn = working_intervals(nights, LJUBLJANA, _span("2026-10-24T12:00", "2026-10-25T12:00"))
    assert spring == [_span("2026-03-28T21:00", "2026-03-29T04:00")]
    assert autumn == [_span("2026-10-24T20:00", "2026-10-25T05:00")]


def test_an_overnight_period_belongs_to_the_day_it_begins() -> None:
    hours = WorkingHours(
        weekly={0: (Period(22 * 60, 26 * 60),)}, dates={date(2026, 3, 10): ()}
    )  # Monday nights; Tuesday the 10th is off, which leaves Monday's night alone
    window = _span("2026-03-09T00:00", "2026-03-12T00:00")
    night = [_span("2026-03-09T21:00", "2026-03-10T01:00")]
    assert working_intervals(hours, LJUBLJANA, window) == night


def test_a_day_off_removes_the_whole_night_that_begins_on_it() -> None:
    hours = WorkingHours(weekly={0: (Period(22 * 60, 26 * 60),)}, dates={date(2026, 3, 9): ()})
    window = _span("2026-03-09T00:00", "2026-03-12T00:00")
    assert working_intervals(hours, LJUBLJANA, window) == []


def test_a_period_that_begins_in_the_missing_hour_begins_at_the_change() -> None:
    window = local_day(date(2026, 3, 29), LJUBLJANA)
    worked = working_intervals(_every_day(150, 300), LJUBLJANA, window)  # 02:30 to 05:00
    assert worked == [_span("2026-03-29T01:00", "2026-03-29T03:00")]


def test_a_period_that_lies_in_the_missing_hour_is_not_worked() -> None:
    window = local_day(date(2026, 3, 29), LJUBLJANA)
    assert working_intervals(_every_day(135, 165), LJUBLJANA, window) == []


def test_a_period_within_the_doubled_hour_is_worked_once() -> None:
    window = local_day(date(2026, 10, 25), LJUBLJANA)
    worked = working_intervals(_every_day(135, 165), LJUBLJANA, window)  # 02:15 to 02:45
    assert worked == [_span("2026-10-25T00:15", "2026-10-25T00:45")]


@given(place=DAYS)
def test_days_follow_each_other_without_gap_or_overlap(place: tuple[ZoneInfo, date]) -> None:
    zone, day = place
    days = [local_day(day + timedelta(days=step), zone) for step in range(3)]
    assert days[0].end == days[1].start
    assert days[1].end == days[2].start
    for number, each in enumerate(days):
        wanted = day + timedelta(days=number)
        assert each.empty or each.start.astimezone(zone).date() == wanted


def test_touching_periods_are_one_stretch_and_two_grids() -> None:
    hours = WorkingHours(weekly={2: (Period(540, 720), Period(720, 1020))})
    window = _span("2026-03-11T00:00", "2026-03-12T00:00")
    periods = working_periods(hours, LJUBLJANA, window)
    assert len(periods) == 2
    assert working_intervals(hours, LJUBLJANA, window) == merge(periods)
