"""What takes advisors' time: bookings and holds that stand, as plain columns."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, cast

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    and_,
    bindparam,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import NullType

from crm_bridge.booking.models import Booking, Fellow
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.openings import Taken
from crm_bridge.core.database import Instant
from crm_bridge.core.one_of import one_of
from crm_bridge.core.prepared import Prepared

MINUTE: Final = timedelta(minutes=1)
_booking = cast("Table", Booking.__table__)
_fellow = cast("Table", Fellow.__table__)
_NOW = bindparam("now", type_=Instant())
# as the driver gives them: a thousand meetings are four thousand instants (see `_taken`)
_TIMES = tuple(
    type_coerce(each, NullType()).label(each.name)
    for each in (
        _booking.c.start_at,
        _booking.c.end_at,
        _booking.c.pad_start_at,
        _booking.c.pad_end_at,
    )
)


def _matters() -> ColumnElement[bool]:
    """Stands (`states.stands`) within the window, and is none of those to be left out."""
    held = and_(_booking.c.status == "held", _booking.c.expires_at > _NOW)
    mine = and_(
        _booking.c.status == "held",
        _booking.c.conversation_id == bindparam("conversation", type_=String()),
    )
    return and_(
        _booking.c.end_at > bindparam("from", type_=Instant()),
        _booking.c.start_at < bindparam("to", type_=Instant()),
        or_(_booking.c.status == "booked", held),
        ~one_of(_booking.c.id, "without"),
        or_(_booking.c.conversation_id.is_(None), ~mine),
    )


_STANDING: Final = Prepared(
    union_all(
        select(_booking.c.advisor_id, *_TIMES).where(
            one_of(_booking.c.advisor_id, "advisors"), _matters()
        ),
        select(_fellow.c.advisor_id, *_TIMES)
        .join(_booking, _booking.c.id == _fellow.c.booking_id)
        .where(one_of(_fellow.c.advisor_id, "advisors"), _matters()),
    )
)


async def standing_between(
    session: AsyncSession,
    advisor_ids: Iterable[str],
    window: Interval,
    *,
    now: datetime,
    without: Sequence[str] = (),
    without_holds_of: str | None = None,
) -> dict[str, list[Taken]]:
    """What takes each advisor's time within `window`, in order of time; but for the bookings
    `without` and the holds of one conversation (they do not stand in its own way)."""
    values = {
        "advisors": list(advisor_ids),
        "from": window.start,
        "to": window.end,
        "now": now,
        "without": without,
        "conversation": without_holds_of or "",
    }
    found: dict[str, list[Taken]] = {}
    for advisor, *times in await _STANDING.all(session, values):
        found.setdefault(advisor, []).append(_taken(*times))
    for taken in found.values():
        taken.sort(key=lambda each: each.start)
    return found


@lru_cache(maxsize=16384)
def _taken(*times: datetime | str) -> Taken:
    """A meeting as it takes time, from its row. Kept: the same meetings are read again and
    again, and their instants cost more than all else."""
    start, end, pad_start, pad_end = map(_instant, times)
    return Taken(start, end, before=(start - pad_start) // MINUTE, after=(pad_end - end) // MINUTE)


def _instant(stored: datetime | str) -> datetime:
    """SQLite's text is UTC without saying so; PostgreSQL's instants have a zone."""
    if isinstance(stored, str):
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)
    return stored.astimezone(UTC)
