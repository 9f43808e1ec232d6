"""What is done to the records once a day: retention, duplicates, what is wrong, scores.

Each step stands alone, and one that fails leaves the others be. None keeps the chat waiting:
what takes long is worked out on a thread and written in small transactions.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from crm_bridge.companies.merging import COMPANIES
from crm_bridge.contacts import hygiene
from crm_bridge.contacts.merging import CONTACTS
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.night import next_night
from crm_bridge.merging.duplicates import search_apart
from crm_bridge.privacy.retention import erase_due, find_due
from crm_bridge.scoring.service import rescore_apart
from crm_bridge.settings import Settings

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 600.0
Step = Callable[[datetime], Awaitable[str]]


class Nightly:
    """Runs in the background of one bridge process; twice does no harm."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    async def run(self) -> None:
        """For ever: at the next night and then daily."""
        due = next_night(self._clock.now())
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._clock.now() >= due:
                await self.once()
                due = next_night(self._clock.now())

    async def once(self) -> dict[str, str]:
        """Every step now; what each came to, in words."""
        steps: dict[str, Step] = {
            "retention": self._retention,
            "duplicates": self._duplicates,
            "companies": self._companies,
            "records": self._records,
            "scores": self._scores,
        }
        said = {}
        for name, step in steps.items():
            try:
                said[name] = await step(self._clock.now())
            except Exception:
                log.exception("the nightly %s failed; the next night tries again", name)
                said[name] = "failed"
            log.info("nightly %s: %s", name, said[name])
        return said

    async def _scores(self, now: datetime) -> str:
        scored = await rescore_apart(self._database, now=now)
        report = scored.report
        if not report.ready:
            return f"{report.labelled} outcomes: points alone"
        return f"{scored.predicted} contacts, AUC {report.auc:.3f}"

    async def _retention(self, now: datetime) -> str:
        async with self._database.transaction() as session:
            due = await find_due(session, self._settings.privacy, now=now)
            await erase_due(session, due, mail_folder=self._settings.var / "outbox", now=now)
        return (
            f"{len(due.conversation_ids)} conversations, {len(due.contact_ids)} leads, "
            f"{due.events} events"
        )

    async def _records(self, now: datetime) -> str:
        """What is stale or missing; the console's Records page says whose, and what to do."""
        async with self._database.reading(long=True) as session:
            found = (await hygiene.report(session, now=now, examples=0)).findings
        return ", ".join(f"{one.count} {one.ailment}" for one in found) or "in order"

    async def _duplicates(self, now: datetime) -> str:
        found = await search_apart(CONTACTS, self._database, merge_certain=True, now=now)
        return f"{len(found.merged)} merged, {found.suggested} suggested"

    async def _companies(self, now: datetime) -> str:
        found = await search_apart(COMPANIES, self._database, merge_certain=False, now=now)
        return f"{found.suggested} suggested"
