"""Recurrence rules of RFC 5545 section 3.3.10, expanded in wall time. Pure.

python-dateutil does the arithmetic of one period; around it this module
  - counts, cuts at UNTIL and drops what lies before DTSTART itself, so that every period
    is complete and BYSETPOS means the same in the first one as in the others;
  - jumps whole intervals ahead to the window where there is no COUNT (dateutil always
    walks from DTSTART, which may be decades back);
  - reads "MO,2TU" as the union that the RFC means (dateutil intersects them);
  - takes what a rule leaves open from DTSTART: the weekday of BYWEEKNO alone, and the
    month of a yearly BYMONTHDAY where DTSTART itself fits the rule.

DTSTART is an instance only if it fits the rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Final, Literal

from dateutil import rrule as dateutil_rrule

FREQUENCIES: Final[tuple[str, ...]] = (
    "YEARLY",
    "MONTHLY",
    "WEEKLY",
    "DAILY",
    "HOURLY",
    "MINUTELY",
    "SECONDLY",
)
WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_YEARLY, _MONTHLY, _WEEKLY, _DAILY, _HOURLY, _MINUTELY, _SECONDLY = range(7)

_LOOKS_A_YEAR: Final = 8
Frequency = Literal[0, 1, 2, 3, 4, 5, 6]
Weekday = tuple[int, int]  # (Monday is 0, ordinal; 0: every such day)


class BadRule(ValueError):
    """A recurrence rule that cannot be read; the message says which part."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule. `until` is a naive wall time, inclusive; see `read_rule`."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    week_start: int = 0
    months: tuple[int, ...] = ()
    week_numbers: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()

    @property
    def sub_hourly(self) -> bool:
        """Whether it can recur more than once an hour (hostile in a calendar of meetings)."""
        often = len(self.minutes) > 1 or len(self.seconds) > 1
        return self.frequency >= _MINUTELY or (self.frequency == _HOURLY and often)


def occurrences(
    rule: Rule, start: datetime, *, after: datetime | None = None, before: datetime | None = None
) -> Iterator[datetime]:
    """The instances of `rule` from DTSTART `start` on, in order, all naive wall times.

    Only those in [after, before) are given, which costs nothing for the time before
    `after` unless the rule counts. Endless without `before`, COUNT or UNTIL (or until the
    year 9999). Raises BadRule where the parts cannot be combined.
    """
    complete = _completed(rule, start)
    anchor = _period_start(complete, start)
    if rule.count is None and after is not None and after > anchor:
        anchor = _ahead(complete, anchor, after)
    found: Iterator[datetime] = (at for at in _walk(complete, anchor, before) if at >= start)
    if rule.count is not None:
        found = islice(found, rule.count)
    if rule.until is not None:
        until = rule.until
        found = takewhile(lambda at: at <= until, found)
    if before is not None:
        found = takewhile(lambda at: at < before, found)
    return (at for at in found if after is None or at >= after)


def _walk(rule: Rule, anchor: datetime, before: datetime | None) -> Iterator[datetime]:
    last = min((each for each in (rule.until, before) if each), default=None)
    try:
        series = _Bounded(
            rule.frequency,
            dtstart=anchor,
            interval=rule.interval,
            wkst=rule.week_start,
            until=last,
            bysetpos=rule.positions or None,
            bymonth=rule.months or None,
            bymonthday=rule.month_days or None,
            byyearday=rule.year_days or None,
            byweekno=rule.week_numbers or None,
            byweekday=[_dateutil_day(day) for day in rule.weekdays] or None,
            byhour=rule.hours or None,
            byminute=rule.minutes or None,
            bysecond=rule.seconds or None,
        )
        series.looks = _LOOKS_A_YEAR * (last.year - anchor.year + 2) if last else None
        yield from series
    except _Past:
        return
    except (ValueError, OverflowError, IndexError) as fault:
        raise BadRule(str(fault)) from fault


class _Past(Exception):
    """The walk went past the last year that matters."""


class _Bounded(dateutil_rrule.rrule):
    """A rule that ends past its last year even where it never fits: dateutil asks for UNTIL
    only when it has found something, and else walks on to the year 9999. It looks at the
    week numbers each time it comes to another year, which is counted here."""

    looks: int | None = None
    _weeks: object = None

    @property
    def _byweekno(self) -> object:
        if self.looks is not None:
            self.looks -= 1
            if self.looks < 0:
                raise _Past
        return self._weeks

    @_byweekno.setter
    def _byweekno(self, weeks: object) -> None:
        self._weeks = weeks


