"""Which times can be offered: advisors' diaries against a meeting, minute by minute. Pure.

Policy (docs: booking): of two neighbouring meetings the larger buffer counts, not the
sum; entries of outside calendars have no buffer of their own; held times block like
booked ones; limits count the advisor's local day or week.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import compress
from typing import Final, Literal
from zoneinfo import ZoneInfo

from crm_bridge.calendars.bitmap import (
    Frame,
    Minutes,
    minute_ceil,
    minute_floor,
    positions,
    rounded_outward,
    spread_down,
    spread_up,
)
from crm_bridge.calendars.grid import Grid, period_grid, stretch_grid
from crm_bridge.calendars.hours import WorkingHours, local_day, working_periods
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


@dataclass(frozen=True, slots=True)
class Opening:
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
    shared = Shared(wanted)
    advisors: list[str] = []
    found: list[int] = []
    for diary in diaries:
        if not diary.closed:
            bits = _bits(diary, wanted, shared)
            if bits:
                advisors.append(diary.advisor)
                found.append(bits)
    length = timedelta(minutes=wanted.length_minutes)
    openings = [
        Opening(start, start + length, tuple(compress(advisors, free)))
        for start, free in _by_start(found, shared.frame)
    ]
    return openings, advisors


_BIT: Final = tuple(bytes(byte >> bit & 1 for byte in range(256)) for bit in range(8))


def _by_start(found: Sequence[int], frame: Frame) -> Iterator[tuple[datetime, bytes]]:
    """Each start that is set in any of the bitmaps, with a byte for each bitmap: 1 where it
    has it. All bitmaps in a row, so that every start is one slice across them."""
    union = 0
    for bits in found:
        union |= bits
    size = -(-frame.length // 8)
    packed = b"".join(bits.to_bytes(size, "little") for bits in found)
    for place in positions(union):
        yield frame.instant(place), packed[place >> 3 :: size].translate(_BIT[place & 7])


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
    length = timedelta(minutes=wanted.length_minutes)
    found = [cases[0].frame.instant(bit) for bit in positions(bits)]
    return [Opening(start, start + length, advisors) for start in found]


def starts(diary: Diary, wanted: Wanted) -> list[datetime]:
    """When a meeting with this advisor can begin, in UTC, in order."""
    if diary.closed:
        return []
    shared = Shared(wanted)
    bits = _bits(diary, wanted, shared)
    return [shared.frame.instant(bit) for bit in positions(bits)]


def _bits(diary: Diary, wanted: Wanted, shared: "Shared") -> int:
    """The starts of a diary. Where the grid is the working period's, nothing depends on what
    is left of the time, and all that many diaries have in common is worked out once."""
    if wanted.grid.align != "period":
        case = _Case(diary, wanted, shared)
        return case.gridded(case.permitted(), case.periods)
    bits = shared.earliest(diary)
    if not bits:
        return 0
    if diary.busy_minutes.bits:
        reach = wanted.length_minutes - 1 + diary.buffer_after
        bits &= free_starts(diary.busy_minutes, shared.frame, reach, diary.buffer_before)
    if diary.busy or diary.taken or diary.limits:
        bits &= _Case(diary, wanted, shared).left_by_meetings()
    return bits


@lru_cache(maxsize=2048)
def free_starts(busy: Minutes, frame: Frame, below: int, above: int) -> int:
    """The minutes of `frame` that are further than `below` before and `above` after a busy
    one. Kept: calendars change less often than they are asked."""
    blocked = spread_up(spread_down(busy.within(frame), below), above)
    return frame.full & ~blocked


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


@dataclass(frozen=True, slots=True)
class _Hours:
    """What one set of working hours makes of a meeting, anywhere in the frame."""

    periods: list[Interval]
    working: int
    fits: int
    grid: int | None


@lru_cache(maxsize=512)
def _worked_out(same: _Same, zone: ZoneInfo, frame: Frame, length: int, grid: Grid) -> _Hours:
    """Kept: hours change rarely, and the frame once a day."""
    whole = Interval(frame.instant(0), frame.instant(frame.length))
    periods = working_periods(same.hours, zone, whole)
    working = frame.inside(periods)
    fits = frame.full & ~spread_down(frame.full & ~working, length - 1)
    on_grid = None
    if grid.align == "period":
        on_grid = period_grid(periods, zone, step=grid.step, frame=frame)
    return _Hours(periods, working, fits, on_grid)


class Shared:
    """What the diaries of one search have in common, worked out once."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        margin = wanted.length_minutes + MARGIN_MINUTES
        self.frame = Frame.of_days(wanted.between, margin_minutes=margin)
        self.window = self.frame.bits(wanted.between)
        self._earliest: dict[tuple[int, str, datetime], int] = {}

    def of(self, diary: Diary) -> _Hours:
        """The hours of a diary; those that are the same object are the same."""
        wanted = self.wanted
        same = _Same(diary.hours)
        return _worked_out(same, diary.zone, self.frame, wanted.length_minutes, wanted.grid)

    def earliest(self, diary: Diary) -> int:
        """The starts on the grid that fit into the diary's hours, from its earliest on."""
        key = (id(diary.hours), diary.zone.key, diary.earliest)
        if key not in self._earliest:
            hours, frame = self.of(diary), self.frame
            later = frame.bits(Interval(diary.earliest, frame.instant(frame.length)))
            self._earliest[key] = hours.fits & (hours.grid or 0) & later & self.window
        return self._earliest[key]


