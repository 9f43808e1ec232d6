"""At which minutes openings begin: grids over the starts that are permitted. Pure.

period  every `step` minutes by the advisor's clock from the start of the working period
        (the house policy: the same times every day, whatever else is booked)
round   each free stretch begins anew at the next round time of the advisor's clock
tidy    each free stretch begins at once, moved to a rounder time where that costs no
        opening
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from crm_bridge.calendars.bitmap import Frame, minute_ceil, minute_floor, runs
from crm_bridge.calendars.hours import clock_change
from crm_bridge.calendars.intervals import Interval

Align = Literal["period", "round", "tidy"]
ROUND_MINUTES = (60, 30, 20, 15, 10, 5)


@dataclass(frozen=True, slots=True)
class Grid:
    """How openings are spaced, in minutes. `offset` delays each one (by `round` alone)."""

    step: int
    align: Align = "period"
    offset: int = 0


def natural_step(length_minutes: int) -> int:
    """The step that suits a meeting: its length where that keeps round times, else half hours."""
    if length_minutes in ROUND_MINUTES:
        return length_minutes
    return 30 if length_minutes > 30 else 15


def natural_unit(step: int) -> int:
    """The largest round number of minutes that divides `step`; 1 if none does."""
    return next((unit for unit in ROUND_MINUTES if step % unit == 0), 1)


def period_grid(periods: Iterable[Interval], zone: ZoneInfo, *, step: int, frame: Frame) -> int:
    """The bitmap of every start on the grid of each working period.

    Measured by the wall clock: where the clocks change within a period, what follows
    stays at the times the wall clock would have shown anyway.
    """
    found = 0
    for period in periods:
        anchor = minute_ceil(period.start)
        wall = anchor + _offset(period.start, zone)
        for first, end, offset in _even_stretches(period, zone):
            start = first + -(first + offset - wall) % step
            found |= _comb(start - frame.start, end - frame.start, step, frame.length)
    return found


def stretch_grid(permitted: int, zone: ZoneInfo, *, grid: Grid, frame: Frame) -> int:
    """The bitmap of starts laid anew over each run of permitted starts (round, tidy)."""
    found = 0
    unit = natural_unit(grid.step)
    for first, end in runs(permitted):
        wall = frame.start + first + _offset(frame.instant(first), zone)
        if grid.align == "round":
            start = first + -wall % unit + grid.offset
            step = grid.step + grid.offset
        else:
            start = first + _tidier(wall, unit, slack=(end - 1 - first) % grid.step)
            step = grid.step
        found |= _comb(start, end, step, frame.length)
    return found & permitted


def _tidier(wall: int, unit: int, *, slack: int) -> int:
    """Minutes to move to a rounder time without losing an opening; 0 when none is near."""
    for round_to in (unit, 15):
        move = -wall % round_to
        if move <= slack:
            return move
    return 0


def _even_stretches(period: Interval, zone: ZoneInfo) -> Iterator[tuple[int, int, int]]:
    """The period as (first, end, offset) minutes, cut where the clocks change."""
    start = period.start
    last = period.end - timedelta(minutes=1)
    while _offset(start, zone) != _offset(last, zone):
        change = clock_change(start, last, zone)
        yield minute_ceil(start), minute_ceil(change), _offset(start, zone)
        start = change
    yield minute_ceil(start), minute_floor(period.end), _offset(start, zone)


def _offset(instant: datetime, zone: ZoneInfo) -> int:
    """The zone's offset from UTC in whole minutes."""
    offset = instant.astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(minutes=1)


def _comb(first: int, end: int, step: int, length: int) -> int:
    """Bits first, first + step, … below `end`, within [0, length)."""
    if first < 0:
        first += -(first // step) * step
    end = min(end, length)
    if end <= first:
        return 0
    teeth = _teeth(step, -(-(end - first) // step))
    return teeth << first


@lru_cache(maxsize=512)
def _teeth(step: int, count: int) -> int:
    return sum(1 << (step * tooth) for tooth in range(count))
