"""Where a pull goes on, so that no row is lost and none is read for ever. Pure.

Rows come in the order of (modified, id), and the next page begins strictly after the last
row: any number of rows may share one timestamp. Two things make a row appear below the
place already reached: a transaction that commits late, a search index that lags, and a
lower id at the very timestamp of the cursor. So the last `overlap` is read again, after
pauses that double while nothing comes, until the overlap lies behind the CRM's present.
A place that the CRM keeps itself (a token) needs none of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from crm_bridge.connectors.port import Position

OVERLAP: Final = timedelta(seconds=60)
FIRST_PAUSE: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Cursor:
    """`head` is the furthest row seen; `again_at` when the overlap is read again (None: it
    needs no more reading); `pause` how long after that once more; `place` where a pass
    that is under way stands, which began below the head."""

    head: Position | None = None
    again_at: datetime | None = None
    pause: timedelta = FIRST_PAUSE
    place: Position | None = None


def start(cursor: Cursor, now: datetime, *, overlap: timedelta = OVERLAP) -> Cursor:
    """The cursor for a pass that begins now: from the head, or an overlap before it."""
    if cursor.head is None or cursor.place is not None:
        return cursor
    if cursor.head.token is not None:
        return replace(cursor, place=cursor.head)
    if cursor.again_at is None or now < cursor.again_at:
        return replace(cursor, place=cursor.head)
    is_last = cursor.pause >= overlap
    return replace(
        cursor,
        place=Position(cursor.head.modified - overlap, ""),
        again_at=None if is_last else now + cursor.pause,
        pause=min(cursor.pause * 2, overlap),
    )


def advance(cursor: Cursor, last: Position | None, now: datetime, *, more: bool) -> Cursor:
    """The cursor after a page whose last row is `last` (None: the page was empty)."""
    head = cursor.head
    if last is not None and last.token is not None:
        return Cursor(head=last, place=last if more else None)
    if last is not None and (head is None or last.is_after(head)):
        # never later than planned: a CRM that is always busy would put it off for ever
        again = min(cursor.again_at or now + FIRST_PAUSE, now + FIRST_PAUSE)
        cursor = replace(cursor, head=last, again_at=again, pause=FIRST_PAUSE * 2)
    return replace(cursor, place=(last or cursor.place) if more else None)


def to_document(cursor: Cursor) -> dict[str, Any]:
    """As it is stored."""
    return {
        "head": _place_document(cursor.head),
        "again_at": cursor.again_at.isoformat() if cursor.again_at else None,
        "pause_seconds": cursor.pause.total_seconds(),
        "place": _place_document(cursor.place),
    }


def of_document(document: Mapping[str, Any] | None) -> Cursor:
    """As it was stored; a fresh one for None."""
    if not document:
        return Cursor()
    again = document["again_at"]
    return Cursor(
        head=_place(document["head"]),
        again_at=datetime.fromisoformat(again) if again else None,
        pause=timedelta(seconds=document["pause_seconds"]),
        place=_place(document["place"]),
    )


def _place_document(place: Position | None) -> list[str] | None:
    if place is None:
        return None
    token = [] if place.token is None else [place.token]
    return [place.modified.isoformat(), place.id, *token]


def _place(document: Any) -> Position | None:
    if not document:
        return None
    return Position(datetime.fromisoformat(document[0]), *document[1:])