class _Case:
    """One diary against one wanted meeting. A start is the minute a meeting begins at."""

    def __init__(self, diary: Diary, wanted: Wanted, shared: Shared | None = None) -> None:
        shared = shared or Shared(wanted)
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
        permitted &= ~self._blocked_by_meetings()
        yield "booked", permitted
        for limit in diary.limits:
            permitted &= ~self._used_up(limit)
        yield "limit", permitted

    def left_by_meetings(self) -> int:
        """The starts that our own meetings, limits and single busy times leave."""
        diary, frame = self.diary, self.frame
        taken = self._blocked_by_meetings()
        for limit in diary.limits:
            taken |= self._used_up(limit)
        if diary.busy:
            busy = frame.touched(rounded_outward(diary.busy))
            reach = self.length - 1 + diary.buffer_after
            taken |= spread_up(spread_down(busy, reach), diary.buffer_before)
        return ~taken

    def gridded(self, permitted: int, periods: Sequence[Interval]) -> int:
        """The permitted starts that are on the grid."""
        zone, frame = self.diary.zone, self.frame
        if self.hours.grid is not None and periods is self.periods:
            return permitted & self.hours.grid
        if self.grid.align == "period":
            return permitted & period_grid(periods, zone, step=self.grid.step, frame=frame)
        return stretch_grid(permitted, zone, grid=self.grid, frame=frame)

    def _blocked_by_meetings(self) -> int:
        """Starts that our own meetings forbid: the larger of the two buffers on each side."""
        if not self.diary.taken:
            return 0
        blocked = []
        for taken in self.diary.taken:
            for first, end in rounded_outward([Interval(taken.start, taken.end)], to=CELL_MINUTES):
                gap_before = max(taken.before, self.diary.buffer_after)
                gap_after = max(taken.after, self.diary.buffer_before)
                blocked.append((first - gap_before - self.length + 1, end + gap_after))
        return self.frame.touched(blocked)

    def _used_up(self, limit: Limit) -> int:
        """The minutes of every local day or week that has no room for one more meeting."""
        if limit.meetings == 0 or (limit.minutes is not None and limit.minutes < self.length):
            return self.frame.full
        zone = self.diary.zone
        used: dict[date, list[int]] = {}
        for meeting in limit.counted:
            minutes = minute_ceil(meeting.end) - minute_floor(meeting.start)
            used.setdefault(_first_day(meeting.start, zone, limit), []).append(minutes)
        found = 0
        for day, meetings in used.items():
            full = limit.meetings is not None and len(meetings) >= limit.meetings
            long = limit.minutes is not None and sum(meetings) + self.length > limit.minutes
            if full or long:
                last = day + timedelta(days=0 if limit.per == "day" else 6)
                days = Interval(local_day(day, zone).start, local_day(last, zone).end)
                found |= self.frame.bits(days)
        return found


def _first_day(instant: datetime, zone: ZoneInfo, limit: Limit) -> date:
    day = instant.astimezone(zone).date()
    return day if limit.per == "day" else day - timedelta(days=day.weekday())
