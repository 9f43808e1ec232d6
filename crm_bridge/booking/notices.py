"""Mails about a booking: an invitation, a change, a cancellation, a reminder, an offer of
other times; each once in effect.

News that a later change has overtaken is not mailed: the later mail tells all. While the
server refuses, it is tried again, and the visitor is told in the chat that the meeting
stands.
"""

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import no_offers
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.meeting_facts import MeetingFacts
from crm_bridge.booking.models import Booking
from crm_bridge.chat.service import post_system_message
from crm_bridge.contacts.opt_out import wants_no_offers
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.transcript import ConversationUnknown
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event
from crm_bridge.invites import letters
from crm_bridge.invites.ics import Entry, Method, Person, calendar_text
from crm_bridge.invites.letter import Letter
from crm_bridge.invites.mail import Envelope, build
from crm_bridge.invites.meeting import Happened, Meeting, Side
from crm_bridge.invites.port import MailRefused
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.texts import Texts
from playbook.dates import locale_of, say_meeting

_METHOD: Final[dict[str, Method]] = {
    "booked": "REQUEST",
    "moved": "REQUEST",
    "cancelled": "CANCEL",
}
SENT: Final = "sent"
OVERTAKEN: Final = "overtaken"
NO_ADDRESS: Final = "no address"
OPTED_OUT: Final = "opted out"


class BookingNotices:
    """Writes and sends. `event` is what it is about; its id is the mail's key."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        desk: Desk,
        post: PostOffice,
        texts: Texts,
        facts: MeetingFacts,
    ) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._post = post
        self._texts = texts
        self._facts = facts

    async def to_visitor(self, event: Event, happened: Happened) -> str:
        """Mail the visitor; what became of it. Raises MailRefused (and has told them in the
        chat that their mail is late) or MailUndeliverable."""
        meeting = await self._meeting(event, happened)
        if meeting is None:
            return OVERTAKEN
        if not meeting.visitor.email:
            return NO_ADDRESS
        if happened == "missed" and await self._wants_no_offers(event, meeting.visitor.email):
            return OPTED_OUT
        no_more = no_offers.url_of(meeting.booking, self._desk) if happened == "missed" else ""
        letter = letters.visitor_letter(
            meeting, happened, self._texts, now=self._clock.now(), no_more_url=no_more
        )
        entry = letters.visitor_entry(meeting, happened, self._texts, **self._signature)
        envelope = self._envelope(event, "visitor", meeting.visitor, meeting.advisor, meeting)
        envelope = replace(envelope, unsubscribe_url=no_more)
        try:
            await self._send(event, "visitor", _message(letter, envelope, entry, happened))
        except MailRefused:
            if happened in ("booked", "moved"):
                await self._tell_late(event)
            raise
        return SENT

    async def to_advisor(
        self, event: Event, happened: Happened, *, with_entry: bool, advisor_id: str | None = None
    ) -> str:
        """Mail the advisor (the booking's own, or that one of several); `with_entry`: with
        the meeting for their calendar, because it was not written there. Raises MailRefused
        or MailUndeliverable."""
        whose = advisor_id or event.data["advisor"]
        meeting = await self._meeting(event, happened, advisor_id=whose)
        if meeting is None:
            return OVERTAKEN
        if not meeting.advisor.email:
            return NO_ADDRESS
        letter = letters.advisor_letter(meeting, happened, self._texts, attached=with_entry)
        entry = None
        if with_entry:
            entry = letters.advisor_entry(meeting, self._texts, **self._signature)
        recipient = "advisor" if whose == event.data["advisor"] else f"advisor-{whose}"
        envelope = self._envelope(event, recipient, meeting.advisor, meeting.visitor, meeting)
        await self._send(event, recipient, _message(letter, envelope, entry, happened))
        return SENT

    async def say(self, event: Event, key: str) -> str:
        """Post one sentence about the booking in the chat that it came from, once for the
        event; nothing about a meeting that was moved or cancelled since."""
        async with self._database.transaction() as session:
            if not await self._post.note_once(session, event.id, key):
                return "said before"
            return await self._say(session, event, key)

    async def _say(self, session: AsyncSession, event: Event, key: str) -> str:
        booking = await session.get_one(Booking, event.data["booking"])
        if booking.sequence != event.data.get("sequence", booking.sequence):
            return OVERTAKEN
        if booking.conversation_id is None:
            return "no chat"
        try:
            conversation = await conversations.get(session, booking.conversation_id)
        except ConversationUnknown:
            return "no chat"
        if conversation.erased_at is not None:
            return "no chat"
        words = self._texts.of(conversation.language)
        locale = locale_of(words.language, conversation.locale)
        zone = ZoneInfo(booking.visitor.get("timezone") or conversation.timezone)
        when = say_meeting(booking.start_at, booking.end_at, zone=zone, locale=locale)
        text = words.say(key, url=self._desk.page_url(booking.id), when=when)
        says = (key.removeprefix("chat_"),)
        await post_system_message(session, conversation.id, text, now=self._clock.now(), says=says)
        return "said"

    async def _wants_no_offers(self, event: Event, email: str) -> bool:
        async with self._database.reading() as session:
            booking = await session.get(Booking, event.data["booking"])
            contact_id = booking.contact_id if booking else None
            return await wants_no_offers(session, contact_id=contact_id, email=email)

    async def _meeting(
        self, event: Event, happened: Happened, *, advisor_id: str | None = None
    ) -> Meeting | None:
        async with self._database.reading() as session:
            booking = await session.get(Booking, event.data["booking"])
            if booking is None or booking.sequence != event.data["sequence"]:
                return None
            if happened == "missed" and booking.attendance != "no_show":
                return None  # the visitor came after all
            before = event.data.get("from")
            meeting = await self._facts.of(session, booking, before=before, advisor_id=advisor_id)
            if happened == "missed" or event.data.get("by") == "advisor":
                return await self._facts.with_openings(
                    session, booking, meeting, now=self._clock.now()
                )
            return meeting

    @property
    def _signature(self) -> letters.Signature:
        return {"organizer": self._sender, "stamp": self._clock.now()}

    @property
    def _sender(self) -> Person:
        mail = self._desk.settings.mail
        return Person(mail.sender_name, mail.sender)

    def _envelope(
        self, event: Event, recipient: str, to: Side, other: Side, meeting: Meeting
    ) -> Envelope:
        return Envelope(
            sender=self._sender,
            to=Person(to.name, to.email),
            reply_to=Person(other.name, other.email),
            key=f"{event.id}-{recipient}",
            thread=f"{meeting.booking}-{recipient}",
            at=self._clock.now(),
        )

    async def _send(
        self, event: Event, recipient: str, message: Callable[[], EmailMessage]
    ) -> None:
        await self._post.send(event.id, recipient, message)

    async def _tell_late(self, event: Event) -> None:
        """Say in the chat, once, that the meeting stands though its mail is late."""
        async with self._database.transaction() as session:
            if await self._post.tell_once(session, event.id, "visitor"):
                await self._say(session, event, "chat_mail_late")


def _message(
    letter: Letter, envelope: Envelope, entry: Entry | None, happened: Happened
) -> Callable[[], EmailMessage]:
    method = _METHOD.get(happened)
    if entry is None or method is None:
        return partial(build, letter, envelope)
    return partial(build, letter, envelope, (calendar_text(entry, method), method))
