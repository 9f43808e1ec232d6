"""What fails for good after a booking is handed to a person, and the visitor is told what is
true: the meeting stands, without its link, its entry or its mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from crm_bridge.booking import parts, service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.calendars.port import CalendarRevoked, CalendarUnreachable, Entry, Written
from crm_bridge.conversations import service as conversations
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Dispatcher, Event
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
from tests.crm_bridge.invites.conftest import SmtpServer, smtp_server
from tests.crm_bridge.invites.makers import TEXTS

__all__ = ["smtp_server"]

NEWS = ("booking.confirmed", "booking.moved", "booking.cancelled")
MEET = "https://meet.google.test/abc-defg-hij"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


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


@dataclass
class House:
    database: Database
    desk: Desk
    dispatcher: Dispatcher
    smtp: SmtpServer
    visitor: str
    booking: str = ""
    waited_seconds: list[float] = field(default_factory=list)

    async def book(self) -> Booking:
        async with self.database.transaction() as session:
            held = await service.hold(
                session, self.visitor, at("12 08:00"), desk=self.desk, now=NOW
            )
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

    def mail(self, address: str) -> Any:
        return self.smtp.mailbox.to(address)[-1]


async def _house(
    database: Database,
    settings: Settings,
    smtp: SmtpServer,
    *,
    rooms: NoRooms | None = None,
    calendars: Calendars | None = None,
    provider: str = "none",
    mailer: Mailer | None = None,
) -> House:
    settings.mail = smtp.mail
    settings.video.provider = provider  # type: ignore[assignment]
    clock = Clock(NOW)
    desk = Desk(settings, rooms or NoRooms(), OnePlaybook(a_playbook()), calendars or Calendars())
    mail = MailParts(PostOffice(database, clock, mailer or SmtpMailer(smtp.mail)), TEXTS)
    care = parts.aftercare(database, clock, desk, mail=mail, durable=MemoryWork(clock))
    waited: list[float] = []

    async def at_once(event: Event) -> None:
        """What the work waits for is noted, not waited for."""
        while True:
            try:
                return await care.on_change(event)
            except Paused as pause:
                waited.append(pause.retry_after_seconds)

    dispatcher = Dispatcher(database, clock, {name: [("care", at_once)] for name in NEWS})
    visitor = await make_conversation(database)
    return House(database, desk, dispatcher, smtp, visitor, waited_seconds=waited)


def _text(message: Any) -> str:
    return str(message.get_body(("plain",)).get_content())


async def test_without_a_room_the_invitation_says_that_the_link_follows(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    house = await _house(database, settings, smtp_server, rooms=RefusedRooms(), provider="zoom")
    booking = await house.book()
    assert (booking.status, booking.video_url) == ("booked", None)
    assert "the link will follow" in _text(house.mail(SAID["email"]))
    (ticket,) = await house.tickets()
    assert ticket.subject == "No video room could be made: Thu, 12 Mar 2026, 09:00 CET, Maja"
    assert "Robin Berg" in ticket.body


async def test_an_advisor_whose_calendar_is_closed_gets_the_entry_by_mail(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    house = await _house(database, settings, smtp_server, calendars=Calendars(revoked=True))
    booking = await house.book()
    assert booking.status == "booked"
    to_maja = house.mail("maja@polaris.test")
    assert any(part.get_content_type() == "text/calendar" for part in to_maja.walk())
    (ticket,) = await house.tickets()
    assert ticket.subject.startswith("The meeting is not in the advisor's calendar: ")


async def test_an_advisor_whose_calendar_is_away_knows_of_the_meeting_in_a_quarter_of_an_hour(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    house = await _house(database, settings, smtp_server, calendars=Calendars(away=True))
    await house.book()
    assert 5 * 60 < sum(house.waited_seconds) <= 15 * 60  # it may come back meanwhile
    assert len(house.smtp.mailbox.to(SAID["email"])) == 1
    (to_maja,) = house.smtp.mailbox.to("maja@polaris.test")
    assert any(part.get_content_type() == "text/calendar" for part in to_maja.walk())
    (ticket,) = await house.tickets()
    assert ticket.subject.startswith("The meeting is not in the advisor's calendar: ")


async def test_a_visitor_whose_address_takes_no_mail_is_told_so_in_the_chat(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    settings.mail = smtp_server.mail
    mailer = BadAddress(SmtpMailer(smtp_server.mail))
    house = await _house(database, settings, smtp_server, mailer=mailer)
    await house.book()
    (said,) = await house.said()
    assert said.startswith("Your meeting stands, but the mail with the invitation could not")
    assert house.desk.page_url(house.booking) in said
    async with house.database.transaction() as session:
        await service.cancel(
            session, house.booking, reason="", by="visitor", desk=house.desk, now=NOW
        )
    await house.dispatcher.deliver_due()
    assert await house.said() == [said]  # of a cancelled meeting nobody says that it stands
    told = {each.occasion: each for each in await house.tickets()}
    assert set(told) == {
        f"booking_mail_visitor:{house.booking}",
        f"booking_mail_cancelled:{house.booking}",
    }
    cancelled = told[f"booking_mail_cancelled:{house.booking}"]
    assert "The meeting is cancelled" in cancelled.body
    assert "stands" not in cancelled.body


async def test_a_link_that_the_advisors_calendar_makes_is_in_the_invitation_and_stays(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    calendars = Calendars()
    house = await _house(database, settings, smtp_server, calendars=calendars, provider="calendar")
    booking = await house.book()
    assert booking.video_url == MEET
    assert calendars.entries[booking.uid].video
    assert MEET in _text(house.mail(SAID["email"]))
    async with house.database.transaction() as session:
        await service.move(
            session, house.booking, at("12 09:00"), by="visitor", desk=house.desk, now=NOW
        )
    await house.dispatcher.deliver_due()
    entry = calendars.entries[booking.uid]
    assert (entry.start, entry.sequence, entry.video) == (at("12 09:00"), 1, True)
    assert MEET in _text(house.mail(SAID["email"]))
    assert await house.tickets() == []


async def test_without_a_calendar_that_makes_links_the_meeting_stands_without(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    calendars = Calendars(revoked=True)
    house = await _house(database, settings, smtp_server, calendars=calendars, provider="calendar")
    booking = await house.book()
    assert (booking.status, booking.video_url) == ("booked", None)
    assert len(house.smtp.mailbox.to(SAID["email"])) == 1


@pytest.mark.parametrize("how", ["revoked", "away"])
async def test_a_cancelled_meeting_that_stays_in_the_calendar_is_said_to_stay_there(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str, how: str
) -> None:
    calendars = Calendars()
    house = await _house(database, settings, smtp_server, calendars=calendars)
    await house.book()
    setattr(calendars, how, True)
    async with house.database.transaction() as session:
        await service.cancel(
            session, house.booking, reason="", by="visitor", desk=house.desk, now=NOW
        )
    await house.dispatcher.deliver_due()
    to_maja = house.mail("maja@polaris.test")
    assert "has been taken out of your calendar" not in _text(to_maja)
    (entry,) = [part for part in to_maja.walk() if part.get_content_type() == "text/calendar"]
    assert entry.get_param("method") == "CANCEL"
    (ticket,) = await house.tickets()
    assert ticket.subject.startswith("A cancelled meeting still stands in the advisor's calendar")
    assert "The meeting stands" not in ticket.body
    assert sum(house.waited_seconds) <= 15 * 60
