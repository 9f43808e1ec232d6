"""An instant as people of the house read it: weekday, date, time and zone. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime


def written(at: datetime | str, zone: str) -> str:
    """ "Tue, 17 Mar 2026, 15:00 CET": an instant (or its ISO 8601 text) in an IANA zone."""
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    local = instant.astimezone(ZoneInfo(zone))
    return f"{format_datetime(local, 'EEE, d MMM yyyy, HH:mm', locale='en_GB')} {_zone(local)}"


def _zone(local: datetime) -> str:
    """ "CET"; "UTC-03" where the zone has numbers for a name."""
    name = local.tzname() or ""
    return f"UTC{name}" if name.startswith(("+", "-")) else name
