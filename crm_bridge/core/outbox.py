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
from time import monotonic
from typing import Any, Final

from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core import deliveries
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import AnyRow, Database
from crm_bridge.core.deliveries import ADD_EVENT, Delivery, DomainEvent
from crm_bridge.core.ids import new_id
from crm_bridge.core.prepared import Runner

__all__ = ["Delivery", "Dispatcher", "DomainEvent", "Event", "announce"]

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 40  # about a day and a half
IDLE_POLL_SECONDS = 2.0
SETTLE_SECONDS: Final = 1.0  # outcomes of quick handlers are written together
FAILURES: Final = Counter("usher_delivery_failures", "Tries to deliver an event that failed")
GIVEN_UP: Final = Counter("usher_deliveries_given_up", "Events that were never delivered")

Handler = Callable[["Event"], Awaitable[None]]
# told of every event (id, name, data, at) in the transaction that hands it to its handlers
FanOut = Callable[[Runner, Sequence[AnyRow], datetime], Awaitable[None]]
# whether a handler wants any news at all just now
Listens = Callable[[Runner], Awaitable[bool]]
# News in bulk (of an import) takes its turns between what is urgent, in small bites: a mail
# does not wait for a hundred thousand contacts.
_ROUNDS: Final = ((False, deliveries.BATCH), (True, deliveries.BULK_BATCH))


@dataclass(frozen=True, slots=True)
class Event:
    """An event as handlers see it. `id` is stable over retries: use it as idempotency key."""

    id: str
    name: str
    data: dict[str, Any]
    at: datetime


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
    personal data; `subject_id` is the record that erasure finds it by. What is told while
    `session.info["bulk"]` is set (by an import) waits while there is other news.
    """
    event_id = new_id("evt")
    values = {
        "id": event_id,
        "name": name,
        "subject_id": subject_id,
        "data": data,
        "at": now,
        "fanned_out": False,
        "bulk": bool(session.info.get("bulk")),
    }
    together = values["bulk"]  # many at once are written in a few statements
    if isinstance(session, AsyncSession) and (together or session.in_nested_transaction()):
        session.add(DomainEvent(**values))  # and is undone with its savepoint
    else:
        session.info.setdefault("pending", []).append((ADD_EVENT, values))
    session.info["announced"] = True
    return event_id


def pause_after(attempts: int) -> timedelta:
    """The pause before the next try: doubling from two seconds up to an hour."""
    return min(FIRST_PAUSE * (1 << min(attempts, 20)), LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class _Leased:
    """A delivery that is this process's for a while; `attempts` counts this one."""

    event: Event
    handler: str
    attempts: int


class Dispatcher:
    """Delivers announced events in the background of one bridge process."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Mapping[str, Sequence[tuple[str, Handler]]],
        *,
        also: FanOut | None = None,
        listens: Mapping[str, Listens] | None = None,
    ) -> None:
        """`handlers`: event -> (stable name, function) of each; `listens`: of handlers that
        at times want no news (no CRM is connected), by name: then nothing is delivered."""
        self._also = also
        self._listens = listens or {}
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
                if not await self._whole_batches():
                    await self._sleep()  # what is announced meanwhile ends it at once
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("the outbox could not be read; trying again")
                await asyncio.sleep(IDLE_POLL_SECONDS)

    async def deliver_due(self) -> int:
        """Deliver what is due now and return how many events and deliveries were dealt with."""
        return sum([await self._round(bulk=bulk, most=most) for bulk, most in _ROUNDS])

    async def _whole_batches(self) -> bool:
        """Deliver what is due now; whether there was as much as is taken at once."""
        return any([await self._round(bulk=bulk, most=most) >= most for bulk, most in _ROUNDS])

    async def _round(self, *, bulk: bool, most: int) -> int:
        """How much was dealt with."""
        async with self._database.quick(readonly=True) as quick:
            if not await deliveries.anything(quick, self._clock.now(), bulk=bulk):
                return 0
        leased, fanned_out = await self._lease(bulk=bulk, most=most)
        outcomes: list[tuple[_Leased, str | None]] = []
        began = monotonic()
        for one in leased:
            outcomes.append((one, await self._deliver(one)))
            if monotonic() - began > SETTLE_SECONDS:
                await self._settle(outcomes)
                outcomes, began = [], monotonic()
        if outcomes:
            await self._settle(outcomes)
        return max(len(leased), fanned_out)

    async def _sleep(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), timeout=IDLE_POLL_SECONDS)
        self._wake.clear()

    async def _lease(self, *, bulk: bool, most: int) -> tuple[list[_Leased], int]:
        """What is due, and what has just happened, for this process to deliver; and how many
        events that was."""
        now = self._clock.now()
        async with self._database.quick() as quick:
            due = await deliveries.lease_due(quick, now, bulk=bulk, most=most, until=now + LEASE)
            leased = [_Leased(_event(row), row.handler, row.attempts + 1) for row in due]
            events = await deliveries.fresh(quick, bulk=bulk, most=most)
            if events and self._also is not None:
                await self._also(quick, events, now)
            deaf = {name for name, listens in self._listens.items() if not await listens(quick)}
            for row in events:
                await deliveries.fanned_out(quick, row.id)
                for handler, _ in self._handlers.get(row.name, ()):
                    if handler in deaf:
                        continue
                    mine = len(leased) < most  # more would outlast the lease
                    until = now + LEASE if mine else now
                    await deliveries.add(
                        quick, row.id, handler, bulk=bulk, attempts=int(mine), next_at=until
                    )
                    if mine:
                        leased.append(_Leased(_event(row), handler, 1))
        return leased, len(events)

    async def _deliver(self, one: _Leased) -> str | None:
        """What went wrong, or None."""
        event, handler = one.event, one.handler
        try:
            await self._by_name[handler](event)
        except Exception as fault:
            FAILURES.inc()
            log.warning(
                "%s of %s (%s) failed: %s", handler, event.id, event.name, type(fault).__name__
            )
            return f"{type(fault).__name__}: {fault}"[:500]
        return None

    async def _settle(self, outcomes: Sequence[tuple[_Leased, str | None]]) -> None:
        async with self._database.quick() as quick:
            for one, error in outcomes:
                await self._settle_one(quick, one, error)

    async def _settle_one(self, quick: Runner, one: _Leased, error: str | None) -> None:
        now, of = self._clock.now(), (one.event.id, one.handler)
        if error is None:
            await deliveries.done(quick, *of, now=now)
            return
        again: datetime | None = now + pause_after(one.attempts)
        if one.attempts >= MOST_ATTEMPTS:
            again = None
            GIVEN_UP.inc()
            log.error("%s of %s given up after %d tries", one.handler, of[0], one.attempts)
        await deliveries.failed(quick, *of, error=error, next_at=again)


def _event(row: AnyRow) -> Event:
    return Event(id=row.id, name=row.name, data=row.data, at=row.at)
