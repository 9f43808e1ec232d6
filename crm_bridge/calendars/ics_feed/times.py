"""Dates, times, durations and offsets of iCalendar properties. Pure.

Each reader raises ValueError where the text is none of its kind.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_bridge.calendars.ics_feed.lines import Line
from crm_bridge.calendars.ics_feed.zones import UTC_ZONE, Zone, spread_of

_WHEN = re.compile(
    r"^(\d{4})(-?)(\d{2})\2(\d{2})(?:T(\d{2})(:?)(\d{2})(?:\6(\d{2}))?(Z)?)?$", re.IGNORECASE
)
_DURATION = re.compile(
    r"^([+-])?P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?$"
)
_OFFSET = re.compile(r"^([+-])(\d{2}):?(\d{2})(?::?(\d{2}))?$")

ZoneOf = Callable[[str | None], Zone]
"""The zone of a TZID; of "" for floating times; of None for dates."""


@dataclass(frozen=True, slots=True)
class When:
    """A date, or a wall time in a zone."""

    wall: datetime
    zone: Zone
    all_day: bool = False

    @property
    def instant(self) -> datetime:
        """In UTC; of a date, the beginning of the day."""
        return self.zone.to_utc(self.wall)

    @property
    def latest(self) -> datetime:
        """The same, or the latest it can be where the zone leaves that open."""
        return self.instant + spread_of(self.zone)


@dataclass(frozen=True, slots=True)
class Length:
    """A duration: days count by the calendar, the rest by the clock."""

    days: int
    exact: timedelta

    def after(self, when: When) -> datetime:
        """The instant this length after `when`, the latest there can be."""
        until = When(when.wall + timedelta(days=self.days), when.zone)
        takes_time = self.days or self.exact
        return (until.latest if takes_time else until.instant) + self.exact


def read_when(line: Line, zone_of: ZoneOf, *, value: str | None = None) -> When:
    """DTSTART and the like, or one `value` of a list. A zone given for a time in UTC is idle;
    ISO 8601 with its dashes is read too, and 24:00 is the end of the day."""
    text = (line.value if value is None else value).strip()
    found = _WHEN.match(text)
    if found is None:
        raise ValueError(f"{line.name} is not a date or time: {text[:40]!r}")
    year, _, month, day, hour, _, minute, second, utc = found.groups()
    midnight = datetime(int(year), int(month), int(day))  # noqa: DTZ001 - its zone is beside it
    if hour is None:
        return When(midnight, zone_of(None), all_day=True)
    if (int(hour), int(minute)) == (24, 0):
        wall = midnight + timedelta(days=1)
    else:
        wall = midnight.replace(
            hour=int(hour), minute=int(minute), second=min(int(second or 0), 59)
        )
    zone = UTC_ZONE if utc else zone_of(line.parameters.get("TZID", ""))
    return When(wall, zone)


def read_values(line: Line, zone_of: ZoneOf) -> Iterator[tuple[When, datetime | Length | None]]:
    """Each value of EXDATE or RDATE with the end of its period, None where it is no period."""
    for value in line.value.split(","):
        if not value.strip():
            continue
        begin, slash, end = value.partition("/")
        when = read_when(line, zone_of, value=begin)
        if not slash:
            yield when, None
        elif end.strip().upper().lstrip("+-").startswith("P"):
            yield when, read_length(end)
        else:
            yield when, read_when(line, zone_of, value=end).latest


def read_length(text: str) -> Length:
    """A DURATION."""
    found = _DURATION.match(text.strip().upper())
    if found is None or not any(found.groups()[1:]):
        raise ValueError(f"not a duration: {text[:40]!r}")
    weeks, days, hours, minutes, seconds = (int(group or 0) for group in found.groups()[1:])
    sign = -1 if found[1] == "-" else 1
    exact = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return Length(sign * (weeks * 7 + days), sign * exact)


def read_offset(text: str) -> timedelta:
    """TZOFFSETFROM and TZOFFSETTO: ahead of UTC."""
    found = _OFFSET.match(text.strip())
    if found is None:
        raise ValueError(f"not an offset: {text[:40]!r}")
    sign, hours, minutes, seconds = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    if offset >= timedelta(hours=24):
        raise ValueError(f"an offset of a day or more: {text[:40]!r}")
    return offset if sign == "+" else -offset
