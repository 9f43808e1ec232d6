"""Openings against a slow reading of the policy, and its rules one by one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_bridge.calendars.busy_bits import pack, unpack
from crm_bridge.calendars.grid import Grid, natural_step
from crm_bridge.calendars.hours import Period, WorkingHours, working_intervals, working_periods
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.openings import (
    Diary,
    Limit,
    Opening,
    Taken,
    Wanted,
    explain,
    openings_of_all,
    openings_of_any,
    starts,
    why_none,
)
from crm_bridge.calendars.teams import openings_owner_first, openings_with_fixed

LJUBLJANA = ZoneInfo("Europe/Ljubljana")
MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 3, 11, 11, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Ljubljana
DAY = Interval(datetime(2026, 3, 11, 23, tzinfo=UTC), datetime(2026, 3, 12, 23, tzinfo=UTC))
MORNING = WorkingHours(weekly={day: (Period(540, 720),) for day in range(7)})


def _diary(advisor: str = "maja", **values: object) -> Diary:
    given: dict[str, object] = {"zone": LJUBLJANA, "hours": MORNING, "earliest": NOON, **values}
    return Diary(advisor=advisor, **given)  # type: ignore[arg-type]


def _wanted(length: int = 30, between: Interval = DAY, **grid: object) -> Wanted:
    given: dict[str, object] = {"step": natural_step(length), **grid}
    return Wanted(length, Grid(**given), between)  # type: ignore[arg-type]


def _at(hour: int, minute: int = 0, day: int = 12) -> datetime:
    """A time of Ljubljana's wall clock in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=LJUBLJANA).astimezone(UTC)


def _clock(found: list[datetime]) -> list[str]:
    return [f"{each.astimezone(LJUBLJANA):%H:%M}" for each in found]


# -- the policy, read slowly ------------------------------------------------------------------


def _slow(diary: Diary, wanted: Wanted) -> list[datetime]:
    around = Interval(
        wanted.between.start - timedelta(days=3), wanted.between.end + timedelta(days=3)
    )
    periods = working_periods(diary.hours, diary.zone, around)
    stretches = working_intervals(diary.hours, diary.zone, around)
    length = timedelta(minutes=wanted.length_minutes)
    found = set()
    for period in periods:
        wall = period.start.astimezone(diary.zone).replace(tzinfo=None)
        at = period.start
        while at < period.end:
            here = at.astimezone(diary.zone).replace(tzinfo=None)
            if (here - wall) % timedelta(minutes=wanted.grid.step) == timedelta():
                meeting = Interval(at, at + length)
                inside = any(each.start <= at and meeting.end <= each.end for each in stretches)
                if inside and _allowed(diary, wanted, meeting):
                    found.add(at)
            at += MINUTE
    return sorted(found)


def _allowed(diary: Diary, wanted: Wanted, meeting: Interval) -> bool:
    if not wanted.between.start <= meeting.start < wanted.between.end:
        return False
    if meeting.start < diary.earliest:
        return False
    before, after = diary.buffer_before * MINUTE, diary.buffer_after * MINUTE
    padded = Interval(meeting.start - before, meeting.end + after)
    if any(not busy.empty and busy.overlaps(padded) for busy in diary.busy):
        return False
    for taken in diary.taken:
        gap_before = max(taken.before * MINUTE, after)
        gap_after = max(taken.after * MINUTE, before)
        if taken.start - gap_before < meeting.end and meeting.start < taken.end + gap_after:
            return False
    return all(_room(limit, diary.zone, meeting) for limit in diary.limits)


