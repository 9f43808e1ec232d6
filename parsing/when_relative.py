"""Points and stretches counted from now or from a date: "in two weeks", "3 päivän kuluttua",
"pred 3 dnevi", "within a month", "the next three days", "a week from Monday"."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from parsing.values import Grain
from parsing.when_clock import read_clock
from parsing.when_days import Days
from parsing.when_found import Found
from parsing.when_hours import Hours, Tick
from parsing.when_marks import Marks
from parsing.when_periods import OutOfCalendar, Period, add_days, add_months, real_date
from parsing.when_resolve import Outlook, resolve
from parsing.when_span import UNITS, Length, Unit, read_span
from parsing.when_units import unit_at

_SMALL = ("second", "minute", "hour")
_SPREAD = {"day": 0, "week": 6, "month": 13, "quarter": 30, "year": 30}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}

Dates = Callable[[Marks, int, Outlook], "Found | None"]


@dataclass(frozen=True, slots=True)
class Relative:
    """A point or stretch; `anchor` and `shift` when it is counted from another time."""

    found: Found
    anchor: str | None = None
    shift: timedelta | None = None


def read_relative(marks: Marks, at: int, look: Outlook, dates: Dates) -> Relative | None:
    """The relative time that begins at a mark. `dates` reads what it is counted from."""
    for reader in (_prefixed, _counted_units):
        found = reader(marks, at, look)
        if found is not None:
            return Relative(found)
    return _behind(marks, at, look, dates)


def _running(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "i løpet av uka": what is left of this week; "de nærmeste dagene": a few days."""
    unit = marks.get(at, "unit")
    if marks.is_text(at, *(marks.words.setting("definite") or ())) and unit in _SPREAD:
        period = unit_at(unit, 0, look)
        return Found(at + 1, Days(period=replace(period, first=look.today)))
    if unit == "day" and not marks.has(at + 1, "int", "number"):
        return Found(at + 1, Days(period=Period(look.today, add_days(look.today, 3))))
    return None


def _bare_unit(marks: Marks, at: int) -> bool:
    """ "w tydzień", "w minutę": a unit alone, where the preposition counts with it."""
    counts = marks.words.setting("on_span") == "point"
    return counts and marks.get(at, "unit") in ("second", "minute", "hour", "week", "month")


def read_span_ahead(marks: Marks, at: int, look: Outlook) -> Found | None:
    """The point that lies a length ahead of now ("after 3 days")."""
    at = marks.skip(at, "about", "fill", most=1)
    if marks.has(at, "unit"):
        return None  # "after the week" is no length
    span = read_span(marks, at)
    if span is None or marks.has(span[1], "later", "earlier", "ago"):
        return None
    found = _point(span[0], span[1], look)
    return Found(found.end, found.days)


def _prefixed(marks: Marks, at: int, look: Outlook) -> Found | None:
    """A preposition, then the length."""
    kinds = ("within", "in", "before", "on")
    start = marks.skip(at, "fill", most=1, until=kinds)
    for kind in kinds:
        if not marks.has(start, kind):
            continue
        behind = marks.skip(start + 1, "about", "the", "fill", "more", most=2)
        if kind == "within" and (running := _running(marks, behind, look)) is not None:
            return running
        span = read_span(marks, behind, bare=kind != "on" or _bare_unit(marks, behind))
        if span is None:
            continue
        length, end = span
        if kind == "before":
            ago = marks.has(end, "ago")  # "for 3 dager siden", folded like "før"
            if not ago and not marks.words.setting("ago_before"):
                continue
            return _point(length, end + ago, look, sign=-1)
        if kind == "on":
            kind = marks.words.setting("on_span") or ""
            if not kind or (marks.has(end, "ago", "later", "earlier", "in_post")):
                continue
        end = marks.skip(end, "in_post" if kind == "in" else "ago", most=1)
        if kind != "within" and marks.has(end - 1, "ago"):
            return _point(length, end, look, sign=-1)
        if marks.has(end, "within"):
            return _stretch(length, end + 1, look)
        return _stretch(length, end, look) if kind == "within" else _point(length, end, look)
    if marks.has(start, "ago"):
        span = read_span(marks, marks.skip(start + 1, "about", most=1), bare=True)
        if span is not None:
            end = marks.skip(span[1], "ago", most=1)
            return _point(span[0], end, look, sign=-1)
    return None


def _behind(marks: Marks, at: int, look: Outlook, dates: Dates) -> Relative | None:
    """The length, then what says from where it counts."""
    start = marks.skip(at, "about", "the", most=2)
    bare = not marks.has(start, "number", "int")
    span = read_span(marks, start, bare=bare)
    if span is None:
        return None
    length, end = span
    if marks.has(end, "ago"):
        return Relative(_point(length, end + 1, look, sign=-1))
    if marks.has(end, "in_post"):
        return Relative(_point(length, end + 1, look))
    if marks.has(end, "within_post"):
        return Relative(_stretch(length, end + 1, look))
    for kind, sign in (("later", 1), ("earlier", -1)):
        if marks.has(end, kind):
            found = _point(length, end + 1, look, sign=sign)
            return Relative(found, kind, sign * length_of(length))
    return _from_date(marks, length, end, look, dates)


