"""Which times can be offered: advisors' diaries against a meeting, minute by minute. Pure.

Policy (docs: booking): of two neighbouring meetings the larger buffer counts, not the
sum; entries of outside calendars have no buffer of their own; held times block like
booked ones; limits count the advisor's local day or week.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import compress
from math import gcd
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from crm_bridge.calendars.bitmap import (
    Frame,
    Minutes,
    Places,
    minute_ceil,
    minute_floor,
    positions,
    rounded_outward,
    span,
    spread_down,
    spread_up,
)
from crm_bridge.calendars.grid import Grid, period_grid, stretch_grid
from crm_bridge.calendars.hours import DAY_MINUTES, WorkingHours, local_day, working_periods
from crm_bridge.calendars.intervals import Interval, intersect

CELL_MINUTES = 5
"""Meetings of ours take whole cells of five minutes, as the claims in the database do."""

NO_MINUTES = Minutes(0, 0)
MARGIN_MINUTES = 24 * 60
"""How far around the wanted span diaries are looked at: no buffer is longer."""

Why = Literal[
    "inactive",
    "calendar_stale",
    "no_hours",
    "too_short",
    "notice",
    "busy",
    "booked",
    "limit",
    "grid",
]


@dataclass(frozen=True, slots=True)
class Taken:
    """A meeting of ours, booked or held, with the buffers it was made with (minutes)."""

    start: datetime
    end: datetime
    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many meetings, or minutes of them, in a local day or week (from Monday).

    `counted` are the meetings that use it up: the advisor's own, or a whole team's.
    """

    per: Literal["day", "week"]
    meetings: int | None = None
    minutes: int | None = None
    counted: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The meeting to place: minutes, how openings are spaced, and from when to when
    (half-open; already cut to the notice and the window that the campaign allows)."""

    length_minutes: int
    grid: Grid
    between: Interval


@dataclass(frozen=True, slots=True)
class Diary:
    """All that decides when one advisor can be met. `earliest` is now plus their notice."""

    advisor: str
    zone: ZoneInfo
    hours: WorkingHours
    earliest: datetime
    buffer_before: int = 0
    buffer_after: int = 0
    busy: Sequence[Interval] = ()
    busy_minutes: Minutes = NO_MINUTES
    taken: Sequence[Taken] = ()
    limits: tuple[Limit, ...] = ()
    closed: Why | None = None  # offers nothing at all, and why


class Opening(NamedTuple):
    """A bookable time [start, end) in UTC and the advisors who are free then, in diary order."""

    start: datetime
    end: datetime
    advisors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """How many openings were left for an advisor once `why` had been taken into account."""

    why: Why
    left: int


def openings_of_any(diaries: Sequence[Diary], wanted: Wanted) -> list[Opening]:
    """The times at which at least one advisor can be met, in order, each with all of them."""
    return openings_and_who(diaries, wanted)[0]


def openings_and_who(diaries: Sequence[Diary], wanted: Wanted) -> tuple[list[Opening], list[str]]:
    """The same, and the advisors who have any."""
    shared = Shared(wanted, diaries)
    advisors: list[str] = []
    found: list[int] = []
    for diary in diaries:
        if not diary.closed:
            bits = _bits(diary, wanted, shared)
            if bits:
                advisors.append(diary.advisor)
                found.append(bits)
    length, known = wanted.length_minutes, dict[bytes, tuple[str, ...]]()
    openings = []
    for minute, free in _by_start(found, shared.places):
        who = known.get(free)
        if who is None:
            known[free] = who = tuple(compress(advisors, free))  # neighbours are often the same
        openings.append(Opening(*span(minute, length), who))
    return openings, advisors


_BIT: Final = tuple(bytes(byte >> bit & 1 for byte in range(256)) for bit in range(8))


def _by_start(found: Sequence[int], places: Places) -> Iterator[tuple[int, bytes]]:
    """Each start (minutes after 1970) that is set in any of the bitmaps, with a byte for each
    bitmap: 1 where it has it. All bitmaps in a row, so that every start is one slice across them."""
    union = 0
    for bits in found:
        union |= bits
    size = -(-places.length // 8)
    packed = b"".join(bits.to_bytes(size, "little") for bits in found)
    for place in positions(union):
        yield places.minute(place), packed[place >> 3 :: size].translate(_BIT[place & 7])


def openings_of_all(diaries: Sequence[Diary], wanted: Wanted) -> list[Opening]:
    """The times at which every advisor can be met at once, on the first one's clock."""
    if not diaries or any(diary.closed for diary in diaries):
        return []
    cases = [_Case(diary, wanted) for diary in diaries]
    permitted = cases[0].frame.full
    for case in cases:
        permitted &= case.permitted()
    periods = intersect([case.periods for case in cases])
    bits = cases[0].gridded(permitted, periods)
    advisors = tuple(diary.advisor for diary in diaries)
    frame, length = cases[0].frame, wanted.length_minutes
    return [Opening(*span(frame.start + bit, length), advisors) for bit in positions(bits)]


