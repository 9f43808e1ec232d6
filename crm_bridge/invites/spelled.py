"""Instants spelled out in somebody's zone, for mails and pages, in the words of the chat
(`playbook.dates`). Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_name

from playbook.dates import say_clock, say_day, say_distance


def date(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """ "Thursday, 12 March 2026"."""
    return say_day(at.astimezone(zone).date(), locale=locale)


def clock(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """ "10:00"."""
    return say_clock(at.astimezone(zone), locale=locale)


def clock_range(start: datetime, end: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """ "10:00–10:30"."""
    return f"{clock(start, zone, locale)}–{clock(end, zone, locale)}"


def distance(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """The zone's distance from UTC at that instant: "UTC+1"."""
    return say_distance(at.astimezone(zone), locale=locale)


def zone_name(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """ "Central European Standard Time (UTC+1)": the zone's name at that instant."""
    name = get_timezone_name(at.astimezone(zone), width="long", locale=locale)
    offset = distance(at, zone, locale)
    return offset if name.startswith(("GMT", "UTC", "+", "-")) else f"{name} ({offset})"