def _from_date(
    marks: Marks, length: Length, at: int, look: Outlook, dates: Dates
) -> Relative | None:
    """ "three days after Easter", "a week from Monday", "two days before Friday"."""
    sign = 1 if marks.has(at, "after", "from", "in_post") else -1 if marks.has(at, "before") else 0
    if (
        marks.words.setting("weekday_week")
        and length.unit == "week"
        and marks.has(at + 1, "weekday")
    ):
        sign = sign or int(marks.has(at, "on"))  # British "a week on Monday"
    if not sign:
        return None
    if length.unit in _SMALL:
        return _from_clock(marks, length, at + 1, sign)
    base = dates(marks, at + 1, look)
    if base is None or base.days is None or base.hours is not None:
        return None
    period = resolve(base.days, look).period
    if period is None:
        return None
    day = _moved(period.first, length, sign)
    return Relative(Found(base.end, Days(period=Period(day, day))))


def _from_clock(marks: Marks, length: Length, at: int, sign: int) -> Relative | None:
    """ "15 minutes from 1pm"."""
    base = read_clock(marks, at, bare=True)
    minutes = length_of(length) / timedelta(minutes=1)
    if base is None or base[0].exact is None or minutes % 1 or minutes > 12 * 60:
        return None
    hours, end = base
    if hours.exact is None:
        return None
    return Relative(Found(end, hours=replace(hours, exact=hours.exact.back(-sign * int(minutes)))))


# arithmetic ----------------------------------------------------------------------------


def _point(length: Length, end: int, look: Outlook, *, sign: int = 1) -> Found:
    whole, rest = _whole(length)
    if whole.unit in _SMALL:
        moved = look.now.astimezone(UTC) + sign * length_of(whole)
        real_date(moved.year, moved.month, moved.day)
        at = moved.astimezone(look.now.tzinfo).replace(tzinfo=None)
        grain: Grain = "minute"
        tick = Tick(at.hour, at.minute, at.second, sure=True, grain=grain)
        period = Period(at.date(), at.date(), grain)
        days = Days(period=period, instant=at, counted=True, past=sign < 0)
        return Found(end, days, Hours(exact=tick, about=True))
    day = _moved(look.today, whole, sign)
    at = datetime.combine(day, look.now.time())
    spread = _SPREAD[whole.unit] if not rest else 0
    grain = whole.unit
    period = Period(day, add_days(day, spread), grain)
    return Found(end, Days(period=period, instant=at, counted=True, past=sign < 0))


def _stretch(length: Length, end: int, look: Outlook) -> Found:
    """From now until so much later."""
    point = _point(length, end, look)
    period = point.days.period if point.days is not None else None
    last = period.first if period is not None else look.today
    if point.hours is not None and point.hours.exact is not None and last == look.today:
        now = Tick(look.now.hour, look.now.minute, sure=True)
        hours = Hours(lower=now, upper=replace(point.hours.exact, second=0))
        return Found(end, Days(period=Period(last, last)), hours)
    return Found(end, Days(period=Period(look.today, last, "day")))


def _whole(length: Length) -> tuple[Length, bool]:
    """The length in whole numbers of units, and whether it was broken up ("half a year")."""
    terms: list[tuple[Decimal, Unit]] = []
    broken = len(length.terms) > 1
    for count, unit in length.terms:
        while count % 1 and unit != "second":
            smaller, factor = _BROKEN[unit]
            count, unit, broken = count * factor, smaller, True
        terms.append((count.to_integral_value(), unit))
    return Length(tuple(terms)), broken


_BROKEN: dict[str, tuple[Unit, int]] = {
    "minute": ("second", 60),
    "hour": ("minute", 60),
    "day": ("hour", 24),
    "week": ("day", 7),
    "month": ("day", 30),
    "quarter": ("month", 3),
    "year": ("month", 12),
}


def _moved(day: date, length: Length, sign: int) -> date:
    for count, unit in _whole(length)[0].terms:
        steps = sign * int(count)
        if unit in _MONTHS:
            day = add_months(day, steps * _MONTHS[unit])
        elif unit in ("day", "week"):
            day = add_days(day, steps * (7 if unit == "week" else 1))
    return day


_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}


def length_of(length: Length) -> timedelta:
    """The length in days and seconds; a month counts 30 days, a year 365.

    Raises OutOfCalendar for ages.
    """
    total = timedelta()
    for count, unit in length.terms:
        if unit in _SECONDS:
            total += timedelta(seconds=float(count) * _SECONDS[unit])
        else:
            total += timedelta(days=float(count) * _DAYS[unit])
    if abs(total) > timedelta(days=200_000):
        raise OutOfCalendar(length)
    return total


# "the next three weeks" ------------------------------------------------------------------


def _counted_units(marks: Marks, at: int, look: Outlook) -> Found | None:
    """So many whole units before or after the one that is now."""
    start = marks.skip(at, "on", "the", most=2)
    if marks.has(start, "count_unit") and marks.has(start + 1, "next", "coming"):
        span = read_span(marks, start)
        return _stretch(span[0], start + 2, look) if span is not None else None
    for which, sign in (("next", 1), ("last", -1), ("upcoming", 1)):
        read = _units_behind(marks, start, which)
        if read is None:
            continue
        count, unit, end = read
        if not 1 <= count <= 400:
            return None
        if unit in _SMALL:
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
    step = timedelta(seconds=_SECONDS[unit])
    first, last = start + step, start + step * (count + 1)
    if sign < 0:
        first, last = start - step * count, start
    if first.date() != last.date():
        return Found(end, Days(period=Period(first.date(), last.date()), past=sign < 0))
    hours = Hours(lower=_tick(first), upper=_tick(last))
    return Found(end, Days(period=Period(first.date(), first.date()), past=sign < 0), hours)


def _tick(at: datetime) -> Tick:
    return Tick(at.hour, at.minute, at.second, sure=True, grain="minute")
