"""Wall times to instants, for every way calendars name a time zone. Pure.

A TZID is looked for, in this order, as: an IANA name (also behind a vendor's path, or
with other punctuation), a VTIMEZONE of the same file, a Windows name, the text Windows
shows for a zone ("(UTC-05:00) Eastern Time (US & Canada)"), a fixed offset ("GMT+0200"), two
offsets without the days they change on (Zimbra, Lotus Notes: see `EitherZone`).
Zones are resolved here and not by icalendar, because that keeps definitions by TZID for
the whole process: one feed's "Customized Time Zone" would answer for another's.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, Protocol
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON


class Zone(Protocol):
    """Turns naive wall times into instants and back."""

    def to_utc(self, wall: datetime) -> datetime:
        """The instant in UTC. A wall time that does not exist is read with the offset before
        the gap, one that exists twice as the first (RFC 5545 section 3.3.5)."""

    def to_wall(self, instant: datetime) -> datetime:
        """The naive wall time shown at an aware instant."""


class NamedZone:
    """A zone of the IANA data base, or a fixed offset."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def to_utc(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self._zone, fold=0).astimezone(UTC)

    def to_wall(self, instant: datetime) -> datetime:
        return instant.astimezone(self._zone).replace(tzinfo=None, fold=0)

    def __repr__(self) -> str:
        return f"NamedZone({self._zone})"


class EitherZone:
    """A zone that is `east` of UTC, or `further` still in summer, and nobody says when summer is.

    Times are read as the earliest that they can be; whatever lasts until one of them may last
    `spread` longer. So a time that is taken by either reading is taken.
    """

    def __init__(self, east: timedelta, further: timedelta) -> None:
        self._furthest = max(east, further)
        self.spread = abs(further - east)

    def to_utc(self, wall: datetime) -> datetime:
        return (wall - self._furthest).replace(tzinfo=UTC)

    def to_wall(self, instant: datetime) -> datetime:
        return (instant.astimezone(UTC) + self._furthest).replace(tzinfo=None)


def spread_of(zone: Zone) -> timedelta:
    """How much later than `to_utc` says a time of this zone may be."""
    return zone.spread if isinstance(zone, EitherZone) else timedelta()


UTC_ZONE = NamedZone(UTC)

_OFFSET = re.compile(r"^\(?(?:UTC|GMT|Z)?\s*([+-])(\d{1,2})[:.]?(\d{2})?\)?(?:\s|$)", re.IGNORECASE)
_TWO_OFFSETS = re.compile(
    r"^\(?(?:UTC|GMT)?([+-])(\d{1,2})[:.]?(\d{2})?/([+-])(\d{1,2})[:.]?(\d{2})?\)?$", re.IGNORECASE
)
# hours west of Greenwich (3005: 5:30), whether there is summer time, the name
_LOTUS = re.compile(r"^Z=(-?\d{1,4})\$DO=([01])\b.*?(?:\$ZN=(.*))?$", re.IGNORECASE)
_SUMMER: Final = timedelta(hours=1)
_SHOWN = re.compile(r"^\((?:UTC|GMT)[^)]*\)\s*(.+)$", re.IGNORECASE)

# Windows shows these without a city; every other text it shows lists cities of the zone.
_REGIONS = {
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles",
    "atlantic time": "America/Halifax",
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "atlantic": "America/Halifax",
    "indiana": "America/Indiana/Indianapolis",
    "central america": "America/Guatemala",
    "west central africa": "Africa/Lagos",
    "brasilia": "America/Sao_Paulo",
    "coordinated universal time": "UTC",
    "greenwich mean time": "Europe/London",
}


def resolve(tzid: str, own: Mapping[str, Zone]) -> Zone | None:
    """The zone that `tzid` means in a file whose VTIMEZONEs are `own`, None when unknown.

    `own` is keyed by `plain(TZID)`.
    """
    name = plain(tzid)
    iana = _iana(name)
    if iana:
        return NamedZone(ZoneInfo(iana))
    if name in own:
        return own[name]
    found = _windows_zone(name) or _microsoft(name) or _shown(name)
    if found:
        return NamedZone(ZoneInfo(found))
    return _fixed(name) or _two_offsets(name) or _lotus(name)


