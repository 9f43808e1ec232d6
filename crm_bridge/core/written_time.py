"""An instant as people of the house read it: weekday, date, time and zone. Pure."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

# Short names that mean one thing: IST is Israel's, India's and Ireland's, CST America's and China's.
PLAIN_NAMES: Final = frozenset({"UTC", "GMT", "WET", "WEST", "CET", "CEST", "EET", "EEST"})


def written(at: datetime | str, zone: str) -> str:
    """ "Tue, 17 Mar 2026, 15:00 CET": an instant (or its ISO 8601 text) in an IANA zone."""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    local = instant.astimezone(ZoneInfo(zone))
    return f"{format_datetime(local, 'EEE, d MMM yyyy, HH:mm', locale='en_GB')} {_zone(local)}"


def _zone(local: datetime) -> str:
    """ "CET"; "UTC+02:00" where the zone's short name is another zone's too, or none."""
    name = local.tzname() or ""
    return name if name in PLAIN_NAMES else local.strftime("UTC%:z")