def _dateutil_day(day: Weekday) -> dateutil_rrule.weekday:
    weekday, ordinal = day
    return dateutil_rrule.weekday(weekday, ordinal or None)


def _completed(rule: Rule, start: datetime) -> Rule:
    """The rule with everything explicit that it takes from DTSTART."""
    done = _with_times(rule, start)
    if done.frequency > _MONTHLY:
        plain = tuple(dict.fromkeys((weekday, 0) for weekday, _ in done.weekdays))
        done = replace(done, weekdays=plain)
    elif any(nth for _, nth in done.weekdays) and any(not nth for _, nth in done.weekdays):
        done = replace(done, weekdays=_all_ordinal(done))
    if done.frequency == _YEARLY:
        return _with_year_parts(done, start)
    if done.year_days or done.month_days or done.weekdays or done.week_numbers:
        return done
    if done.frequency == _MONTHLY:
        return replace(done, month_days=(start.day,))
    if done.frequency == _WEEKLY:
        return replace(done, weekdays=((start.weekday(), 0),))
    return done


def _with_times(rule: Rule, start: datetime) -> Rule:
    frequency = rule.frequency
    return replace(
        rule,
        hours=rule.hours or ((start.hour,) if frequency < _HOURLY else ()),
        minutes=rule.minutes or ((start.minute,) if frequency < _MINUTELY else ()),
        seconds=rule.seconds or ((start.second,) if frequency < _SECONDLY else ()),
    )


def _with_year_parts(rule: Rule, start: datetime) -> Rule:
    if rule.year_days or (rule.weekdays and not rule.month_days):
        return rule
    if rule.month_days:
        if not rule.months and not rule.week_numbers and _fits(rule, start):
            return replace(rule, months=(start.month,))
        return rule
    if rule.week_numbers:
        return replace(rule, weekdays=((start.weekday(), 0),))
    return replace(rule, months=rule.months or (start.month,), month_days=(start.day,))


def _fits(rule: Rule, start: datetime) -> bool:
    """Whether DTSTART's day fits BYMONTHDAY and a plain BYDAY."""
    length = ((start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
    in_month = start.day in rule.month_days or start.day - length - 1 in rule.month_days
    plain = all(not nth for _, nth in rule.weekdays)
    on_day = not rule.weekdays or any(day == start.weekday() for day, _ in rule.weekdays)
    return in_month and plain and on_day


def _all_ordinal(rule: Rule) -> tuple[Weekday, ...]:
    """ "MO,2TU" with every day spelled out as an ordinal of the month or year."""
    by_month = rule.frequency == _MONTHLY or rule.months
    most = 5 if by_month else 53
    spelled = []
    for weekday, nth in rule.weekdays:
        spelled += [(weekday, nth)] if nth else [(weekday, n) for n in range(1, most + 1)]
    return tuple(dict.fromkeys(spelled))


def _period_start(rule: Rule, start: datetime) -> datetime:
    """The first moment of the year, month, week, day, hour or minute that holds DTSTART."""
    midnight = start.replace(hour=0, minute=0, second=0)
    match rule.frequency:
        case 0:
            return midnight.replace(month=1, day=1)
        case 1:
            return midnight.replace(day=1)
        case 2:
            back = (start.weekday() - rule.week_start) % 7
            return midnight if midnight.toordinal() <= back else midnight - timedelta(days=back)
        case 3:
            return midnight
        case 4:
            return start.replace(minute=0, second=0)
        case 5:
            return start.replace(second=0)
    return start


def _ahead(rule: Rule, anchor: datetime, after: datetime) -> datetime:
    """The start of the last period in step with `anchor` that begins at or before `after`.

    One more interval back is kept, because a week may belong to two years.
    """
    if rule.frequency <= _MONTHLY:
        months = (12 if rule.frequency == _YEARLY else 1) * rule.interval
        gone = (after.year - anchor.year) * 12 + after.month - anchor.month
        ahead = max(gone // months - 1, 0) * months + anchor.year * 12 + anchor.month - 1
        return anchor.replace(year=ahead // 12, month=ahead % 12 + 1)
    units = (timedelta(weeks=1), timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))
    unit = (*units, timedelta(seconds=1))[rule.frequency - _WEEKLY] * rule.interval
    return anchor + max((after - anchor) // unit - 1, 0) * unit
