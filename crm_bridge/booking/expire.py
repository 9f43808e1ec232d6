"""Holds that ran out are let go: when somebody wants the time, and by a sweep."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import ledger, repository
from crm_bridge.booking.models import Booking
from crm_bridge.booking.news import tell_expired
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database

log = logging.getLogger(__name__)

RAN_OUT: Final = "ran out"
SWEEP_SECONDS: Final = 5.0
BATCH: Final = 100


async def let_go_due(session: AsyncSession, advisor_ids: Sequence[str], *, now: datetime) -> None:
    """End the holds of these advisors that have run out, and give their turns back."""
    ended = await end_due(session, advisor_ids, now=now)
    await ledger.give_back(session, ended, because=RAN_OUT, now=now)


async def end_due(
    session: AsyncSession, advisor_ids: Sequence[str], *, now: datetime
) -> list[Booking]:
    """End them; whoever asked gives the turns back."""
    if not await repository.any_due(session, advisor_ids, now=now):
        return []
    due = repository.takes_time_of(advisor_ids) & (Booking.expires_at <= now)
    ended = await repository.end_holds(session, due, because=RAN_OUT, now=now)
    for booking in ended:
        tell_expired(session, booking, now=now)
    return ended


class Sweeper:
    """Ends holds that ran out, in the background of one bridge process."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def run(self) -> None:
        """Sweep for ever; a fault of the database is logged and tried again."""
        while True:
            try:
                await self.sweep()
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("holds could not be swept; trying again")
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> int:
        """End what has run out by now; how many that were."""
        now = self._clock.now()
        async with self._database.quick(readonly=True) as quick:
            due = await repository.due_holds(quick, now=now, limit=BATCH)
        if not due:
            return 0
        async with self._database.transaction() as session:
            still = Booking.id.in_(due) & (Booking.expires_at <= now)
            ended = await repository.end_holds(session, still, because=RAN_OUT, now=now)
            for booking in ended:
                tell_expired(session, booking, now=now)
            await ledger.give_back(session, ended, because=RAN_OUT, now=now)
            return len(ended)
