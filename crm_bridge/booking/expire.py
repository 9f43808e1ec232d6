"""Holds that ran out are let go: when somebody wants the time, and by a sweep."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import repository
from crm_bridge.booking.models import Booking
from crm_bridge.booking.news import tell_expired
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database

log = logging.getLogger(__name__)

RAN_OUT: Final = "ran out"
SWEEP_SECONDS: Final = 5.0
BATCH: Final = 100


async def let_go_due(
    session: AsyncSession, advisor_ids: Sequence[str], *, now: datetime
) -> list[Booking]:
    """End the holds of these advisors that have run out."""
    due = Booking.advisor_id.in_(advisor_ids) & (Booking.expires_at <= now)
    return await _end(
        session, await repository.end_holds(session, due, because=RAN_OUT, now=now), now
    )


async def _end(session: AsyncSession, ended: list[Booking], now: datetime) -> list[Booking]:
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
        async with self._database.reading() as session:
            due = await repository.due_holds(session, now=now, limit=BATCH)
        if not due:
            return 0
        async with self._database.transaction() as session:
            still = Booking.id.in_(due) & (Booking.expires_at <= now)
            ended = await repository.end_holds(session, still, because=RAN_OUT, now=now)
            await _end(session, ended, now)
            return len(ended)