def _room(limit: Limit, zone: ZoneInfo, meeting: Interval) -> bool:
    def key(interval: Interval) -> object:
        day = interval.start.astimezone(zone).date()
        return day if limit.per == "day" else day.isocalendar()[:2]

    same = [each for each in limit.counted if key(each) == key(meeting)]
    if limit.meetings is not None and len(same) >= limit.meetings:
        return False
    minutes = sum((each.end - each.start) // MINUTE for each in same)
    return (
        limit.minutes is None or minutes + (meeting.end - meeting.start) // MINUTE <= limit.minutes
    )


CHANGES = {  # where the clocks change within two days of it
    ZoneInfo("Europe/Ljubljana"): [date(2026, 3, 29), date(2026, 10, 25)],
    ZoneInfo("America/New_York"): [date(2026, 3, 8), date(2026, 11, 1)],
    ZoneInfo("Australia/Lord_Howe"): [date(2026, 4, 5), date(2026, 10, 4)],
    ZoneInfo("America/Santiago"): [date(2026, 4, 4), date(2026, 9, 6)],
    ZoneInfo("Asia/Kolkata"): [date(2026, 3, 29)],
}


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Diary, Wanted]:
    zone = draw(st.sampled_from(list(CHANGES)))
    day = draw(st.sampled_from(CHANGES[zone]))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    cell = st.integers(-400, 400).map(lambda cell: noon + cell * 5 * MINUTE)

    def interval() -> Interval:
        return Interval(start := draw(cell), start + draw(st.integers(0, 40)) * 5 * MINUTE)

    def period() -> Period:
        first = draw(st.integers(0, 287)) * 5
        return Period(first, first + draw(st.integers(1, 144)) * 5)

    hours = WorkingHours(
        weekly={weekday: (period(),) for weekday in draw(st.sets(st.integers(0, 6)))},
        dates={day: (period(), period())} if draw(st.booleans()) else {},
    )
    buffers = st.sampled_from([0, 5, 15, 30])
    taken = tuple(
        Taken(each.start, each.end, draw(buffers), draw(buffers))
        for each in [interval() for _ in range(draw(st.integers(0, 4)))]
        if not each.empty
    )
    counted = tuple(Interval(each.start, each.end) for each in taken)
    limits = tuple(
        Limit(per, meetings=draw(st.sampled_from([1, 2])), counted=counted)
        for per in draw(st.sampled_from([(), ("day",), ("week",)]))
    )
    diary = Diary(
        advisor="a",
        zone=zone,
        hours=hours,
        earliest=draw(cell),
        buffer_before=draw(buffers),
        buffer_after=draw(buffers),
        busy=[interval() for _ in range(draw(st.integers(0, 4)))],
        taken=taken,
        limits=limits,
    )
    length = draw(st.sampled_from([15, 30, 45, 60, 90]))
    between = Interval(noon - timedelta(days=1), noon + timedelta(days=1))
    return diary, Wanted(length, Grid(step=draw(st.sampled_from([15, 25, 30, 60]))), between)


@settings(max_examples=150, deadline=None)
@given(_cases())
def test_the_fast_openings_are_the_slow_ones(case: tuple[Diary, Wanted]) -> None:
    diary, wanted = case
    found = starts(diary, wanted)
    assert found == _slow(diary, wanted)
    stored = replace(diary, busy=(), busy_minutes=unpack(pack(diary.busy).items()))
    assert starts(stored, wanted) == found  # as the database has it
    assert explain(stored, wanted) == explain(diary, wanted)
    assert [each.start for each in openings_of_any([diary, stored], wanted)] == found
    odd = WorkingHours(weekly={day: (Period(547, 733),) for day in range(7)})  # from 09:07
    other = replace(stored, advisor="b", hours=odd)
    theirs = starts(other, wanted)
    assert theirs == _slow(replace(other, busy=diary.busy), wanted)
    assert openings_of_any([diary, other], wanted) == [
        (start, start + wanted.length_minutes * MINUTE, who)
        for start in sorted({*found, *theirs})
        if (who := tuple(["a"] * (start in found) + ["b"] * (start in theirs)))
    ]
    assert (why_none(diary, wanted) is None) == bool(found)


# -- its rules one by one ---------------------------------------------------------------------


def test_the_grid_begins_with_the_working_period_whatever_is_booked() -> None:
    busy = [Interval(_at(9, 10), _at(9, 20))]
    assert _clock(starts(_diary(busy=busy), _wanted())) == [
        "09:30",
        "10:00",
        "10:30",
        "11:00",
        "11:30",
    ]


def test_a_meeting_fits_into_touching_periods_as_into_one() -> None:
    hours = WorkingHours(weekly={3: (Period(540, 600), Period(600, 660))})
    assert _clock(starts(_diary(hours=hours), _wanted(90, step=30))) == ["09:00", "09:30"]


def test_the_larger_of_two_buffers_keeps_neighbours_apart_not_their_sum() -> None:
    taken = (Taken(_at(10), _at(10, 30), before=15, after=15),)
    found = starts(_diary(taken=taken, buffer_before=15, buffer_after=30), _wanted(30, step=15))
    assert _clock(found) == ["09:00", "10:45", "11:00", "11:15", "11:30"]


def test_an_outside_entry_is_kept_apart_by_our_buffer_alone() -> None:
    busy = [Interval(_at(10), _at(10, 30))]
    found = starts(_diary(busy=busy, buffer_before=15, buffer_after=15), _wanted(30, step=15))
    assert _clock(found) == ["09:00", "09:15", "10:45", "11:00", "11:15", "11:30"]


