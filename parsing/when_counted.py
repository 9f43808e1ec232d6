"""So many whole units before or after the running one: "the next three weeks"."""

from datetime import datetime, timedelta

from parsing.when_ahead import SECONDS, SMALL, stretch
from parsing.when_days import Days
from parsing.when_found import Found
from parsing.when_hours import Hours, Tick
from parsing.when_marks import Marks
from parsing.when_periods import Period
from parsing.when_resolve import Outlook
from parsing.when_span import UNITS, Unit, read_span
from parsing.when_units import unit_at


def read_counted_units(marks: Marks, at: int, look: Outlook) -> Found | None:
    """So many whole units before or after the one that is now."""
    start = marks.skip(at, "on", "the", most=2)
    if marks.has(start, "count_unit") and marks.has(start + 1, "next", "coming"):
        span = read_span(marks, start)
        return stretch(span[0], start + 2, look) if span is not None else None
    for which, sign in (("next", 1), ("last", -1), ("upcoming", 1)):
        read = _units_behind(marks, start, which)
        if read is None:
            continue
        count, unit, end = read
        if not 1 <= count <= 400:
            return None
        if unit in SMALL:
            return _small_units(count, unit, end, look, sign)
        near = unit_at(unit, sign, look)
        far = unit_at(unit, sign * count, look)
        first, last = min(near.first, far.first), max(near.last, far.last)
        return Found(end, Days(period=Period(first, last, near.grain), past=sign < 0))
    return None


def _units_behind(marks: Marks, at: int, which: str) -> tuple[int, Unit, int] | None:
    """(count, unit, the place behind) of "next 3 weeks" or "3 upcoming weeks"."""
    if marks.has(at, which):
        at, named = at + 1, True
    else:
        named = False
    count = marks.get(at, "number")
    if count is None and marks.has(at, "int") and not marks.has(at, "ordinal"):
        count = marks.get(at, "int")[0]
    if count is None and marks.has(at, "few"):
        count = 3
    if count is None or count % 1:
        return None
    at += 1
    if not named:
        if not marks.has(at, which):
            return None
        at += 1
    at = marks.skip(at, "of", "more", most=1)
    unit = marks.get(at, "unit")
    return (int(count), unit, at + 1) if unit in UNITS else None


def _small_units(count: int, unit: str, end: int, look: Outlook, sign: int) -> Found:
    start = look.now.replace(second=0, microsecond=0, tzinfo=None)
    if unit == "hour":
        start = start.replace(minute=0)
    step = timedelta(seconds=SECONDS[unit])
    first, last = start + step, start + step * (count + 1)
    if sign < 0:
        first, last = start - step * count, start
    if first.date() != last.date():
        return Found(end, Days(period=Period(first.date(), last.date()), past=sign < 0))
    hours = Hours(lower=_tick(first), upper=_tick(last))
    return Found(end, Days(period=Period(first.date(), first.date()), past=sign < 0), hours)


def _tick(at: datetime) -> Tick:
    return Tick(at.hour, at.minute, at.second, sure=True, grain="minute")
