"""Points and stretches of time that lie a length away from now. Pure arithmetic.

Hours and minutes are counted on the absolute clock, days and more on the calendar.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from parsing.values import Grain
from parsing.when_days import Days
from parsing.when_found import Found
from parsing.when_hours import Hours, Tick
from parsing.when_periods import OutOfCalendar, Period, add_days, add_months, real_date
from parsing.when_resolve import Outlook
from parsing.when_span import Length, Unit

SMALL = ("second", "minute", "hour")
SPREAD = {"day": 0, "week": 6, "month": 13, "quarter": 30, "year": 30}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def point(length: Length, end: int, look: Outlook, *, sign: int = 1) -> Found:
    """The moment or the days that lie a length ahead of now (`sign` -1: back)."""
    whole, rest = _whole(length)
    if whole.unit in SMALL:
        moment = look.now.astimezone(UTC) + sign * length_of(whole)
        real_date(moment.year, moment.month, moment.day)
        at = moment.astimezone(look.now.tzinfo).replace(tzinfo=None)
        grain: Grain = "minute"
        tick = Tick(at.hour, at.minute, at.second, sure=True, grain=grain)
        period = Period(at.date(), at.date(), grain)
        days = Days(period=period, instant=at, counted=True, past=sign < 0)
        return Found(end, days, Hours(exact=tick, about=True))
    day = moved(look.today, whole, sign)
    at = datetime.combine(day, look.now.time())
    spread = SPREAD[whole.unit] if not rest else 0
    grain = whole.unit
    period = Period(day, add_days(day, spread), grain)
    return Found(end, Days(period=period, instant=at, counted=True, past=sign < 0))


def stretch(length: Length, end: int, look: Outlook) -> Found:
    """From now until so much later."""
    reached = point(length, end, look)
    period = reached.days.period if reached.days is not None else None
    last = period.first if period is not None else look.today
    if reached.hours is not None and reached.hours.exact is not None and last == look.today:
        now = Tick(look.now.hour, look.now.minute, sure=True)
        hours = Hours(lower=now, upper=replace(reached.hours.exact, second=0))
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


def moved(day: date, length: Length, sign: int) -> date:
    """The day a length later (`sign` -1: earlier). Raises OutOfCalendar."""
    for count, unit in _whole(length)[0].terms:
        steps = sign * int(count)
        if unit in _MONTHS:
            day = add_months(day, steps * _MONTHS[unit])
        elif unit in ("day", "week"):
            day = add_days(day, steps * (7 if unit == "week" else 1))
    return day


_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
SECONDS = {"second": 1, "minute": 60, "hour": 3600}


def length_of(length: Length) -> timedelta:
    """The length in days and seconds; a month counts 30 days, a year 365.

    Raises OutOfCalendar for ages.
    """
    total = timedelta()
    for count, unit in length.terms:
        if unit in SECONDS:
            total += timedelta(seconds=float(count) * SECONDS[unit])
        else:
            total += timedelta(days=float(count) * _DAYS[unit])
    if abs(total) > timedelta(days=200_000):
        raise OutOfCalendar(length)
    return total
