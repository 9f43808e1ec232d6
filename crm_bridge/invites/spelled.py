"""Dates and times spelled out for people: weekday, full date, time, zone. Pure."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_name

_USUAL: Final = {"en": "en_GB"}  # day before month, unless the visitor's own locale says else


def locale_of(language: str, wanted: str | None = None) -> Locale:
    """The locale to write in: the visitor's own one if it is of that language."""
    if wanted:
        try:
            own = Locale.parse(wanted.replace("-", "_"))
        except (ValueError, UnknownLocaleError):
            own = None
        if own is not None and own.language == language:
            return own
    return Locale.parse(_USUAL.get(language, language))


def date(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """ "Thursday, 12 March 2026", in the zone."""
    return str(format_date(at.astimezone(zone).date(), "full", locale=locale))


def clock(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """ "10:00", in the zone."""
    return str(format_time(at.astimezone(zone), "short", locale=locale))


def clock_range(start: datetime, end: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """ "10:00–10:30", in the zone."""
    return f"{clock(start, zone, locale)}–{clock(end, zone, locale)}"


def meeting(start: datetime, end: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """ "Thursday, 12 March 2026, 10:00–10:30 (UTC+1)", in the zone."""
    hours = clock_range(start, end, zone, locale)
    return f"{date(start, zone, locale)}, {hours} ({offset_at(start, zone)})"


def offset_at(at: datetime, zone: ZoneInfo) -> str:
    """The zone's distance from UTC at that instant: "UTC+1"."""
    return utc_offset(at.astimezone(zone).utcoffset() or timedelta())


def zone_name(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """ "Central European Standard Time (UTC+1)": the zone's name at that instant."""
    local = at.astimezone(zone)
    name = get_timezone_name(local, width="long", locale=locale)
    offset = utc_offset(local.utcoffset() or timedelta())
    return offset if name.startswith(("GMT", "UTC", "+", "-")) else f"{name} ({offset})"


def utc_offset(offset: timedelta) -> str:
    """ "UTC+1", "UTC+5:30", "UTC"."""
    minutes = offset // timedelta(minutes=1)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")
