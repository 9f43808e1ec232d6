"""Time in cells of five minutes: what a meeting claims of an advisor's day. Pure.

Two meetings of one advisor that share a cell cannot both be in the database: a claim's
primary key is (advisor, cell).
"""

from datetime import UTC, datetime, timedelta

from crm_bridge.calendars.openings import CELL_MINUTES

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CELL = timedelta(minutes=CELL_MINUTES)


def cells(start: datetime, end: datetime) -> range:
    """The numbers of the cells that [start, end) touches, counted from 1970."""
    return range((start - _EPOCH) // _CELL, -((_EPOCH - end) // _CELL))
