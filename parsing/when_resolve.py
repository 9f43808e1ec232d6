"""From constraints on the day to dates, looking from today. Pure arithmetic.

A bare weekday is the next one after today; "next Tuesday" is Tuesday of next week; a date
without a year is the coming one. A weekday that contradicts its date is no date at all but
two choices.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from parsing.when_days import Days
from parsing.when_periods import (
    OutOfCalendar,
    Period,
    add_days,
    month_of,
    nth_weekday,
    real_date,
    week_of,
    year_of,
)

_JUST_OVER_DAYS = 31
_FAR_DAYS = 62  # a weekday and a day of the month are searched this far ahead


@dataclass(frozen=True, slots=True)
class Outlook:
    """From where dates are seen: now (aware), the first weekday of a week, which side counts
    when a date has no year ("future" or "past"), and the order of day and month in digits
    (None: not known)."""

    now: datetime
    week_start: int = 0
    prefer: str = "future"
    day_first: bool | None = True

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Dated:
    """Dates with the weekdays wanted in them (None: all). `others` are further readings
    when `why` says that the words allow more than one. `floating` tells that only a weekday
    was said, so that another week is possible when something else is being talked about."""

    period: Period | None
    weekdays: frozenset[int] | None = None
    past: bool = False
    others: tuple[Period, ...] = ()
    why: str | None = None
    floating: bool = False


def resolve(days: Days, look: Outlook) -> Dated:
    """The dates meant. Raises OutOfCalendar for dates that do not exist."""
    if days.names is not None:
        return _either_name(days, look)
    if days.day is not None:
        return _by_day(days, look)
    if days.weekday is not None:
        return _by_weekday(days, look)
    period = _container(days, look)
    past = days.past or (period is not None and period.last < look.today)
    return Dated(period, days.weekdays, past)


def _either_name(days: Days, look: Outlook) -> Dated:
    read = [
        resolve(replace(days, names=None, **{kind: value}), look)  # type: ignore[arg-type]
        for kind, value in days.names or ()
    ]
    periods = tuple(one.period for one in read if one.period is not None)
    return Dated(periods[0], others=periods[1:], why="typo")


def _container(days: Days, look: Outlook) -> Period | None:
    """The span of time that a month, a year or a dated period gives."""
    if days.month is not None:
        return _month(days, look)
    if days.year is not None:
        return year_of(days.year)
    return days.period


def _month(days: Days, look: Outlook) -> Period:
    month = days.month or 1
    today = look.today
    if days.year is not None:
        return month_of(days.year, month)
    if days.period is not None:
        return month_of(days.period.first.year, month)
    this_year = month_of(today.year, month)
    if days.month_which == "last" or look.prefer == "past":
        return this_year if this_year.last < today else month_of(today.year - 1, month)
    ahead = this_year.last >= today
    if days.month_which == "after_next":
        # the one after the next: next year's, or the year after when this year's is over
        return month_of(today.year + (1 if this_year.first > today else 2), month)
    if days.month_which == "next" and this_year.first <= today:
        ahead = False
    return this_year if ahead else month_of(today.year + 1, month)


def _by_day(days: Days, look: Outlook) -> Dated:
    found = _day_of_month(days, look)
    past = days.past or found < look.today
    if days.period is not None and days.period.first == days.period.last and days.month:
        said = days.period.first
        if said != found:
            return _differ(said, found, past=past)
    if days.weekday is not None and found.weekday() != days.weekday:
        if days.month is None and days.period is None:
            later = _search(days, look)
            if later is not None:
                return Dated(Period(later, later), past=False)
        return _differ(found, _nearest(found, days.weekday, look), past=past)
    if days.swapped and days.month is not None:
        other = _day_of_month(replace(days, day=days.month, month=days.day), look)
        if other != found:
            choices = (Period(other, other),)
            return Dated(Period(found, found), past=past, others=choices, why="day_month_order")
    return Dated(Period(found, found), past=past)


def _differ(one: date, other: date, *, past: bool) -> Dated:
    return Dated(Period(one, one), past=past, others=(Period(other, other),), why="typo")


def _day_of_month(days: Days, look: Outlook) -> date:
    day, today = days.day or 1, look.today
    if days.month is not None:
        if days.year is not None or days.period is not None or days.month_which is not None:
            return real_date(_month(days, look).first.year, days.month, day)
        return _coming_date(days, look)
    if days.period is not None:
        return add_days(days.period.first, day - 1)
    for ahead in range(0, 4):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        try:
            found = real_date(year, month + 1, day)
        except OutOfCalendar:
            continue
        if found >= today:
            return found
    raise OutOfCalendar(day)


def _coming_date(days: Days, look: Outlook) -> date:
    """A date without a year: the coming one, but one that is only just over stays this
    year's (it is past, not a year ahead)."""
    day, month, today = days.day or 1, days.month or 1, look.today
    step = -1 if look.prefer == "past" else 1
    for ahead in range(0, 9):  # 29 February may be eight years off
        try:
            found = real_date(today.year + step * ahead, month, day)
        except OutOfCalendar:
            continue
        since = (today - found).days * step
        if since <= 0 or (since <= _JUST_OVER_DAYS and step > 0):
            return found
        if days.weekday == found.weekday() and since <= _FAR_DAYS:
            return found
    raise OutOfCalendar(day)


def _search(days: Days, look: Outlook) -> date | None:
    """The next day with that number and weekday, if it is not far."""
    for ahead in range(_FAR_DAYS):
        day = add_days(look.today, ahead)
        if day.day == days.day and day.weekday() == days.weekday:
            return day
    return None


def _nearest(around: date, weekday: int, look: Outlook) -> date:
    """The weekday nearest to a date, but not before today."""
    back = (around.weekday() - weekday) % 7
    day = add_days(around, -back if back <= 3 else 7 - back)
    return day if day >= look.today else add_days(day, 7)


def _by_weekday(days: Days, look: Outlook) -> Dated:
    weekday = days.weekday or 0
    container = _container(days, look)
    if container is None:
        return _bare_weekday(days, weekday, look)
    if container.first == container.last and not days.counted:
        if container.first.weekday() != weekday:
            other = _nearest(container.first, weekday, look)
            return _differ(container.first, other, past=days.past)
        return Dated(container, past=days.past or container.first < look.today)
    if days.counted:
        anchor = days.instant.date() if days.instant else container.first
        container = week_of(anchor, look.week_start)
    span = (container.last - container.first).days + 1
    if span > 7 and container.grain != "week":
        return Dated(container, frozenset({weekday}), days.past or container.last < look.today)
    found = nth_weekday(container, 1, weekday)
    return Dated(Period(found, found), past=days.past or found < look.today)


def _bare_weekday(days: Days, weekday: int, look: Outlook) -> Dated:
    today = look.today
    ahead = (weekday - today.weekday()) % 7
    if days.which == "last" or (days.which is None and look.prefer == "past"):
        found = add_days(today, ahead - 7)
        return Dated(Period(found, found), past=True)
    if days.which == "next":
        found = nth_weekday(week_of(add_days(today, 7), look.week_start), 1, weekday)
    elif days.which == "after_next":
        found = add_days(today, (ahead or 7) + 7)
    elif days.which == "this":
        found = add_days(today, ahead)
    else:
        found = add_days(today, ahead or 7)
    return Dated(Period(found, found), past=days.past, floating=days.which is None)
