"""Keeps every connection in step in the background of a bridge process.

One process at a time works on a connection (a lease that ends by itself when the process
dies, and a round ends before its next write once it cannot be renewed). A round is push, pull, push: what was changed here goes first, and what a pull
made of it goes at once. A CRM that is away costs one question now and then: the pause
grows and is kept with the connection, so that a restart does not begin to knock anew.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Set
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from crm_bridge.connectors.errors import CrmRevoked
from crm_bridge.connectors.port import MeteredCrm
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.errors import TryLater, UsherError
from crm_bridge.core.ids import new_id
from crm_bridge.core.night import next_night
from crm_bridge.core.outbox import Event
from crm_bridge.core.prepared import Runner
from crm_bridge.core.sealed import NoKey, Seal
from crm_bridge.sync import connections, repository
from crm_bridge.sync.absorb import Channel
from crm_bridge.sync.connections import Opened
from crm_bridge.sync.hear import hear
from crm_bridge.sync.inbound import CrmReceived
from crm_bridge.sync.models import CrmConnection, CrmLink
from crm_bridge.sync.pull import pull, to_read
from crm_bridge.sync.push import push
from crm_bridge.sync.reconcile import DropGuard, Report, drifted, reconcile

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 2.0
LEASE: Final = timedelta(seconds=60)
FIRST_PAUSE: Final = timedelta(seconds=2)
LONGEST_PAUSE: Final = timedelta(minutes=5)
ROUNDS_AT_ONCE: Final = 1000
SELDOM: Final = timedelta(minutes=5)  # a CRM whose requests are used up is asked no less

# the first word of our news -> kind
_KINDS: Final = {"contact": "contacts", "company": "companies", "deal": "deals"}


class CrmBusy(TryLater):
    code = "crm_busy"


class CrmLeaseLost(TryLater):
    """The right to work on a connection ended while the work was going on: another process
    has it, or the database was not there to renew it."""

    code = "crm_lease_lost"


class Syncer:
    """The background work, and the handler of our own news."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        secret_key: str,
        data: Path,
        lease: timedelta = LEASE,
    ) -> None:
        self._database = database
        self._clock = clock
        self._secret_key = secret_key
        self._data = data
        self._lease_for = lease
        self._who = new_id("wrk")
        self._opened: dict[str, Opened] = {}
        self._wake = asyncio.Event()

    async def listens(self, on: Runner) -> bool:
        """Whether a CRM is connected: else no news is brought to `on_news`."""
        return await repository.is_connected(on)

    async def on_news(self, event: Event) -> None:
        """contact.created, company.changed, deal.moved and their like: have it pushed, unless it is
        what the CRM said itself. Idempotent."""
        subject = event.name.partition(".")[0]
        kind = _KINDS[subject]
        told = (event.data.get(name) for name in (f"{subject}_id", "gone_id"))
        record_ids = [one for one in told if one]
        async with self._database.reading() as session:
            rows = await repository.connections(session)
        for row in rows:
            opened = self._open(row)
            channel = next((c for c in opened.channels if c.kind == kind), None) if opened else None
            if channel is None:
                continue
            async with self._database.transaction() as session:
                for record_id in await drifted(session, channel, record_ids):
                    await repository.mark(session, row.id, kind, record_id, now=self._clock.now())
        self._wake.set()

    async def on_erased(self, event: Event) -> None:
        """crm.record_erased: delete the record in the CRM too, where the mapping says so
        (`erase_outside`). Tries until it is done. Idempotent."""
        async with self._database.reading() as session:
            link = await session.get(CrmLink, event.data["link_id"])
            row = await session.get(CrmConnection, link.connection_id) if link else None
        opened = self._open(row) if row else None
        if link is None or link.external_id is None or opened is None:
            return
        rules = {channel.kind: channel.rule for channel in opened.channels}
        if link.kind in rules and rules[link.kind].erase_outside:
            await opened.crm.remove(link.kind, link.external_id)

    async def on_received(self, event: Event) -> None:
        """crm.webhook_received: take over what it tells. Tries until it is done. Idempotent."""
        async with self._database.reading() as session:
            received = await session.get(CrmReceived, event.data["received_id"])
            row = await session.get(CrmConnection, received.connection_id) if received else None
        opened = self._open(row) if row else None
        if received is None or received.handled_at or row is None or opened is None:
            return
        now = self._clock.now()
        await hear(self._database, opened, row.system, received.body, now=now)
        async with self._database.transaction() as session:
            kept = await session.get(CrmReceived, received.id)
            if kept is not None:
                kept.handled_at = now
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
        async with self._database.quick(readonly=True) as quick:
            if not await repository.is_connected(quick):
                return
        async with self._database.reading() as session:
            rows = await repository.connections(session)
        for row in rows:
            await self.work(row)

    async def work(self, row: CrmConnection) -> None:
        """One round of one connection, unless it rests, is broken or is another's."""
        opened = self._open(row) if self._is_due(row) else None
        if opened is None or not await self._lease(row.id):
            return
        try:
            async with self._kept(row.id):
                # read again: another process may have done the round, or the night, meanwhile
                async with self._database.reading() as session:
                    fresh = await session.get(CrmConnection, row.id)
                if fresh is None or not self._is_due(fresh):
                    return
                await self._in_step(fresh, opened)
        except CrmLeaseLost:
            log.warning("%s is another process's now: its round ended", row.name)
        except (TryLater, CrmRevoked, DropGuard) as fault:
            await self._note(row.id, fault=fault)
        else:
            await self._note(row.id, fault=None)

    def _is_due(self, row: CrmConnection) -> bool:
        rests = row.paused_until is not None and row.paused_until > self._clock.now()
        return row.state != "broken" and not rests

    async def _lease(self, connection_id: str) -> bool:
        now = self._clock.now()
        until = now + self._lease_for
        async with self._database.transaction() as session:
            return await repository.lease(
                session, connection_id, by=self._who, until=until, now=now
            )

    @asynccontextmanager
    async def _kept(self, connection_id: str) -> AsyncIterator[None]:
        """Keep the lease while the block works, and give it back at its end. A block that the
        lease does not outlast is broken off where it stands. Raises CrmLeaseLost."""
        loop, seconds = asyncio.get_running_loop(), self._lease_for.total_seconds()
        began = loop.time()

        async def renew(limit: asyncio.Timeout) -> None:
            while not limit.expired():
                await asyncio.sleep(seconds / 3)
                asked = loop.time()
                try:
                    is_ours = await self._lease(connection_id)
                except SQLAlchemyError:
                    log.warning("the lease of %s could not be renewed", connection_id)
                    continue
                if not limit.expired():
                    limit.reschedule(asked + seconds if is_ours else asked)

        limit = asyncio.timeout_at(began + seconds)
        renewing: asyncio.Task[None] | None = None
        try:
            async with limit:
                renewing = asyncio.create_task(renew(limit))
                yield
        except TimeoutError as fault:
            if not limit.expired():
                raise
            raise CrmLeaseLost("another process may work on it now") from fault
        finally:
            if renewing is not None:
                renewing.cancel()
                with suppress(asyncio.CancelledError):
                    await renewing
            async with self._database.transaction() as session:
                await repository.release(session, connection_id, by=self._who)

    async def reconcile(self, row: CrmConnection, *, allow_drop: bool = False) -> list[Report]:
        """A complete pass now, and a push of what differs.
        Raises DropGuard, what `Crm` raises, and CrmBusy while another process has it."""
        opened = connections.open_connection(
            row, seal=Seal(self._secret_key), data=self._data, seconds=self._seconds
        )
        self._opened[row.id] = opened
        if not await self._lease(row.id):
            raise CrmBusy(f"{row.name} is being worked on; try again in a minute")
        reports = []
        async with self._kept(row.id):
            for channel in opened.channels:
                clock = self._clock.now
                report = await reconcile(
                    self._database, channel, opened.crm, clock=clock, allow_drop=allow_drop
                )
                reports.append(report)
                await self._push_all(opened, channel)
        async with self._database.transaction() as session:
            fresh = await session.get(CrmConnection, row.id)
            if fresh is not None:
                fresh.reconciled_at = self._clock.now()
        return reports

    async def _in_step(self, row: CrmConnection, opened: Opened) -> None:
        clock = self._clock.now
        looks = row.pulled_at is None or clock() - row.pulled_at >= self._pull_every(opened)
        changed: Set[str] = set()
        if looks:
            changed = await to_read(self._database, opened.channels, opened.crm, now=clock())
        for channel in opened.channels:
            if row.state != "new":
                await self._push_all(opened, channel)
            if channel.kind in changed:
                await pull(self._database, channel, opened.crm, clock=clock)
        due = row.reconciled_at is None or next_night(row.reconciled_at) <= clock()
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
                fresh.pulled_at = clock() if looks else fresh.pulled_at
                fresh.state = "live"
                fresh.reconciled_at = clock() if due else fresh.reconciled_at
        if guard is not None:
            raise guard

    def _pull_every(self, opened: Opened) -> timedelta:
        scarcity = opened.crm.scarcity if isinstance(opened.crm, MeteredCrm) else 1.0
        return max(opened.pull_every, min(opened.pull_every * scarcity, SELDOM))

    async def _push_all(self, opened: Opened, channel: Channel) -> None:
        for _ in range(ROUNDS_AT_ONCE):
            now = self._clock.now()
            if not await push(self._database, channel, opened.crm, now=now):
                return

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
                self._opened[row.id] = connections.open_connection(
                    row, seal=seal, data=self._data, seconds=self._seconds
                )
            except (connections.MappingUnusable, NoKey, UsherError) as fault:
                log.error("%s cannot be opened: %s", row.name, fault)  # noqa: TRY400 - said whole
                return None
        return self._opened[row.id]

    def _seconds(self) -> float:
        return self._clock.now().timestamp()

    async def close(self) -> None:
        """Close the connections."""
        for opened in self._opened.values():
            await opened.crm.close()
        self._opened.clear()


def _pause(failures: int, fault: UsherError) -> timedelta:
    asked = timedelta(seconds=getattr(fault, "retry_after_seconds", 0.0))
    grown: timedelta = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
    return max(asked, grown * random.uniform(0.8, 1.2))
