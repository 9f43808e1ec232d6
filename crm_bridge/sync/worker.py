"""Keeps every connection in step in the background of a bridge process.

One process at a time works on a connection (a lease that ends by itself when the process
dies). A round is push, pull, push: what was changed here goes first, and what a pull
made of it goes at once. A CRM that is away costs one question now and then: the pause
grows and is kept with the connection, so that a restart does not begin to knock anew.
"""

import asyncio
import logging
import random
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from crm_bridge.connectors.errors import CrmRevoked
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.errors import TryLater, UsherError
from crm_bridge.core.ids import new_id
from crm_bridge.core.outbox import Event
from crm_bridge.core.sealed import NoKey, Seal
from crm_bridge.sync import connections, repository
from crm_bridge.sync.absorb import Channel
from crm_bridge.sync.connections import Opened
from crm_bridge.sync.models import CrmConnection
from crm_bridge.sync.pull import pull
from crm_bridge.sync.push import push
from crm_bridge.sync.reconcile import DropGuard, drifted, reconcile

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 2.0
LEASE: Final = timedelta(seconds=60)
FIRST_PAUSE: Final = timedelta(seconds=2)
LONGEST_PAUSE: Final = timedelta(minutes=5)
NIGHTLY: Final = timedelta(hours=24)
ROUNDS_AT_ONCE: Final = 1000

# our news -> the kind and the id in it
_NEWS: Final[Mapping[str, tuple[str, str]]] = {
    "contact": ("contacts", "contact_id"),
    "company": ("companies", "company_id"),
}


class Syncer:
    """The background work, and the handler of our own news."""

    def __init__(self, database: Database, clock: Clock, *, secret_key: str, data: Path) -> None:
        self._database = database
        self._clock = clock
        self._secret_key = secret_key
        self._data = data
        self._who = new_id("wrk")
        self._opened: dict[str, Opened] = {}
        self._wake = asyncio.Event()

    async def on_news(self, event: Event) -> None:
        """contact.created, contact.changed and their like: have it pushed, unless it is
        what the CRM said itself. Idempotent."""
        kind, key = _NEWS[event.name.partition(".")[0]]
        record_id = event.data[key]
        async with self._database.reading() as session:
            rows = await repository.connections(session)
        for row in rows:
            opened = self._open(row)
            channel = next((c for c in opened.channels if c.kind == kind), None) if opened else None
            if channel is None:
                continue
            async with self._database.transaction() as session:
                if await drifted(session, channel, [record_id]):
                    await repository.mark(session, row.id, kind, record_id, now=self._clock.now())
        self._wake.set()

    async def run(self) -> None:
        """Work for ever; a fault of the database is logged and tried again."""
        while True:
            try:
                await self.round()
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("the sync failed; trying again")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            self._wake.clear()

    async def round(self) -> None:
        """One round over every connection that is due."""
        async with self._database.reading() as session:
            rows = await repository.connections(session)
        for row in rows:
            await self.work(row)

    async def work(self, row: CrmConnection) -> None:
        """One round of one connection, unless it rests, is broken or is another's."""
        now = self._clock.now()
        if row.state == "broken" or (row.paused_until and row.paused_until > now):
            return
        async with self._database.transaction() as session:
            until = now + LEASE
            if not await repository.lease(session, row.id, by=self._who, until=until, now=now):
                return
        opened = self._open(row)
        if opened is None:
            return
        try:
            await self._in_step(row, opened)
            await self._note(row.id, fault=None)
        except (TryLater, CrmRevoked, DropGuard) as fault:
            await self._note(row.id, fault=fault)

    async def _in_step(self, row: CrmConnection, opened: Opened) -> None:
        clock = self._clock.now
        for channel in opened.channels:
            if row.state != "new":
                await self._push_all(opened, channel)
            await pull(self._database, channel, opened.crm, clock=clock)
        due = row.reconciled_at is None or clock() - row.reconciled_at >= NIGHTLY
        guard: DropGuard | None = None
        for channel in opened.channels:
            if due:  # the first time too: what only we have is made there then
                try:
                    report = await reconcile(self._database, channel, opened.crm, clock=clock)
                    log.info("%s reconciled: %s", row.name, report)
                except DropGuard as fault:
                    guard = fault
            await self._push_all(opened, channel)
        async with self._database.transaction() as session:
            fresh = await session.get(CrmConnection, row.id)
            if fresh is not None:
                fresh.pulled_at = clock()
                fresh.state = "live"
                fresh.reconciled_at = clock() if due else fresh.reconciled_at
        if guard is not None:
            raise guard

    async def _push_all(self, opened: Opened, channel: Channel) -> None:
        for _ in range(ROUNDS_AT_ONCE):
            now = self._clock.now()
            if not await push(self._database, channel, opened.crm, now=now):
                return
            async with self._database.transaction() as session:
                await repository.lease(session, opened.id, by=self._who, until=now + LEASE, now=now)

    async def _note(self, connection_id: str, *, fault: UsherError | None) -> None:
        """Keep how the round ended, and when the next may begin."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            row = await session.get(CrmConnection, connection_id)
            if row is None:
                return
            if fault is None:
                row.failures, row.error, row.paused_until = 0, None, None
                return
            row.failures += 1
            row.error = f"{fault.code}: {fault.detail}"[:500]
            row.paused_until = now + _pause(row.failures, fault)
            if isinstance(fault, CrmRevoked):
                row.state = "broken"
        log.warning("the sync with %s rests: %s", connection_id, fault.code)

    def _open(self, row: CrmConnection) -> Opened | None:
        if row.id not in self._opened:
            try:
                seal = Seal(self._secret_key)
                self._opened[row.id] = connections.open_connection(row, seal=seal, data=self._data)
            except (connections.MappingUnusable, NoKey, UsherError) as fault:
                log.error("%s cannot be opened: %s", row.name, fault)  # noqa: TRY400 - said whole
                return None
        return self._opened[row.id]

    async def close(self) -> None:
        """Close the connections."""
        for opened in self._opened.values():
            await opened.crm.close()
        self._opened.clear()


def _pause(failures: int, fault: UsherError) -> timedelta:
    asked = timedelta(seconds=getattr(fault, "retry_after_seconds", 0.0))
    grown: timedelta = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
    return max(asked, grown * random.uniform(0.8, 1.2))
