"""Pages of a stream whose CRM sorts by the timestamp alone, however many rows share one.

Rows of one timestamp are read by their id before the next timestamp begins, and a page
ends with a whole timestamp: no row is lost between two pages and none is read for ever.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from crm_bridge.connectors.port import ChangePage, OutsideRecord, Position

# (timestamp, id): the rows of that very timestamp whose id is greater, by id
At = Callable[[datetime, str], Awaitable[Sequence[OutsideRecord]]]
# (timestamp, inclusive): the rows from there on (None: all of them), by timestamp
Since = Callable[[datetime | None, bool], Awaitable[Sequence[OutsideRecord]]]


async def page_of(after: Position | None, limit: int, *, at: At, since: Since) -> ChangePage:
    """The page after a position. `at` and `since` give `limit` rows at most; timestamps are
    as coarse as the CRM can compare them."""
    if after is not None and after.id:
        rest = await at(after.modified, after.id)
        if rest:
            return ChangePage(rest, place(rest[-1]), more=True)
    start, inclusive = (after.modified, not after.id) if after is not None else (None, True)
    found = sorted(await since(start, inclusive), key=_order)
    if len(found) < limit:
        return ChangePage(found, place(found[-1]) if found else None, more=False)
    whole: Sequence[OutsideRecord] = [one for one in found if one.modified < found[-1].modified]
    if not whole:
        whole = await at(found[-1].modified, "")
    return ChangePage(whole, place(whole[-1]) if whole else None, more=bool(whole))


def place(record: OutsideRecord) -> Position:
    """Where a record stands in its stream."""
    return Position(record.modified, record.id)


def _order(record: OutsideRecord) -> tuple[datetime, int, str]:
    return record.modified, len(record.id), record.id
