"""Cursor pages: stable while rows come and go, because a page begins after a row, not at a number.

Rows are ordered by columns that together are unique (usually the id alone: ids are
time-ordered). The cursor is opaque to clients.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from crm_bridge.core.errors import Invalid

MOST_ITEMS = 200


class BadCursor(Invalid):
    code = "bad_cursor"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is wanted: at most `limit` rows after `cursor` (None: from the beginning)."""

    limit: int = 50
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """Rows in order, and the cursor of the next page; None when this is the last."""

    items: tuple[Row, ...]
    next: str | None


def encode_cursor(values: Sequence[str | int]) -> str:
    """The opaque cursor of a row, given the values it is ordered by."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, parts: int) -> list[str | int]:
    """The values behind a cursor. Raises BadCursor unless it holds `parts` of them."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as fault:
        raise BadCursor("this cursor was not issued here") from fault
    if not isinstance(values, list) or len(values) != parts:
        raise BadCursor("this cursor was not issued here")
    if not all(isinstance(value, str | int) for value in values):
        raise BadCursor("this cursor was not issued here")
    return values


async def fetch_page[Row](
    session: AsyncSession,
    statement: Select[Row],
    request: PageRequest,
    *,
    by: Sequence[InstrumentedAttribute[Any]],
    newest_first: bool = True,
) -> Page[Row]:
    """One page of `statement`, which must carry no order of its own.

    `by` are columns of the selected entity that together are unique, holding text or
    whole numbers. Raises BadCursor.
    """
    limit = max(1, min(request.limit, MOST_ITEMS))
    if request.cursor is not None:
        after = decode_cursor(request.cursor, parts=len(by))
        statement = statement.where(_beyond(by, after, newest_first=newest_first))
    order = [column.desc() if newest_first else column.asc() for column in by]
    rows = (await session.scalars(statement.order_by(*order).limit(limit + 1))).all()
    items = tuple(rows[:limit])
    last = items[-1] if len(rows) > limit else None
    following = encode_cursor([getattr(last, column.key) for column in by]) if last else None
    return Page(items=items, next=following)


def _beyond(
    by: Sequence[InstrumentedAttribute[Any]], after: list[str | int], *, newest_first: bool
) -> ColumnElement[bool]:
    if len(by) == 1:
        return by[0] < after[0] if newest_first else by[0] > after[0]
    here = tuple_(*by)
    return here < tuple_(*after) if newest_first else here > tuple_(*after)
