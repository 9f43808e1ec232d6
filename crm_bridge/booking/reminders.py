"""When a visitor is reminded of a meeting. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

SETTLED: Final = timedelta(hours=2)  # who has just booked needs no reminding


def reminders(
    start: datetime, hours_before: Iterable[int], *, made: datetime
) -> list[tuple[int, datetime]]:
    """(hours before, when) of the reminders of a meeting at `start` that was booked or moved
    at `made`, the first first. One that would follow within two hours is left out.

    A meeting in 26 hours: reminded a day and an hour before; in 25: an hour before.
    """
    all_of_them = sorted(
        ((hours, start - timedelta(hours=hours)) for hours in set(hours_before)),
        key=lambda each: each[1],
    )
    return [each for each in all_of_them if each[1] - made >= SETTLED]
