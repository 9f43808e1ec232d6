"""The post office: sends each message once in effect, and remembers what could not be sent.

A message that was sent and not noted (a crash in between) goes out again with the same
Message-ID, so that mail programs keep one.
"""

from collections.abc import Callable
from email.message import EmailMessage

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts.bounce import note_bounces
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.errors import UsherError
from crm_bridge.core.insert import insert_unless_there
from crm_bridge.invites.models import SentMail
from crm_bridge.invites.port import Mailer, MailRefused, MailUndeliverable


class PostOffice:
    """Sends what outbox handlers write."""

    def __init__(self, database: Database, clock: Clock, mailer: Mailer) -> None:
        self._database = database
        self._clock = clock
        self._mailer = mailer

    async def send(self, event_id: str, recipient: str, write: Callable[[], EmailMessage]) -> None:
        """Send what `write` gives to `recipient`, unless it was for this event. Raises
        MailRefused or MailUndeliverable, and has noted it; the latter at the contact too."""
        row = await self._row(event_id, recipient)
        if row.sent_at is not None:
            return
        fault: MailRefused | MailUndeliverable | None = None
        message = write()
        try:
            await self._mailer.send(message, f"{event_id}-{recipient}")
        except (MailRefused, MailUndeliverable) as refused:
            fault = refused
        await self._note(event_id, recipient, fault)
        if isinstance(fault, MailUndeliverable):
            to = [each.addr_spec for each in message["To"].addresses]
            async with self._database.transaction() as session:
                await note_bounces(session, to, now=self._clock.now())
        if fault is not None:
            raise fault

    async def tell_once(self, session: AsyncSession, event_id: str, recipient: str) -> bool:
        """Whether nobody was told yet that this message is late; they count as told now."""
        row = await session.get(SentMail, (event_id, recipient), with_for_update=True)
        if row is None or row.told_at is not None or row.sent_at is not None:
            return False
        row.told_at = self._clock.now()
        return True

    async def note_once(self, session: AsyncSession, event_id: str, what: str) -> bool:
        """Whether `what` was not said of this event yet; it counts as said now."""
        now = self._clock.now()
        values = {"event_id": event_id, "recipient": what, "first_at": now, "sent_at": now}
        return await insert_unless_there(session, SentMail, {**values, "tries": 0})

    async def check(self) -> str:
        """For /readyz: the server, and how many messages wait. Raises MailRefused."""
        async with self._database.reading() as session:
            waiting = await session.scalar(
                select(func.count()).select_from(SentMail).where(SentMail.sent_at.is_(None))
            )
        said = await self._mailer.check()
        return f"{said}; {waiting} messages wait" if waiting else said

    async def _row(self, event_id: str, recipient: str) -> SentMail:
        values = {"event_id": event_id, "recipient": recipient, "first_at": self._clock.now()}
        async with self._database.transaction() as session:
            await insert_unless_there(session, SentMail, {**values, "tries": 0})
            return await session.get_one(SentMail, (event_id, recipient))

    async def _note(self, event_id: str, recipient: str, fault: UsherError | None) -> None:
        async with self._database.transaction() as session:
            row = await session.get_one(SentMail, (event_id, recipient))
            row.tries += 1
            row.fault = fault.detail if fault else None
            row.sent_at = None if fault else self._clock.now()