def plain(tzid: str) -> str:
    """A TZID without quotes, escapes, doubled prefixes and stray spaces."""
    name = tzid.replace("\\,", ",").replace("\\;", ";").strip().strip('"').strip()
    while name.upper().startswith("TZID="):
        name = name[5:]
    return " ".join(name.split())


def _iana(name: str) -> str | None:
    """The IANA name that `name` is, or ends in after a vendor's path."""
    known = _known()
    pieces = name.replace(" ", "_").split("/")
    for first in range(len(pieces)):
        candidate = "/".join(pieces[first:]).casefold()
        found = known.get(candidate) or known.get(candidate.replace("-", "/"))
        if found:
            return found
        if not name.startswith("/"):  # only a leading slash marks a vendor's path
            return None
    return None


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    names = available_timezones() - {"localtime", "Factory"}
    return {name.casefold(): name for name in names}


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    names = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}
    return {name: zone for name, zone in names.items() if zone.casefold() in _known()}


def _windows_zone(name: str) -> str | None:
    """Lotus Notes leaves the last words of a Windows name out ("W. Europe")."""
    known = _windows()
    return known.get(name.casefold()) or known.get(f"{name.casefold()} standard time")


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    """The last part of every IANA name; of several with one name the one with a continent
    that is not a country's alias ("Europe/Lisbon", not "Portugal")."""
    cities: dict[str, str] = {}
    for name in sorted(available_timezones()):
        area, slash, city = name.rpartition("/")
        if slash and area not in ("Etc", "SystemV", "posix", "right"):
            cities.setdefault(city.replace("_", " ").casefold(), name)
    return cities


def _microsoft(name: str) -> str | None:
    return "UTC" if name.casefold() == "tzone://microsoft/utc" else None


def _shown(name: str) -> str | None:
    """A zone by the text Windows shows: a region of North America, or cities."""
    shown = _SHOWN.match(name)
    text = (shown[1] if shown else name).casefold()
    region = text.split("(")[0].strip()
    if region in _REGIONS:
        return _REGIONS[region]
    cities = [city.strip().replace("kyiv", "kiev") for city in re.split("[,/]", text)]
    found = (_cities().get(city) for city in cities)
    return next((zone for zone in found if zone), None)


def _fixed(name: str) -> Zone | None:
    if name.upper() in ("Z", "UTC", "GMT"):
        return UTC_ZONE
    offset = _OFFSET.match(name)
    if offset is None:
        return None
    sign, hours, minutes = offset.groups()
    shift = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if shift >= timedelta(hours=24):
        return None
    east = shift if sign == "+" else -shift
    if offset.end() < len(name.rstrip()):  # an offset of a place that we do not know
        return EitherZone(east, east + _SUMMER)
    return NamedZone(timezone(east))


def _two_offsets(name: str) -> Zone | None:
    """Zimbra's "GMT+01.00/+02.00": standard and summer time, east of Greenwich."""
    found = _TWO_OFFSETS.match(name)
    if found is None:
        return None
    east, further = (
        timedelta(hours=int(hours), minutes=int(minutes or 0)) * (1 if sign == "+" else -1)
        for sign, hours, minutes in (found.groups()[:3], found.groups()[3:])
    )
    if max(abs(east), abs(further)) >= timedelta(hours=24):
        return None
    return EitherZone(east, further)


def _lotus(name: str) -> Zone | None:
    """Lotus Notes' own "Z=-1$DO=1$DL=3 -1 1 10 -1 1$ZX=35$ZN=W. Europe". Its rule of summer time
    may be years old: the name is believed where its offsets agree, else both offsets are."""
    found = _LOTUS.match(name)
    if found is None:
        return None
    west, summer, called = int(found[1]), found[2] == "1", found[3] or ""
    minutes, hours = divmod(abs(west), 100)
    if minutes >= 60 or hours >= 24:
        return None
    east = timedelta(hours=hours, minutes=minutes) * (-1 if west > 0 else 1)
    further = east + _SUMMER if summer else east
    known = _windows_zone(called) or _shown(called)
    if known is not None and _offsets(ZoneInfo(known)) == {east, further}:
        return NamedZone(ZoneInfo(known))
    return EitherZone(east, further) if summer else NamedZone(timezone(east))


def _offsets(zone: ZoneInfo) -> set[timedelta | None]:
    """What a zone is ahead of UTC in the course of a year."""
    return {datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13)}
