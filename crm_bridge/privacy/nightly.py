"""What is done to the records once a day: retention, duplicates, scores.

Each step is a transaction of its own, and one that fails leaves the others be.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts import duplicates
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.privacy.retention import erase_due, find_due
from crm_bridge.scoring.service import rescore_apart
from crm_bridge.settings import Settings

log = logging.getLogger(__name__)

HOUR: Final = 2  # UTC
LOOK_SECONDS: Final = 600.0
Step = Callable[[AsyncSession, datetime], Awaitable[str]]


class Nightly:
    """Runs in the background of one bridge process; twice does no harm."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    async def run(self) -> None:
        """For ever: at the next HOUR and then daily."""
        due = next_run(self._clock.now())
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._clock.now() >= due:
                await self.once()
                due = next_run(self._clock.now())

    async def once(self) -> dict[str, str]:
        """Every step now; what each came to, in words."""
        steps: dict[str, Step] = {"retention": self._retention, "duplicates": _duplicates}
        said = {}
        for name, step in steps.items():
            try:
                async with self._database.transaction() as session:
                    said[name] = await step(session, self._clock.now())
            except Exception:
                log.exception("the nightly %s failed; the next night tries again", name)
                said[name] = "failed"
            log.info("nightly %s: %s", name, said[name])
        said["scores"] = await self._scores()
        return said

    async def _scores(self) -> str:
        """Not in one transaction: learning takes its time."""
        try:
            scored = await rescore_apart(self._database, now=self._clock.now())
        except Exception:
            log.exception("the nightly scores failed; the next night tries again")
            return "failed"
        report = scored.report
        if not report.ready:
            return f"{report.labelled} outcomes: points alone"
        return f"{scored.predicted} contacts, AUC {report.auc:.3f}"

    async def _retention(self, session: AsyncSession, now: datetime) -> str:
        due = await find_due(session, self._settings.privacy, now=now)
        await erase_due(session, due, mail_folder=self._settings.var / "outbox", now=now)
        return (
            f"{len(due.conversation_ids)} conversations, {len(due.contact_ids)} leads, "
            f"{due.events} events"
        )


async def _duplicates(session: AsyncSession, now: datetime) -> str:
    found = await duplicates.search(session, merge_certain=True, now=now)
    return f"{len(found.merged)} merged, {found.suggested} suggested"


def next_run(now: datetime) -> datetime:
    """The next HOUR after `now`."""
    today = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
