"""The Retry-After header: seconds, or a date (RFC 9110 section 10.2.3). Pure."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_SECONDS: Final = 3600.0


def seconds_of(header: str | None, *, now: datetime, default: float) -> float:
    """How long to rest, between 0 and an hour; `default` when the header says nothing."""
    if header is None or not header.strip():
        return default
    said = header.strip()
    try:
        seconds = float(said)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(said) - now).total_seconds()
        except (ValueError, TypeError):
            return default
    if seconds != seconds:
        return default
    return min(max(seconds, 0.0), LONGEST_SECONDS)