def starts(diary: Diary, wanted: Wanted) -> list[datetime]:
    """When a meeting with this advisor can begin, in UTC, in order."""
    if diary.closed:
        return []
    shared = Shared(wanted, [diary])
    bits = _bits(diary, wanted, shared)
    places, length = shared.places, wanted.length_minutes
    return [span(places.minute(bit), length)[0] for bit in positions(bits)]


def _bits(diary: Diary, wanted: Wanted, shared: "Shared") -> int:
    """The starts of a diary, a bit for each of `shared.places`. Where the grid is the working
    period's, nothing depends on what is left of the time: only places on the grid are looked
    at, and all that many diaries have in common is worked out once."""
    if wanted.grid.align != "period":
        case = _Case(diary, wanted, shared)
        return case.gridded(case.permitted(), case.periods)
    bits = shared.earliest(diary)
    if not bits:
        return 0
    if diary.busy_minutes.bits:
        last = wanted.length_minutes - 1 + diary.buffer_after
        bits &= free_places(diary.busy_minutes, shared.places, last, diary.buffer_before)
    if diary.busy or diary.taken or diary.limits:
        bits &= ~shared.places.touched(_Case(diary, wanted, shared).taken_runs())
    return bits


@lru_cache(maxsize=4096)
def free_places(busy: Minutes, places: Places, below: int, above: int) -> int:
    """The places that are further than `below` minutes before and `above` after a busy one.
    Kept: calendars change less often than they are asked."""
    blocked = spread_up(spread_down(busy.within(places.frame), below), above)
    return places.of(places.frame.full & ~blocked)


def why_none(diary: Diary, wanted: Wanted) -> Why | None:
    """Why this advisor offers nothing; None when there is an opening."""
    return next((stage.why for stage in explain(diary, wanted) if not stage.left), None)


def explain(diary: Diary, wanted: Wanted) -> list[Stage]:
    """What each thing to consider left of the openings, in the order they are considered.

    The first stage with nothing left is the reason; "grid" when there is free time but no
    opening of the grid fits into it.
    """
    if diary.closed:
        return [Stage(diary.closed, 0)]
    case = _Case(diary, wanted)
    found: list[Stage] = []
    for why, permitted in case.stages():
        left = case.gridded(permitted, case.periods).bit_count()
        if not left and permitted:
            return [*found, Stage("grid", 0)]
        found.append(Stage(why, left))
        if not left:
            break
    return found


class _Same:
    """Working hours, told apart by identity: they hold mappings, which have no hash."""

    __slots__ = ("hours",)

    def __init__(self, hours: WorkingHours) -> None:
        self.hours = hours

    def __hash__(self) -> int:
        return id(self.hours)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.hours is self.hours


@dataclass(frozen=True, slots=True, eq=False)
class _Hours:
    """What one set of working hours makes of a meeting, anywhere in the frame. `every` is
    the widest spacing of places, in minutes, that has every start of the grid."""

    periods: list[Interval]
    working: int
    fits: int
    grid: int | None
    every: int


@lru_cache(maxsize=512)
def _worked_out(same: _Same, zone: ZoneInfo, frame: Frame, length: int, grid: Grid) -> _Hours:
    """Kept: hours change rarely, and the frame once a day."""
    whole = Interval(frame.instant(0), frame.instant(frame.length))
    periods = working_periods(same.hours, zone, whole)
    working = frame.inside(periods)
    fits = frame.full & ~spread_down(frame.full & ~working, length - 1)
    on_grid, every = None, 1
    if grid.align == "period":
        on_grid = period_grid(periods, zone, step=grid.step, frame=frame)
        every = gcd(*positions(on_grid)) or 1
    return _Hours(periods, working, fits, on_grid, every)


@lru_cache(maxsize=1024)
def _starts_of(hours: _Hours, places: Places) -> int:
    """The places at which a meeting may begin by the hours alone."""
    return places.of(hours.fits & (hours.grid or 0))


class Shared:
    """What the diaries of one search have in common, worked out once.

    `places` are the starts looked at: every quarter of an hour, say, where all working hours
    begin so, which is a fifteenth of the minutes.
    """

    def __init__(self, wanted: Wanted, diaries: Iterable[Diary]) -> None:
        self.wanted = wanted
        margin = wanted.length_minutes + MARGIN_MINUTES
        self.frame = Frame.of_days(wanted.between, margin_minutes=margin)
        self.window = self.frame.bits(wanted.between)
        self._hours: dict[tuple[int, ZoneInfo], _Hours] = {}
        self._earliest: dict[tuple[_Hours, datetime], int] = {}
        self.places = Places(self.frame, self._every(diaries))

    def _every(self, diaries: Iterable[Diary]) -> int:
        if self.wanted.grid.align != "period":
            return 1
        return gcd(DAY_MINUTES, *(self.of(each).every for each in diaries if not each.closed))

    def of(self, diary: Diary) -> _Hours:
        """The hours of a diary; those that are the same object are the same."""
        key = (id(diary.hours), diary.zone)
        found = self._hours.get(key)
        if found is None:
            wanted, same = self.wanted, _Same(diary.hours)
            found = _worked_out(same, diary.zone, self.frame, wanted.length_minutes, wanted.grid)
            self._hours[key] = found
        return found

    def earliest(self, diary: Diary) -> int:
        """The places on the grid that fit into the diary's hours, from its earliest on."""
        hours = self.of(diary)
        key = (hours, diary.earliest)
        found = self._earliest.get(key)
        if found is None:
            between = self.wanted.between
            allowed = Interval(max(between.start, diary.earliest), between.end)
            found = _starts_of(hours, self.places) & self.places.within(allowed)
            self._earliest[key] = found
        return found


