"""A house where a room, a calendar, a mail or the records fail for good after a booking."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import select

from crm_bridge.booking import attendance, parts, service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.calendars.port import CalendarRevoked, CalendarUnreachable, Entry, Written
from crm_bridge.conversations import service as conversations
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.errors import Invalid
from crm_bridge.core.outbox import Dispatcher, Event, Handler
from crm_bridge.durable.in_memory import MemoryWork, Paused
from crm_bridge.invites.parts import MailParts
from crm_bridge.invites.port import Mailer, MailUndeliverable
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.smtp import SmtpMailer
from crm_bridge.settings import Settings
from crm_bridge.tickets.models import Ticket
from crm_bridge.video.no_rooms import NoRooms
from crm_bridge.video.port import Meeting, Room, VideoRefused
from tests.crm_bridge.booking.makers import SAID, OnePlaybook, a_playbook, at, make_conversation
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.conftest import SmtpServer
from tests.crm_bridge.invites.makers import TEXTS

NEWS = ("booking.confirmed", "booking.moved", "booking.cancelled", "booking.no_show")
MEET = "https://meet.google.test/abc-defg-hij"


class RefusedRooms(NoRooms):
    """A provider whose account was closed."""

    async def open(self, meeting: Meeting) -> Room | None:
        raise VideoRefused("the account is closed")


@dataclass
class Calendars:
    """Maja's calendar: it makes links, does not let us in any more, or is away."""

    revoked: bool = False
    away: bool = False
    entries: dict[str, Entry] = field(default_factory=dict)

    async def reread(
        self, advisor_ids: Sequence[str], *, patience_seconds: float = 4.0
    ) -> None: ...

    async def can_make_video(self, advisor_id: str) -> bool:
        return not self.revoked

    async def write(self, advisor_id: str, entry: Entry) -> Written | None:
        if self.revoked:
            raise CalendarRevoked("the advisor has to connect it again")
        if self.away:
            raise CalendarUnreachable("answers 500")
        self.entries[entry.uid] = entry
        return Written(entry.uid, video_url=MEET if entry.video else None)

    async def remove(self, advisor_id: str, uid: str) -> None:
        if self.revoked:
            raise CalendarRevoked("the advisor has to connect it again")
        if self.away:
            raise CalendarUnreachable("answers 500")
        self.entries.pop(uid, None)


@dataclass
class BadAddress:
    """A server that takes no mail for Robin."""

    mailer: SmtpMailer

    async def send(self, message: Any, name: str) -> None:
        if SAID["email"] in str(message["To"]):
            raise MailUndeliverable("550 no such user")
        await self.mailer.send(message, name)

    async def check(self) -> str:
        return "up"


class RecordsRefuse(Invalid):
    """What the records say of a meeting that they do not take."""

    code = "records_refuse"


async def refuse_records(event: Event) -> None:
    """Records that take no meeting."""
    raise RecordsRefuse("no such deal")


@dataclass
class House:
    database: Database
    desk: Desk
    dispatcher: Dispatcher
    smtp: SmtpServer
    visitor: str
    clock: Clock
    booking: str = ""
    waited_seconds: list[float] = field(default_factory=list)

    async def book(self, start: str = "12 08:00") -> Booking:
        async with self.database.transaction() as session:
            held = await service.hold(session, self.visitor, at(start), desk=self.desk, now=NOW)
            made = await service.confirm(session, self.visitor, held.hold, desk=self.desk, now=NOW)
        self.booking = made.booking
        await self.dispatcher.deliver_due()
        return await self.row()

    async def row(self) -> Booking:
        async with self.database.reading() as session:
            return await session.get_one(Booking, self.booking)

    async def tickets(self) -> list[Ticket]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(Ticket).order_by(Ticket.id)))

    async def said(self) -> list[str]:
        async with self.database.reading() as session:
            lines, _ = await conversations.events(session, self.visitor)
        return [line["text"] for line in lines if line["kind"] == "message"]

    async def miss(self, *, came_after_all: bool = False) -> None:
        """The meeting is over, and the visitor did not come; or that is corrected at once."""
        booking = await self.row()
        after = booking.end_at
        async with self.database.transaction() as session:
            for came in (False, True) if came_after_all else (False,):
                await attendance.note(session, booking.id, came=came, desk=self.desk, now=after)
        self.clock._offset = after - datetime.now(UTC)
        await self.dispatcher.deliver_due()

    async def cancel(self, *, by: Literal["visitor", "advisor"] = "visitor") -> None:
        """Cancelled, and what follows is done."""
        async with self.database.transaction() as session:
            await service.cancel(session, self.booking, reason="", by=by, desk=self.desk, now=NOW)
        await self.dispatcher.deliver_due()

    def mail(self, address: str) -> Any:
        return self.smtp.mailbox.to(address)[-1]


async def furnished(
    database: Database,
    settings: Settings,
    smtp: SmtpServer,
    *,
    rooms: NoRooms | None = None,
    calendars: Calendars | None = None,
    provider: str = "none",
    mailer: Mailer | None = None,
    records: Handler | None = None,
) -> House:
    """A house where nothing fails but what is given."""
    settings.mail = smtp.mail
    settings.video.provider = provider  # type: ignore[assignment]
    clock = Clock(NOW)
    desk = Desk(settings, rooms or NoRooms(), OnePlaybook(a_playbook()), calendars or Calendars())
    mail = MailParts(PostOffice(database, clock, mailer or SmtpMailer(smtp.mail)), TEXTS)
    works = MemoryWork(clock)
    care = parts.aftercare(database, clock, desk, mail=mail, durable=works, records=records)
    waited: list[float] = []

    async def at_once(event: Event) -> None:
        """What the work waits for is noted, not waited for."""
        missed = event.name == "booking.no_show"
        while True:
            try:
                return await (care.on_no_show if missed else care.on_change)(event)
            except Paused as pause:
                waited.append(pause.retry_after_seconds)

    dispatcher = Dispatcher(database, clock, {name: [("care", at_once)] for name in NEWS})
    visitor = await make_conversation(database)
    return House(database, desk, dispatcher, smtp, visitor, clock, waited_seconds=waited)


def text_of(message: Any) -> str:
    return str(message.get_body(("plain",)).get_content())
