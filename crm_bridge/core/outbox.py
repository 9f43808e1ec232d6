"""The one path for news: written with the fact it tells, delivered after, at least once.

A domain calls `announce` inside the transaction that changes its tables, so an event
exists exactly when the change does. The dispatcher delivers each event to every handler
that `app.py` names for it, each on its own, with growing pauses between tries. Handlers
must be idempotent: they may see an event again after a crash.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from prometheus_client import Counter
from sqlalchemy import ForeignKey, Index, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Base, Database
from crm_bridge.core.ids import new_id
from crm_bridge.core.prepared import Prepared, Runner

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 40  # about a day and a half
IDLE_POLL_SECONDS = 2.0
FAILURES: Final = Counter("usher_delivery_failures", "Tries to deliver an event that failed")
GIVEN_UP: Final = Counter("usher_deliveries_given_up", "Events that were never delivered")
BATCH = 50

Handler = Callable[["Event"], Awaitable[None]]
# told of every event in the transaction that hands it to its handlers
FanOut = Callable[[AsyncSession, Sequence["DomainEvent"], datetime], Awaitable[None]]


class DomainEvent(Base):
    """What happened. Append-only; `fanned_out` once deliveries were made for it."""

    __tablename__ = "domain_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    subject_id: Mapped[str | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    fanned_out: Mapped[bool] = mapped_column(default=False, index=True)


class Delivery(Base):
    """One event on its way to one handler."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_due", "done_at", "next_at"),)

    event_id: Mapped[str] = mapped_column(
        ForeignKey("domain_event.id", ondelete="CASCADE"), primary_key=True
    )
    handler: Mapped[str] = mapped_column(primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class Event:
    """An event as handlers see it. `id` is stable over retries: use it as idempotency key."""

    id: str
    name: str
    data: dict[str, Any]
    at: datetime


_ADD = Prepared(
    insert(cast("Table", DomainEvent.__table__)),
    columns=("id", "name", "subject_id", "data", "at", "fanned_out"),
)


def announce(
    session: Runner,
    name: str,
    data: dict[str, Any],
    *,
    now: datetime,
    subject_id: str | None = None,
) -> str:
    """Write an event into the caller's transaction and return its id.

    `name` is `subject.happened` ("booking.confirmed"); `data` holds ids, not copies of
    personal data; `subject_id` is the record that erasure finds it by.
    """
    event_id = new_id("evt")
    values = {"id": event_id, "name": name, "subject_id": subject_id, "data": data, "at": now}
    if isinstance(session, AsyncSession):
        session.add(DomainEvent(**values))
    else:
        session.info.setdefault("pending", []).append((_ADD, {**values, "fanned_out": False}))
    session.info["announced"] = True
    return event_id


def pause_after(attempts: int) -> timedelta:
    """The pause before the next try: doubling from two seconds up to an hour."""
    return min(FIRST_PAUSE * (1 << min(attempts, 20)), LONGEST_PAUSE)


class Dispatcher:
    """Delivers announced events in the background of one bridge process."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Mapping[str, Sequence[tuple[str, Handler]]],
        *,
        also: FanOut | None = None,
    ) -> None:
        self._also = also
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._by_name = {name: run for pairs in handlers.values() for name, run in pairs}
        self._wake = asyncio.Event()
        database.on_announced(self._wake.set)

    async def run(self) -> None:
        """Deliver for ever; a fault of the database is logged and tried again."""
        while True:
            try:
                if not await self.deliver_due():
                    await self._sleep()
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("the outbox could not be read; trying again")
                await asyncio.sleep(IDLE_POLL_SECONDS)

    async def deliver_due(self) -> int:
        """Deliver what is due now and return how many deliveries were tried."""
        await self._fan_out()
        leased = await self._lease()
        for event, handler in leased:
            await self._deliver(event, handler)
        return len(leased)

    async def _sleep(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), timeout=IDLE_POLL_SECONDS)
        self._wake.clear()

    async def _fan_out(self) -> None:
        async with self._database.reading() as session:
            fresh = select(DomainEvent.id).where(DomainEvent.fanned_out.is_(False)).limit(1)
            if (await session.execute(fresh)).first() is None:
                return
        async with self._database.transaction() as session:
            found = await session.scalars(
                select(DomainEvent)
                .where(DomainEvent.fanned_out.is_(False))
                .order_by(DomainEvent.id)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
            events, now = found.all(), self._clock.now()
            if self._also is not None:
                await self._also(session, events, now)
            for event in events:
                event.fanned_out = True
                for handler, _ in self._handlers.get(event.name, ()):
                    session.add(Delivery(event_id=event.id, handler=handler, next_at=now))

    async def _lease(self) -> list[tuple[Event, str]]:
        now = self._clock.now()
        due = (
            select(Delivery, DomainEvent)
            .join(DomainEvent, DomainEvent.id == Delivery.event_id)
            .where(Delivery.done_at.is_(None), Delivery.next_at <= now)
            .order_by(Delivery.next_at)
            .limit(BATCH)
        )
        async with self._database.reading() as session:
            if (await session.execute(due.limit(1))).first() is None:
                return []
        async with self._database.transaction() as session:
            rows = (await session.execute(due.with_for_update(skip_locked=True, of=Delivery))).all()
            for delivery, _ in rows:
                delivery.attempts += 1
                delivery.next_at = now + LEASE
            return [(Event(id=e.id, name=e.name, data=e.data, at=e.at), d.handler) for d, e in rows]

    async def _deliver(self, event: Event, handler: str) -> None:
        error: str | None = None
        try:
            await self._by_name[handler](event)
        except Exception as fault:
            error = f"{type(fault).__name__}: {fault}"[:500]
            FAILURES.inc()
            log.warning(
                "%s of %s (%s) failed: %s", handler, event.id, event.name, type(fault).__name__
            )
        await self._settle(event, handler, error)

    async def _settle(self, event: Event, handler: str, error: str | None) -> None:
        now = self._clock.now()
        async with self._database.transaction() as session:
            delivery = await session.get(Delivery, (event.id, handler))
            if delivery is None:
                return
            delivery.error = error
            if error is None:
                delivery.done_at = now
            elif delivery.attempts >= MOST_ATTEMPTS:
                delivery.next_at = None
                GIVEN_UP.inc()
                log.error("%s of %s given up after %d tries", handler, event.id, delivery.attempts)
            else:
                delivery.next_at = now + pause_after(delivery.attempts)
