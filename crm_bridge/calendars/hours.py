"""An advisor's working hours: wall times in an IANA zone, turned into instants. Pure.

A period belongs to the local date on which it begins, so that one from 22:00 to 02:00
is one period of that date, and a day off removes it whole. What is written for a date
replaces that date's weekly periods. Where the clock is put forward, a period that would
begin or end within the missing hour begins or ends at the change; where it is put back,
a period that begins or ends within the doubled hour is cut to the part that is inside
it under both readings.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_bridge.calendars.intervals import Interval, merge

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Minutes after local midnight: 0 <= start < 1440 and start < end <= start + 1440.

    An `end` over 1440 lies on the next day (22:00 to 02:00 is 1320 to 1560).
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Weekly periods by weekday (Monday is 0), and the dates that are different.

    A date with no periods in `dates` is a day off, and so is one of `days_off` (public
    holidays) for which `dates` says nothing.
    """

    weekly: Mapping[int, tuple[Period, ...]] = field(default_factory=dict)
    dates: Mapping[date, tuple[Period, ...]] = field(default_factory=dict)
    days_off: Container[date] = frozenset()

    def on(self, day: date) -> tuple[Period, ...]:
        """The periods that begin on that local date."""
        if day in self.dates:
            return self.dates[day]
        if day in self.days_off:
            return ()
        return self.weekly.get(day.weekday(), ())


def working_periods(hours: WorkingHours, zone: ZoneInfo, window: Interval) -> list[Interval]:
    """Every working period that reaches into `window`, whole, in UTC, in order.

    Periods of one day or of neighbouring days may touch and are kept apart: each is the
    beginning of its own grid of openings.
    """
    found = []
    for day in _local_days(zone, window):
        for period in hours.on(day):
            interval = _instants(period, day, zone)
            if not interval.empty and interval.overlaps(window):
                found.append(interval)
    return sorted(found)


def working_intervals(hours: WorkingHours, zone: ZoneInfo, window: Interval) -> list[Interval]:
    """When the advisor works within `window`: UTC, disjoint, in order, touching ones merged."""
    return merge(each.clipped(window) for each in working_periods(hours, zone, window))


def local_day(day: date, zone: ZoneInfo) -> Interval:
    """From the beginning of a local date to the beginning of the next, in UTC.

    Where midnight does not exist, the date begins with its first moment.
    """
    return Interval(
        _start_of(datetime.combine(day, time()), zone, later=False),
        _start_of(datetime.combine(day + timedelta(days=1), time()), zone, later=False),
    )


def _local_days(zone: ZoneInfo, window: Interval) -> Iterator[date]:
    """Every local date on which a period that reaches into `window` may begin."""
    day = window.start.astimezone(zone).date() - timedelta(days=1)
    last = window.end.astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _instants(period: Period, day: date, zone: ZoneInfo) -> Interval:
    midnight = datetime.combine(day, time())
    from_wall = midnight + timedelta(minutes=period.start)
    to_wall = midnight + timedelta(minutes=period.end)
    end = _start_of(to_wall, zone, later=False)
    start = _start_of(from_wall, zone, later=True)
    if start >= end:  # the whole period lies within a doubled hour: take its first run
        start = _start_of(from_wall, zone, later=False)
    return Interval(start, end)


def _start_of(wall: datetime, zone: ZoneInfo, *, later: bool) -> datetime:
    """The instant at which the wall clock shows `wall`; in a gap, the change itself.

    `later` picks the second of two instants where the hour is doubled.
    """
    first = wall.replace(tzinfo=zone, fold=0)
    second = wall.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before == after or before is None or after is None:
        return first.astimezone(UTC)
    if before > after:  # doubled
        return (second if later else first).astimezone(UTC)
    return clock_change(second.astimezone(UTC), first.astimezone(UTC), zone)


def clock_change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first whole second in (low, high] at which the offset is no longer that of `low`.

    The two instants must have different offsets and one change between them.
    """
    old = low.astimezone(zone).utcoffset()
    seconds = int((high - low).total_seconds())
    bottom, top = 0, seconds
    while top - bottom > 1:
        middle = (bottom + top) // 2
        at = (low + timedelta(seconds=middle)).astimezone(zone)
        if at.utcoffset() == old:
            bottom = middle
        else:
            top = middle
    return low + timedelta(seconds=top)