def test_meetings_of_ours_take_whole_cells_of_five_minutes() -> None:
    taken = (Taken(_at(9), _at(9, 28)),)
    assert _clock(starts(_diary(taken=taken), _wanted(30, step=1)))[0] == "09:30"


def test_the_limit_counts_the_advisors_own_day() -> None:
    honolulu = ZoneInfo("Pacific/Honolulu")
    hours = WorkingHours(weekly={day: (Period(0, 1440),) for day in range(7)})
    counted = (Interval(_at(8, 0), _at(9, 0)),)  # 21:00 of the 11th in Honolulu
    limit = Limit("day", meetings=1, counted=counted)
    found = starts(_diary(zone=honolulu, hours=hours, limits=(limit,)), _wanted(60))
    assert {each.astimezone(honolulu).date() for each in found} == {date(2026, 3, 12)}


def test_any_of_several_names_who_is_free_and_all_wants_everybody() -> None:
    maja = _diary("maja", busy=[Interval(_at(9), _at(10))])
    noam = _diary("noam", busy=[Interval(_at(9, 30), _at(11, 30))])
    some = openings_of_any([maja, noam], _wanted())
    assert [(f"{each.start.astimezone(LJUBLJANA):%H:%M}", each.advisors) for each in some] == [
        ("09:00", ("noam",)),
        ("10:00", ("maja",)),
        ("10:30", ("maja",)),
        ("11:00", ("maja",)),
        ("11:30", ("maja", "noam")),
    ]
    both = openings_of_all([maja, noam], _wanted())
    assert both == [Opening(_at(11, 30), _at(12), ("maja", "noam"))]
    assert openings_of_all([], _wanted()) == []


def test_the_owner_comes_first_while_they_have_time_soon() -> None:
    owner, other = _diary("owner"), _diary("other")
    away = _diary("owner", busy=[Interval(NOON, NOON + timedelta(days=14))])
    mine = openings_owner_first(owner, [other], _wanted(), now=NOON)
    theirs = openings_owner_first(away, [other], _wanted(), now=NOON)
    assert {each.advisors for each in mine} == {("owner",)}
    assert {each.advisors for each in theirs} == {("other",)}


def test_a_fixed_advisor_is_always_there_with_any_of_the_others() -> None:
    fixed = _diary("fixed", busy=[Interval(_at(9), _at(11))])
    others = [_diary("a", busy=[Interval(_at(11), _at(11, 30))]), _diary("b")]
    found = openings_with_fixed([fixed], others, _wanted())
    assert [each.advisors for each in found] == [("fixed", "b"), ("fixed", "a", "b")]


def test_each_reason_for_no_opening_is_told() -> None:
    sunday = Interval(_at(0, day=15), _at(23, day=15))
    weekdays = WorkingHours(weekly={day: (Period(540, 720),) for day in range(5)})
    full = (Taken(_at(9), _at(12)),)
    one = (Limit("day", meetings=1, counted=(Interval(_at(7), _at(8)),)),)
    odd = [Interval(_at(9), _at(9, 10)), Interval(_at(9, 45), _at(12))]
    reasons = [
        why_none(_diary(hours=weekdays), _wanted(between=sunday)),
        why_none(_diary(), _wanted(200)),
        why_none(_diary(earliest=_at(12)), _wanted()),
        why_none(_diary(busy=[Interval(_at(8), _at(13))]), _wanted()),
        why_none(_diary(taken=full), _wanted()),
        why_none(_diary(limits=one), _wanted()),
        why_none(_diary(busy=odd), _wanted()),
        why_none(_diary(closed="calendar_stale"), _wanted()),
        why_none(_diary(), _wanted()),
    ]
    assert reasons == [
        "no_hours", "too_short", "notice", "busy", "booked", "limit", "grid", "calendar_stale", None,
    ]  # fmt: skip


def test_explain_counts_what_each_thing_leaves() -> None:
    diary = _diary(earliest=_at(9, 30), busy=[Interval(_at(10), _at(10, 30))])
    left = [(stage.why, stage.left) for stage in explain(diary, _wanted())]
    assert left == [
        ("no_hours", 6), ("too_short", 6), ("notice", 5), ("busy", 4), ("booked", 4), ("limit", 4),
    ]  # fmt: skip


def test_a_meetings_step_keeps_round_times() -> None:
    assert [natural_step(length) for length in (5, 15, 20, 25, 30, 45, 50, 60, 90)] == [
        5, 15, 20, 15, 30, 30, 30, 60, 30,
    ]  # fmt: skip
