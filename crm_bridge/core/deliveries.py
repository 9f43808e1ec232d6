"""The outbox's rows, and every statement about them.

An event is fanned out into one delivery for each of its handlers; a delivery is leased by
one dispatcher at a time, and done, or due again later, or given up (`next_at` None).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ForeignKey, Index, String, Table, bindparam, insert, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import AnyRow, Base, Instant
from crm_bridge.core.prepared import Prepared, Runner

BATCH: Final = 50
BULK_BATCH: Final = 10  # so that what is urgent waits for no more than these


class DomainEvent(Base):
    """What happened. Append-only; `fanned_out` once deliveries were made for it. News in
    `bulk` (of an import) waits while there is any other."""

    __tablename__ = "domain_event"
    # of the few that wait alone: every event would pay for an index on all
    __table_args__ = (
        Index(
            "ix_domain_event_fresh",
            "bulk",
            "id",
            sqlite_where=text("fanned_out IS 0"),
            postgresql_where=text("fanned_out IS false"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    subject_id: Mapped[str | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    fanned_out: Mapped[bool] = mapped_column(default=False)
    bulk: Mapped[bool] = mapped_column(default=False)


class Delivery(Base):
    """One event on its way to one handler."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_due", "done_at", "bulk", "next_at"),)

    event_id: Mapped[str] = mapped_column(
        ForeignKey("domain_event.id", ondelete="CASCADE"), primary_key=True
    )
    handler: Mapped[str] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]
    bulk: Mapped[bool] = mapped_column(default=False)


_event = cast("Table", DomainEvent.__table__)
_delivery = cast("Table", Delivery.__table__)

_NOW: Final = bindparam("now", type_=Instant())
_UNTIL: Final = bindparam("until", type_=Instant())
_FRESH_ONES: Final = (
    select(_event.c.id, _event.c.name, _event.c.data, _event.c.at)
    .where(_event.c.fanned_out.is_(False))
    .order_by(_event.c.id)
)
_DUE_ONES: Final = (
    select(
        _event.c.id, _event.c.name, _event.c.data, _event.c.at,
        _delivery.c.handler, _delivery.c.attempts,
    )
    .join(_delivery, _delivery.c.event_id == _event.c.id)
    .where(_delivery.c.done_at.is_(None), _delivery.c.next_at <= _NOW)
    .order_by(_delivery.c.next_at)
)  # fmt: skip
_MINE: Final = (
    _delivery.c.event_id == bindparam("event", type_=String),
    _delivery.c.handler == bindparam("by", type_=String),
)

ADD_EVENT: Final = Prepared(
    insert(_event), columns=("id", "name", "subject_id", "data", "at", "fanned_out", "bulk")
)
# Each twice: for what cannot wait, and for news in bulk.
_ANY_FRESH: Final = {
    bulk: Prepared(_FRESH_ONES.where(_event.c.bulk.is_(bulk)).limit(1)) for bulk in (False, True)
}
_ANY_DUE: Final = {
    bulk: Prepared(_DUE_ONES.where(_delivery.c.bulk.is_(bulk)).limit(1)) for bulk in (False, True)
}
_FRESH: Final = {
    bulk: Prepared(
        _FRESH_ONES.where(_event.c.bulk.is_(bulk))
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    for bulk in (False, True)
}
_DUE: Final = {
    bulk: Prepared(
        _DUE_ONES.where(_delivery.c.bulk.is_(bulk))
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=_delivery)
    )
    for bulk in (False, True)
}
_FANNED_OUT: Final = Prepared(
    update(_event).where(_event.c.id == bindparam("event", type_=String)).values(fanned_out=True)
)
_ADD: Final = Prepared(
    insert(_delivery), columns=("event_id", "handler", "attempts", "next_at", "bulk")
)
_LEASE: Final = Prepared(
    update(_delivery).where(*_MINE).values(attempts=_delivery.c.attempts + 1, next_at=_UNTIL)
)
_DONE: Final = Prepared(update(_delivery).where(*_MINE).values(done_at=_NOW, error=None))
_FAILED: Final = Prepared(
    update(_delivery).where(*_MINE).values(next_at=_UNTIL, error=bindparam("fault", type_=String))
)


async def anything(on: Runner, now: datetime, *, bulk: bool) -> bool:
    """Whether an event waits to be fanned out, or a delivery is due; in bulk, or urgent."""
    if await _ANY_FRESH[bulk].one(on, {}) is not None:
        return True
    return await _ANY_DUE[bulk].one(on, {"now": now}) is not None


async def fresh(on: Runner, *, bulk: bool, most: int) -> Sequence[AnyRow]:
    """Events to fan out, oldest first, locked: id, name, data, at."""
    return await _FRESH[bulk].all(on, {"most": most})


async def fanned_out(on: Runner, event_id: str) -> None:
    """The event has its deliveries."""
    await _FANNED_OUT.run(on, {"event": event_id})


async def add(
    on: Runner, event_id: str, handler: str, *, bulk: bool, attempts: int, next_at: datetime
) -> None:
    """A delivery; with `attempts` 1 and a later `next_at` it is leased already."""
    row = {"event_id": event_id, "handler": handler, "attempts": attempts, "next_at": next_at}
    await _ADD.run(on, {**row, "bulk": bulk})


async def lease_due(
    on: Runner, now: datetime, *, bulk: bool, most: int, until: datetime
) -> Sequence[AnyRow]:
    """Lease what is due: id, name, data, at of the event, handler, attempts before this."""
    rows = await _DUE[bulk].all(on, {"now": now, "most": most})
    for row in rows:
        await _LEASE.run(on, {"event": row.id, "by": row.handler, "until": until})
    return rows


async def done(on: Runner, event_id: str, handler: str, *, now: datetime) -> None:
    """Delivered."""
    await _DONE.run(on, {"event": event_id, "by": handler, "now": now})


async def failed(
    on: Runner, event_id: str, handler: str, *, error: str, next_at: datetime | None
) -> None:
    """Not delivered: to be tried at `next_at`, or given up (None)."""
    values = {"event": event_id, "by": handler, "until": next_at, "fault": error}
    await _FAILED.run(on, values)
