"""News of a booking reaches both sides by a real mail server, once, and in order."""

from datetime import datetime
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import update

from contracts.booking import BookingView
from crm_bridge.booking import attendance, no_offers, parts, service
from crm_bridge.booking.change import Who
from crm_bridge.booking.desk import Desk
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.opt_out import opt_out
from crm_bridge.conversations import service as conversations
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Delivery, Dispatcher
from crm_bridge.durable.in_memory import MemoryWork
from crm_bridge.invites.parts import MailParts
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.smtp import SmtpMailer
from crm_bridge.settings import Settings
from tests.crm_bridge.booking.makers import SAID, a_desk, at, make_advisor, make_conversation
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.conftest import SmtpServer, smtp_server
from tests.crm_bridge.invites.makers import TEXTS

__all__ = ["smtp_server"]

NINE = at("12 08:00")
ROBIN, MAJA = SAID["email"], "maja@polaris.test"


@pytest.fixture
def desk(settings: Settings, smtp_server: SmtpServer) -> Desk:
    settings.mail = smtp_server.mail
    return a_desk(settings)


@pytest.fixture
def dispatcher(database: Database, clock: Clock, desk: Desk, smtp_server: SmtpServer) -> Dispatcher:
    mail = MailParts(PostOffice(database, clock, SmtpMailer(smtp_server.mail)), TEXTS)
    care = parts.aftercare(database, clock, desk, mail=mail, durable=MemoryWork(clock))
    names = ("booking.confirmed", "booking.moved", "booking.cancelled")
    handlers = {name: [("aftercare", care.on_change)] for name in names}
    handlers["booking.no_show"] = [("missed", care.on_no_show)]
    return Dispatcher(database, clock, handlers)


async def _booked(
    database: Database, desk: Desk, visitor: str, start: datetime = NINE
) -> BookingView:
    async with database.transaction() as session:
        held = await service.hold(session, visitor, start, desk=desk, now=NOW)
        return await service.confirm(session, visitor, held.hold, desk=desk, now=NOW)


async def _move(
    database: Database, desk: Desk, booking: str, start: datetime, *, by: Who = "visitor"
) -> None:
    async with database.transaction() as session:
        await service.move(session, booking, start, by=by, desk=desk, now=NOW)


async def _cancel(database: Database, desk: Desk, booking: str) -> None:
    async with database.transaction() as session:
        await service.cancel(session, booking, reason="", by="visitor", desk=desk, now=NOW)


def _invite(message: Any) -> tuple[str, Any]:
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(part.get_payload(decode=True))
            return str(part.get_param("method")), calendar.walk("VEVENT")[0]
    raise AssertionError("no calendar part")


async def test_a_booking_invites_the_visitor_and_the_advisor(
    database: Database,
    desk: Desk,
    dispatcher: Dispatcher,
    smtp_server: SmtpServer,
    maja: str,
    visitor: str,
) -> None:
    booked = await _booked(database, desk, visitor)
    await dispatcher.deliver_due()
    (to_robin,), (to_maja,) = smtp_server.mailbox.to(ROBIN), smtp_server.mailbox.to(MAJA)
    for message, address in ((to_robin, ROBIN), (to_maja, MAJA)):
        method, event = _invite(message)
        assert method == "REQUEST"
        assert event["ATTENDEE"] == f"mailto:{address}"
        assert event["ORGANIZER"] == "mailto:usher@polaris.test"
        assert str(message["From"]) == "Polaris <usher@polaris.test>"
        assert (event["SEQUENCE"], event["DTSTART"].dt) == (0, NINE)
    assert _invite(to_robin)[1]["UID"] == _invite(to_maja)[1]["UID"]
    assert booked.page_url in to_robin.get_body(("plain",)).get_content()
    told = to_maja.get_body(("plain",)).get_content()
    assert f"http://bridge.test/console/conversations/{visitor}" in told
    assert "Testa Labs" in told


async def test_a_move_and_a_cancellation_follow_under_the_same_uid(
    database: Database,
    desk: Desk,
    dispatcher: Dispatcher,
    smtp_server: SmtpServer,
    maja: str,
    visitor: str,
) -> None:
    booked = await _booked(database, desk, visitor)
    await dispatcher.deliver_due()
    await _move(database, desk, booked.booking, at("12 09:00"))
    await dispatcher.deliver_due()
    await _cancel(database, desk, booked.booking)
    await dispatcher.deliver_due()
    for address in (ROBIN, MAJA):
        invites = [_invite(message) for message in smtp_server.mailbox.to(address)]
        assert [method for method, _ in invites] == ["REQUEST", "REQUEST", "CANCEL"]
        assert [event["SEQUENCE"] for _, event in invites] == [0, 1, 2]
        assert len({str(event["UID"]) for _, event in invites}) == 1
        assert len({str(event["ORGANIZER"]) for _, event in invites}) == 1
        assert invites[1][1]["DTSTART"].dt == at("12 09:00")
        assert invites[2][1]["STATUS"] == "CANCELLED"
    moved = smtp_server.mailbox.to(ROBIN)[1].get_body(("plain",)).get_content()
    assert "Was: Thursday, 12 March 2026, 09:00" in moved


async def test_the_visitor_is_written_to_in_their_language_and_zone_the_advisor_in_theirs(
    database: Database, desk: Desk, dispatcher: Dispatcher, smtp_server: SmtpServer
) -> None:
    await make_advisor(database, "maja", language="sl")
    visitor = await make_conversation(database, language="he", timezone="Asia/Jerusalem")
    await _booked(database, desk, visitor)
    await dispatcher.deliver_due()
    (to_robin,), (to_maja,) = smtp_server.mailbox.to(ROBIN), smtp_server.mailbox.to(MAJA)
    assert "10:00" in str(to_robin["Subject"])
    assert 'dir="rtl"' in to_robin.get_body(("html",)).get_content()
    assert "Nov sestanek: Robin Berg" in str(to_maja["Subject"])
    assert "9:00" in str(to_maja["Subject"])
    assert "hebrejščina" in to_maja.get_body(("plain",)).get_content()


