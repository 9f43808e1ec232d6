"""Calendars as text, and what they come to."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crm_bridge.calendars.ics_feed.expand import Expansion, expand
from crm_bridge.calendars.ics_feed.parse import Feed, parse
from crm_bridge.calendars.ics_feed.zones import NamedZone
from crm_bridge.calendars.intervals import Interval

LJUBLJANA = NamedZone(ZoneInfo("Europe/Ljubljana"))
MARCH = Interval(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def event(*lines: str, uid: str = "a") -> str:
    """A VEVENT."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def calendar(*parts: str) -> str:
    """A VCALENDAR of lines and components."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""])


def vtimezone(tzid: str, offset: str) -> str:
    """A zone with one offset for ever."""
    lines = ["BEGIN:VTIMEZONE", f"TZID:{tzid}", "BEGIN:STANDARD", "DTSTART:16010101T000000"]
    lines += [f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE"]
    return "\r\n".join(lines)


def read(text: str, owners: frozenset[str] = frozenset()) -> Feed:
    """The feed, for an owner in Ljubljana."""
    return parse(text, owner_zone=LJUBLJANA, owners=owners)


def in_march(text: str, window: Interval = MARCH) -> Expansion:
    """What a calendar holds in March 2026."""
    return expand(read(text), window)


def times(text: str) -> list[str]:
    """The busy times in March 2026: "11 09:00-10:00" in UTC."""
    return [f"{each.start:%d %H:%M}-{each.end:%H:%M}" for each in in_march(text).busy]
