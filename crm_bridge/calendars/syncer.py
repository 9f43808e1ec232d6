"""Reads advisors' calendars in the background, each in its turn, and tells when one is stale.

Several bridge processes share the work: whose turn a calendar is, is leased in its row.
The network is asked outside any transaction; what it told is stored in a short one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars import busy, repository
from crm_bridge.calendars.connections import Connections
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import Advisor, ConnectedCalendar
from crm_bridge.calendars.port import CalendarUnreachable, Changes
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.errors import UsherError
from crm_bridge.core.outbox import announce
from playbook.model import LONGEST_WINDOW_DAYS

log = logging.getLogger(__name__)

AHEAD: Final = timedelta(days=LONGEST_WINDOW_DAYS + 2)  # a meeting at the end lies within
BEHIND: Final = timedelta(days=2)
LEASE: Final = timedelta(seconds=120)
POLL_SECONDS: Final = 2.0
AT_ONCE: Final = 8
FIRST_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = timedelta(minutes=5)
REVOKED_PAUSE: Final = timedelta(minutes=15)
TIDY_EVERY: Final = timedelta(hours=6)

Ours = Callable[[AsyncSession, Collection[str]], Awaitable[set[str]]]
"""Which of the UIDs are bookings of ours."""


async def nothing_is_ours(_session: AsyncSession, _uids: Collection[str]) -> set[str]:
    """For where there are no bookings."""
    return set()


def span_of(now: datetime) -> Interval:
    """What is kept expanded at `now`: whole days, so that it rolls on once a day."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Interval(today - BEHIND, today + AHEAD + timedelta(days=1))


class Syncer:
    """Reads what is due, for ever; `sync` reads one calendar now."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        connections: Connections,
        *,
        every: Callable[[str], timedelta],
        ours: Ours = nothing_is_ours,
    ) -> None:
        self._database = database
        self._clock = clock
        self._connections = connections
        self._every = every
        self._ours = ours
        self._tidied: datetime | None = None

    async def run(self) -> None:
        """Read for ever; a fault of the database is logged and tried again."""
        while True:
            try:
                if not await self.sync_due():
                    await asyncio.sleep(POLL_SECONDS)
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("calendars could not be read; trying again")
                await asyncio.sleep(POLL_SECONDS)

    async def sync_due(self) -> int:
        """Read the calendars whose turn it is, some at once; how many that were."""
        await self._tidy()
        async with self._database.quick(readonly=True) as quick:
            due = await repository.due_calendars(quick, now=self._clock.now(), limit=AT_ONCE)
        if due:
            await asyncio.gather(*(self._in_turn(each) for each in due))
        return len(due)

    async def _in_turn(self, calendar_id: str) -> None:
        now = self._clock.now()
        async with self._database.transaction() as session:
            mine = await repository.lease(session, calendar_id, now=now, until=now + LEASE)
        if mine:
            await self.sync(calendar_id)

    async def sync(self, calendar_id: str) -> bool:
        """Read one calendar now and store what it told; whether it could be read."""
        read_at = self._clock.now()
        async with self._database.reading() as session:
            calendar = await session.get(ConnectedCalendar, calendar_id)
            advisor = await session.get(Advisor, calendar.advisor_id) if calendar else None
        if calendar is None or advisor is None:
            return False
        window = span_of(read_at)
        try:
            adapter = self._connections.open(calendar, advisor)
            changes = await adapter.changes(calendar.cursor, window)
        except UsherError as fault:
            await self._failed(calendar_id, fault)
            return False
        except Exception as fault:  # an adapter's defect must not stop the others
            log.exception("calendar %s could not be read", calendar_id)
            what = CalendarUnreachable(f"could not be read ({type(fault).__name__})")
            await self._failed(calendar_id, what)
            return False
        return await self._take(calendar_id, changes, window, read_at=read_at)

    async def _take(
        self, calendar_id: str, changes: Changes, window: Interval, *, read_at: datetime
    ) -> bool:
        async with self._database.transaction() as session:
            calendar = await session.get(ConnectedCalendar, calendar_id)
            if calendar is None:  # disconnected meanwhile
                return False
            now = self._clock.now()
            uids = set(changes.uids.values())
            ours = await self._ours(session, uids) if uids else set()
            await busy.take_changes(
                session, calendar, changes, now=now, read_at=read_at, ours=ours, window=window
            )
            calendar.failures, calendar.revoked = 0, False
            calendar.next_sync_at = now + self._every(calendar.kind)
            if calendar.stale_told_at is not None:
                calendar.stale_told_at = None
                _tell(session, "calendar.fresh", calendar, now)
        return True

    async def _failed(self, calendar_id: str, fault: UsherError) -> None:
        """Note what was wrong, when to try again, and tell the advisor once it is stale."""
        async with self._database.transaction() as session:
            calendar = await session.get(ConnectedCalendar, calendar_id)
            if calendar is None:
                return
            now = self._clock.now()
            calendar.failures += 1
            calendar.problem = (fault.detail or fault.code)[:500]
            if isinstance(fault, CalendarUnreachable):
                wait = timedelta(seconds=min(fault.retry_after_seconds, 3600))
                pause = min(FIRST_PAUSE * (1 << min(calendar.failures - 1, 8)), LONGEST_PAUSE)
                calendar.next_sync_at = now + max(wait, pause)
            else:
                calendar.revoked = True
                calendar.next_sync_at = now + REVOKED_PAUSE
            gone = calendar.revoked or busy.stale_since(calendar, now) is not None
            if gone and calendar.stale_told_at is None:
                calendar.stale_told_at = now
                since = busy.stale_since(calendar, now) or calendar.synced_at or now
                _tell(session, "calendar.stale", calendar, now, since=since.isoformat())

    async def _tidy(self) -> None:
        """Drop busy times that are over, now and then."""
        now = self._clock.now()
        if self._tidied is not None and now - self._tidied < TIDY_EVERY:
            return
        self._tidied = now
        async with self._database.transaction() as session:
            await repository.forget_busy_before(session, now - BEHIND)


def _tell(
    session: AsyncSession, name: str, calendar: ConnectedCalendar, now: datetime, **more: str
) -> None:
    data = {"calendar": calendar.id, "advisor": calendar.advisor_id, **more}
    announce(session, name, data, now=now, subject_id=calendar.id)