async def _again_now(database: Database) -> None:
    """Let what waits for its next try be due."""
    async with database.transaction() as session:
        await session.execute(
            update(Delivery).where(Delivery.done_at.is_(None)).values(next_at=NOW)
        )


async def test_a_server_that_refuses_is_tried_again_and_the_chat_says_the_meeting_stands(
    database: Database,
    desk: Desk,
    dispatcher: Dispatcher,
    smtp_server: SmtpServer,
    maja: str,
    visitor: str,
) -> None:
    smtp_server.mailbox.refuse = True
    booked = await _booked(database, desk, visitor)
    for _ in range(2):
        await dispatcher.deliver_due()
        await _again_now(database)
    async with database.reading() as session:
        lines, _ = await conversations.events(session, visitor)
    (said,) = [line["text"] for line in lines if line["kind"] == "message"]
    assert said.startswith("Your meeting stands.")
    assert booked.page_url in said
    smtp_server.mailbox.refuse = False
    await dispatcher.deliver_due()
    await _again_now(database)
    await dispatcher.deliver_due()
    assert len(smtp_server.mailbox.to(ROBIN)) == len(smtp_server.mailbox.to(MAJA)) == 1


async def test_news_that_a_later_change_has_overtaken_is_not_mailed(
    database: Database,
    desk: Desk,
    dispatcher: Dispatcher,
    smtp_server: SmtpServer,
    maja: str,
    visitor: str,
) -> None:
    booked = await _booked(database, desk, visitor)
    await _move(database, desk, booked.booking, at("12 09:00"))
    await dispatcher.deliver_due()
    (message,) = smtp_server.mailbox.to(ROBIN)
    assert _invite(message)[1]["SEQUENCE"] == 1


async def test_a_move_that_was_overtaken_is_not_told_in_the_chat_either(
    database: Database,
    desk: Desk,
    dispatcher: Dispatcher,
    smtp_server: SmtpServer,
    maja: str,
    visitor: str,
) -> None:
    booked = await _booked(database, desk, visitor)
    await _move(database, desk, booked.booking, at("12 09:00"), by="advisor")
    await _move(database, desk, booked.booking, at("12 10:00"), by="advisor")
    await dispatcher.deliver_due()
    async with database.reading() as session:
        lines, _ = await conversations.events(session, visitor)
    (said,) = [line["text"] for line in lines if line["kind"] == "message"]
    assert "12 March 2026, 11:00–11:30 (" in said
    await _move(database, desk, booked.booking, at("12 09:00"), by="advisor")
    await _cancel(database, desk, booked.booking)
    await dispatcher.deliver_due()
    async with database.reading() as session:
        lines, _ = await conversations.events(session, visitor)
    assert [line["text"] for line in lines if line["kind"] == "message"] == [said]


async def test_somebody_without_an_address_is_not_written_to_and_the_advisor_is(
    database: Database, desk: Desk, dispatcher: Dispatcher, smtp_server: SmtpServer, maja: str
) -> None:
    visitor = await make_conversation(database, {"name": "Robin"})
    await _booked(database, desk, visitor)
    await dispatcher.deliver_due()
    assert smtp_server.mailbox.recipients == [MAJA]


async def test_an_erased_person_is_not_written_to_and_the_advisor_learns_of_the_free_time(
    database: Database,
    desk: Desk,
    dispatcher: Dispatcher,
    smtp_server: SmtpServer,
    maja: str,
    visitor: str,
) -> None:
    await _booked(database, desk, visitor)
    async with database.transaction() as session:
        await service.erase(session, [visitor], None, now=NOW)
        await conversations.erase(session, visitor, now=NOW)
    await dispatcher.deliver_due()
    (message,) = smtp_server.mailbox.messages
    assert smtp_server.mailbox.recipients == [MAJA]
    assert _invite(message)[0] == "CANCEL"
    assert "Robin" not in message.as_string()


@pytest.mark.parametrize(("says_no", "mails"), [(False, 2), (True, 1)])
async def test_an_offer_after_a_missed_meeting_is_not_sent_to_who_wants_none(
    database: Database,
    desk: Desk,
    dispatcher: Dispatcher,
    smtp_server: SmtpServer,
    maja: str,
    visitor: str,
    says_no: bool,
    mails: int,
) -> None:
    async with database.transaction() as session:
        contact = await contacts.claimed_contact(session, visitor)
        if contact is None:
            values = {"name": "Robin Berg", "emails": [ROBIN]}
            contact = await contacts.create(session, values, by="rep:1", now=NOW)
        if says_no:
            await opt_out(session, contact.id, by="rep:1", now=NOW)
    booked = await _booked(database, desk, visitor)
    await dispatcher.deliver_due()
    async with database.transaction() as session:
        later = at("12 08:20")
        await attendance.note(session, booked.booking, came=False, desk=desk, now=later)
    await dispatcher.deliver_due()
    assert len(smtp_server.mailbox.to(ROBIN)) == mails, "the invitation always, the offer only if"
    invitation, *offers = smtp_server.mailbox.to(ROBIN)
    assert "List-Unsubscribe" not in invitation
    for offer in offers:
        assert offer["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"  # RFC 8058
        assert offer["List-Unsubscribe"] == f"<{no_offers.url_of(booked.booking, desk)}>"
