"""Which sources are asked about whom, and when: two seconds while the visitor waits, the
rest as durable work after it. Without a source named in the settings nobody is asked.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies.models import Company
from crm_bridge.companies.name import compared
from crm_bridge.contacts import service as contacts
from crm_bridge.conversations import service as conversations
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event
from crm_bridge.core.prepared import Runner
from crm_bridge.durable.port import Data, Durable, Steps
from crm_bridge.enrichment import company as about
from crm_bridge.enrichment.derive import address_facts
from crm_bridge.enrichment.port import RegisterAway, Source, Wanted

log = logging.getLogger(__name__)

WORK: Final = "company_enriched"
AFTER: Final = timedelta(seconds=10)  # the chat's own question is over by then
FIRST_PAUSE: Final = timedelta(seconds=30)
MOST_TRIES: Final = 8  # the last one an hour after the first
LATER: Final = "later"


class Asking:
    """The sources in use, and the work that asks them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        durable: Durable,
        *,
        sources: Sequence[Source],
        again: timedelta,
    ) -> None:
        self._database = database
        self._clock = clock
        self._durable = durable
        self.sources = tuple(sources)
        self._again = again
        durable.add(WORK, self.work)

    async def in_chat(self, conversation_id: str, email: str) -> None:
        """Ask within the chat's budget, by what this conversation alone has said: what we
        have stored changes neither the question nor how long it takes. What comes is stored
        with the company that the visitor speaks for, if that is the one it is about."""
        if not self.sources:
            return
        wanted = await self._said(conversation_id, email)
        found = await about.ask(self.sources, wanted)
        if not any(found.values()):
            return
        async with self._database.transaction() as session:
            company = await _company_of(session, conversation_id)
            if company is None:
                return
            for source, facts in found.items():
                if facts is not None and compared(facts.name) == compared(company.name):
                    now = self._clock.now()
                    await about.keep(session, company, source, facts, now=now)

    async def _said(self, conversation_id: str, email: str) -> Wanted:
        facts = address_facts(email.strip().lower())
        async with self._database.reading() as session:
            standing = await conversations.answers(session, conversation_id)
        answer = standing.get("company")
        given = answer.value if answer and isinstance(answer.value, str) else None
        return Wanted(given or facts.company_guess or "", facts.country, facts.domain)

    async def listens(self, _on: Runner) -> bool:
        """Whether any register is asked at all: else no news is brought to `on_answered`."""
        return bool(self.sources)

    async def on_answered(self, event: Event) -> None:
        """conversation.answered: what the chat did not wait for. Raises TryLater."""
        async with self._database.reading() as session:
            company = await _company_of(session, event.data["conversation"])
            if company is None:
                return
            left = await self._due(session, company)
        if left:
            data = {"company_id": company.id, "sources": [one.source for one in left]}
            at = self._clock.now() + AFTER
            await self._durable.begin(WORK, f"{event.id}:registers", data, line=company.id, at=at)

    async def work(self, steps: Steps, data: Data) -> None:
        """Ask every source that is due, each until it answers or for an hour."""
        company_id = str(data["company_id"])
        pause = FIRST_PAUSE
        for _ in range(MOST_TRIES):
            said = [
                await steps.once(f"ask {name}", lambda name=name: self._once(company_id, name))  # type: ignore[misc]
                for name in data["sources"]
            ]
            if LATER not in said:
                return
            await steps.pause(pause)
            pause = min(pause * 2, timedelta(minutes=20))
        log.info("a register did not answer about %s; the next talk asks again", company_id)

    async def _once(self, company_id: str, name: str) -> str:
        source = next((one for one in self.sources if one.source == name), None)
        async with self._database.reading() as session:
            company = await session.get(Company, company_id)
            if source is None or company is None or source not in await self._due(session, company):
                return "not due"
            wanted = about.wanted_of(company)
        try:
            facts = await source.find(wanted)
        except RegisterAway as fault:
            log.info("%s does not answer: %s", source.source, fault.detail)
            return LATER
        async with self._database.transaction() as session:
            company = await session.get(Company, company_id)
            if company is None:
                return "gone"
            changed = await about.keep(
                session, company, source.source, facts, now=self._clock.now()
            )
        return f"{len(changed)} fields"

    async def _due(self, session: AsyncSession, company: Company) -> list[Source]:
        now: datetime = self._clock.now()
        return await about.due(session, company, self.sources, again=self._again, now=now)


async def _company_of(session: AsyncSession, conversation_id: str) -> Company | None:
    contact = await contacts.claimed_contact(session, conversation_id)
    if contact is None or contact.company_id is None:
        return None
    return await session.get(Company, contact.company_id)