class _Case:
    """One diary against one wanted meeting. A start is the minute a meeting begins at."""

    def __init__(self, diary: Diary, wanted: Wanted, shared: Shared | None = None) -> None:
        shared = shared or Shared(wanted, [diary])
        self.hours = shared.of(diary)
        self.periods = self.hours.periods
        self.diary = diary
        self.length = wanted.length_minutes
        self.grid = wanted.grid
        self.between = wanted.between
        self.frame = shared.frame
        self.window = shared.window

    def permitted(self) -> int:
        """The starts, at any minute, that nothing forbids."""
        permitted = 0
        for _, permitted in self.stages():
            if not permitted:
                break
        return permitted

    def stages(self) -> Iterator[tuple[Why, int]]:
        """The starts still permitted after each thing considered."""
        diary, frame, last = self.diary, self.frame, self.length - 1
        yield "no_hours", self.hours.working & self.window
        permitted = self.hours.fits & self.window
        yield "too_short", permitted
        permitted &= frame.bits(Interval(diary.earliest, frame.instant(frame.length)))
        yield "notice", permitted
        busy = diary.busy_minutes.within(frame)
        if diary.busy:
            busy |= frame.touched(rounded_outward(diary.busy))
        busy = spread_up(spread_down(busy, last + diary.buffer_after), diary.buffer_before)
        permitted &= ~busy
        yield "busy", permitted
        permitted &= ~frame.touched(self._meeting_runs())
        yield "booked", permitted
        for limit in diary.limits:
            permitted &= ~frame.touched(self._used_up(limit))
        yield "limit", permitted

    def taken_runs(self) -> list[tuple[int, int]]:
        """The minutes [first, end) after 1970 at which no meeting can begin for our own
        meetings, limits and single busy times."""
        diary, last = self.diary, self.length - 1 + self.diary.buffer_after
        runs = self._meeting_runs()
        for limit in diary.limits:
            runs += self._used_up(limit)
        for first, end in rounded_outward(diary.busy):
            runs.append((first - last, end + diary.buffer_before))
        return runs

    def gridded(self, permitted: int, periods: Sequence[Interval]) -> int:
        """The permitted starts that are on the grid."""
        zone, frame = self.diary.zone, self.frame
        if self.hours.grid is not None and periods is self.periods:
            return permitted & self.hours.grid
        if self.grid.align == "period":
            return permitted & period_grid(periods, zone, step=self.grid.step, frame=frame)
        return stretch_grid(permitted, zone, grid=self.grid, frame=frame)

    def _meeting_runs(self) -> list[tuple[int, int]]:
        """The starts that our own meetings forbid: the larger of the two buffers on each side."""
        runs = []
        for taken in self.diary.taken:
            first, end = _cells_of(taken)
            if end > first:
                gap_before = max(taken.before, self.diary.buffer_after)
                gap_after = max(taken.after, self.diary.buffer_before)
                runs.append((first - gap_before - self.length + 1, end + gap_after))
        return runs

    def _used_up(self, limit: Limit) -> list[tuple[int, int]]:
        """The minutes of every local day or week that has no room for one more meeting."""
        if limit.meetings == 0 or (limit.minutes is not None and limit.minutes < self.length):
            return [(self.frame.start, self.frame.start + self.frame.length)]
        zone = self.diary.zone
        used: dict[date, list[Interval]] = {}
        for meeting in limit.counted:
            used.setdefault(_first_day(meeting.start, zone, limit.per), []).append(meeting)
        runs = []
        for day, meetings in used.items():
            full = limit.meetings is not None and len(meetings) >= limit.meetings
            long = limit.minutes is not None and _minutes(meetings) + self.length > limit.minutes
            if full or long:
                last = day + timedelta(days=0 if limit.per == "day" else 6)
                start, end = local_day(day, zone).start, local_day(last, zone).end
                runs.append((minute_ceil(start), minute_floor(end)))
        return runs


@lru_cache(maxsize=16384)
def _cells_of(taken: Taken) -> tuple[int, int]:
    """The minutes [first, end) of the cells that a meeting of ours takes; nothing where it
    has no length."""
    whole = rounded_outward([Interval(taken.start, taken.end)], to=CELL_MINUTES)
    return whole[0] if whole else (0, 0)


def _minutes(meetings: Iterable[Interval]) -> int:
    return sum(minute_ceil(each.end) - minute_floor(each.start) for each in meetings)


@lru_cache(maxsize=16384)
def _first_day(instant: datetime, zone: ZoneInfo, per: Literal["day", "week"]) -> date:
    day = instant.astimezone(zone).date()
    return day if per == "day" else day - timedelta(days=day.weekday())
