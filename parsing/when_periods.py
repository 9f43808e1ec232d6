"""Calendar arithmetic: weeks, months, quarters, seasons, parts of them, holidays.

All dates are local; a week begins on the weekday the language says (Monday is 0).
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from parsing.values import Grain
from parsing.when_hebrew import hebrew_day

_FIRST_YEAR, _LAST_YEAR = 1600, 2400


@dataclass(frozen=True, slots=True)
class Period:
    """The days first..last, both included. `grain` is what was said."""

    first: date
    last: date
    grain: Grain = "day"


class OutOfCalendar(ValueError):
    """A date that does not exist ("30 February") or lies centuries away."""

    code = "out_of_calendar"


def real_date(year: int, month: int, day: int) -> date:
    """Raises OutOfCalendar."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise OutOfCalendar(year)
    try:
        return date(year, month, day)
    except ValueError as wrong:
        raise OutOfCalendar(str(wrong)) from wrong


def add_days(day: date, count: int) -> date:
    """Raises OutOfCalendar."""
    if abs(count) > 200_000:
        raise OutOfCalendar(count)
    moved = day + timedelta(days=count)
    return real_date(moved.year, moved.month, moved.day)


def add_months(day: date, count: int) -> date:
    """The same day of a later month, or its last where it is shorter. Raises OutOfCalendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise OutOfCalendar(year)
    return real_date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def week_of(day: date, week_start: int) -> Period:
    """The week that contains a day."""
    first = add_days(day, -((day.weekday() - week_start) % 7))
    return Period(first, add_days(first, 6), "week")


def month_of(year: int, month: int) -> Period:
    first = real_date(year, month, 1)
    return Period(first, first.replace(day=monthrange(year, month)[1]), "month")


def quarter_of(year: int, quarter: int) -> Period:
    """Quarter 1..4 of a year."""
    last = month_of(year, quarter * 3)
    return Period(real_date(year, quarter * 3 - 2, 1), last.last, "quarter")


def year_of(year: int) -> Period:
    return Period(real_date(year, 1, 1), real_date(year, 12, 31), "year")


def weekend_of(day: date, week_start: int) -> Period:
    """Saturday and Sunday of the week of a day; Friday and Saturday where it begins on Sunday."""
    first = week_of(day, week_start).first
    return Period(add_days(first, 5), add_days(first, 6), "day")


_SEASONS = {  # month and day of the first day, astronomical as Duckling has them
    "spring": ((3, 20), (6, 20)),
    "summer": ((6, 21), (9, 23)),
    "autumn": ((9, 23), (12, 20)),
    "winter": ((12, 21), (3, 20)),
}


def season_of(year: int, season: str) -> Period:
    """The season that begins in a year; winter ends in the next one."""
    (month, day), (last_month, last_day) = _SEASONS[season]
    last_year = year + (season == "winter")
    return Period(real_date(year, month, day), real_date(last_year, last_month, last_day), "season")


def coming_season(today: date, season: str) -> Period:
    """The season that is now or comes next."""
    for year in (today.year - 1, today.year):
        period = season_of(year, season)
        if period.last >= today:
            return period
    return season_of(today.year + 1, season)


def season_at(today: date, count: int) -> Period:
    """The season of a day, or the count-th after it."""
    order = ("spring", "summer", "autumn", "winter")
    now = min((coming_season(today, name) for name in order), key=lambda it: it.first)
    index = next(i for i, name in enumerate(order) if _SEASONS[name][0][0] == now.first.month)
    year, place = divmod(now.first.year * 4 + index + count, 4)
    return season_of(year, order[place])


def iso_week(year: int, week: int) -> Period:
    """Week 1..53 by ISO 8601. Raises OutOfCalendar."""
    try:
        first = date.fromisocalendar(year, week, 1)
    except ValueError as wrong:
        raise OutOfCalendar(str(wrong)) from wrong
    return Period(first, add_days(first, 6), "week")


def nth_weekday(period: Period, nth: int, weekday: int) -> date:
    """The nth (from 1; negative from the end) of a weekday within a period.

    Raises OutOfCalendar when there are not so many.
    """
    if nth > 0:
        found = add_days(period.first, (weekday - period.first.weekday()) % 7 + 7 * (nth - 1))
    else:
        found = add_days(period.last, -((period.last.weekday() - weekday) % 7) + 7 * (nth + 1))
    if not period.first <= found <= period.last:
        raise OutOfCalendar(nth)
    return found


def nth_week(period: Period, nth: int, week_start: int) -> Period:
    """The nth whole week of a period, from 1; negative from the end.

    Raises OutOfCalendar when there are not so many.
    """
    if nth > 0:
        start = add_days(period.first, (week_start - period.first.weekday()) % 7 + 7 * (nth - 1))
    else:
        last = add_days(period.last, -6)
        start = add_days(last, -((last.weekday() - week_start) % 7) + 7 * (nth + 1))
    if not period.first <= start <= period.last:
        raise OutOfCalendar(nth)
    return Period(start, add_days(start, 6), "week")


def section_of(period: Period, section: str, today: date) -> Period:
    """The start, middle, end or rest of a period.

    Of a month ten days each; of a week Monday to Wednesday, Wednesday and Thursday, Friday
    on; of a year three months, the middle four, the last four; else thirds.
    """
    first, last = period.first, period.last
    if section == "rest":
        return Period(max(first, today), last, "day")
    if period.grain == "month":
        bounds = {"start": (0, 9), "middle": (10, 19), "end": (20, 40)}[section]
        return Period(add_days(first, bounds[0]), min(last, add_days(first, bounds[1])), "day")
    if period.grain == "week":
        bounds = {"start": (0, 2), "middle": (2, 3), "end": (4, 6)}[section]
        return Period(add_days(first, bounds[0]), add_days(first, bounds[1]), "day")
    if period.grain == "year":
        months = {"start": (1, 3), "middle": (5, 8), "end": (9, 12)}[section]
        ending = month_of(first.year, months[1])
        return Period(real_date(first.year, months[0], 1), ending.last, "month")
    third = (last - first).days // 3
    if section == "start":
        return Period(first, add_days(first, third), "day")
    if section == "end":
        return Period(add_days(last, -third), last, "day")
    return Period(add_days(first, third), add_days(last, -third), "day")


def holiday(rule: str, year: int) -> Period:
    """The days of a holiday rule in a year: "12-25", "12-24..12-31", "easter+39" (orthodox-2),
    "05:2:6" (second Sunday of May), "11:4:3+1" (the day after the fourth Thursday of
    November), "hebrew 7 15" (15 Nisan, months counted from Tishri). In a lexicon "… or …" joins
    holidays of one name, of which the next one is meant.

    Raises OutOfCalendar.
    """
    if ".." in rule:
        first, last = (holiday(part, year) for part in rule.split(".."))
        return Period(first.first, last.last)
    match = _RULE.fullmatch(rule)
    if match is None:
        raise ValueError(rule)
    base, count = match[1], int(match[2] or 0)
    if base in ("easter", "orthodox"):
        day = easter(year, EASTER_ORTHODOX if base == "orthodox" else EASTER_WESTERN)
    else:
        day = _ruled(base, year)
    day = add_days(day, count)
    return Period(day, day)


def _ruled(base: str, year: int) -> date:
    if base.startswith("hebrew"):
        month, day = (int(part) for part in base.split()[1:])
        return hebrew_day(year, month, day)
    if ":" in base:
        month, nth, weekday = (int(part) for part in base.split(":"))
        return nth_weekday(month_of(year, month), nth, weekday)
    month, day = (int(part) for part in base.split("-"))
    return real_date(year, month, day)


_RULE = re.compile(r"(easter|orthodox|hebrew \d+ \d+|\d+:-?\d:\d|\d\d-\d\d)([+-]\d+)?")
