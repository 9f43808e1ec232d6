"""When the night is: the hour at which what takes long is done. Pure."""

from datetime import datetime, timedelta
from typing import Final

HOUR: Final = 2  # UTC


def next_night(now: datetime) -> datetime:
    """The next HOUR after `now`, which is in UTC."""
    today = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
