"""Our side in the tests of the sync: contacts made, changed and told of; rounds."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from crm_bridge.companies import service as companies
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.models import Contact
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Dispatcher
from crm_bridge.deals import service as deals
from crm_bridge.sync.models import CrmConflict, CrmConnection, CrmLink, CrmPoison
from crm_bridge.sync.worker import Syncer


class Ours:
    """The house, with the sync's handler listening to its news."""

    def __init__(self, database: Database, syncer: Syncer, clock: Clock) -> None:
        self.database = database
        self.syncer = syncer
        self.clock = clock
        heard = [("crm_outbox", syncer.on_news)]
        news = ("created", "changed", "consent_changed", "merged", "unmerged")
        handlers = {f"contact.{what}": heard for what in news}
        handlers |= {f"company.{what}": heard for what in ("created", "changed")}
        handlers |= {f"deal.{what}": heard for what in ("opened", "changed", "moved")}
        self.dispatcher = Dispatcher(database, clock, handlers)

    async def contact(self, **values: Any) -> str:
        """Make a contact by hand; its id."""
        async with self.database.transaction() as session:
            row = await contacts.create(session, values, by="rep:1", now=self.clock.now())
            return row.id

    async def change(self, contact_id: str, by: str = "rep:1", **values: Any) -> None:
        """Change a contact by hand."""
        async with self.database.transaction() as session:
            await contacts.update(session, contact_id, values, by=by, now=self.clock.now())

    async def consent(self, contact_id: str, *, granted: bool) -> None:
        """Have a contact agree to marketing, or not."""
        async with self.database.transaction() as session:
            await contacts.record_consent(
                session,
                contact_id=contact_id,
                conversation_id=None,
                purpose="marketing",
                granted=granted,
                text="news",
                version="1",
                language="en",
                verified=True,
                now=self.clock.now(),
            )

    async def company(self, name: str, domain: str) -> str:
        """Make a company by hand; its id."""
        async with self.database.transaction() as session:
            now = self.clock.now()
            row = await companies.create(session, name, domains=[domain], by="rep:1", now=now)
            return row.id

    async def deal(self, name: str, **values: Any) -> str:
        """Open a deal; its id."""
        async with self.database.transaction() as session:
            return (await deals.open_deal(session, name, now=self.clock.now(), **values)).id

    async def move(self, deal_id: str, stage: str) -> None:
        """Move a deal to a stage."""
        async with self.database.transaction() as session:
            await deals.move_to_stage(session, deal_id, stage, now=self.clock.now())

    async def round(self, times: int = 1) -> None:
        """Deliver the news and do a round of the sync, whatever it rests for."""
        for _ in range(times):
            while await self.dispatcher.deliver_due():
                pass
            async with self.database.transaction() as session:
                await session.execute(update(CrmConnection).values(paused_until=None))
            await self.syncer.round()

    async def reconcile(self) -> None:
        """A round with a complete pass."""
        async with self.database.transaction() as session:
            long_ago = self.clock.now() - timedelta(days=2)
            await session.execute(update(CrmConnection).values(reconciled_at=long_ago))
        await self.round()

    async def people(self) -> list[Contact]:
        """Every contact, by id."""
        async with self.database.reading() as session:
            return list((await session.scalars(select(Contact).order_by(Contact.id))).all())

    async def links(self) -> list[CrmLink]:
        async with self.database.reading() as session:
            return list((await session.scalars(select(CrmLink).order_by(CrmLink.id))).all())

    async def conflicts(self) -> list[CrmConflict]:
        async with self.database.reading() as session:
            return list((await session.scalars(select(CrmConflict))).all())

    async def poison(self) -> list[CrmPoison]:
        async with self.database.reading() as session:
            return list((await session.scalars(select(CrmPoison))).all())

    async def connection(self) -> CrmConnection:
        async with self.database.reading() as session:
            return (await session.scalars(select(CrmConnection))).one()
