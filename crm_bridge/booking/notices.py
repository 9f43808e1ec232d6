"""News of a booking becomes mail: an invitation, a change, a cancellation, one to the
visitor and one to the advisor, each once in effect.

News that a later change has overtaken is not mailed: the later mail tells all. While the
server refuses, the outbox tries again, and the visitor is told in the chat that the
meeting stands.
"""

import logging
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.calendars.models import Advisor
from crm_bridge.chat.service import post_system_message
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.conversations.transcript import ConversationUnknown
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event
from crm_bridge.invites import letters, spelled
from crm_bridge.invites.answers import answer_rows
from crm_bridge.invites.ics import Entry, Method, Person, calendar_text
from crm_bridge.invites.letter import Letter
from crm_bridge.invites.mail import Envelope, build
from crm_bridge.invites.meeting import Background, Happened, Meeting, Side
from crm_bridge.invites.port import MailRefused
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.texts import Texts

log = logging.getLogger(__name__)

_METHOD: Final[dict[Happened, Method]] = {
    "booked": "REQUEST",
    "moved": "REQUEST",
    "cancelled": "CANCEL",
}


class BookingNotices:
    """The outbox's handlers of booking.confirmed, booking.moved and booking.cancelled."""

    def __init__(
        self, database: Database, clock: Clock, desk: Desk, post: PostOffice, texts: Texts
    ) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._post = post
        self._texts = texts

    async def on_booking_confirmed(self, event: Event) -> None:
        """Invite both sides. Raises MailRefused while the server does."""
        await self._tell(event, "booked")

    async def on_booking_moved(self, event: Event) -> None:
        """Tell both sides the new time. Raises MailRefused while the server does."""
        await self._tell(event, "moved")

    async def on_booking_cancelled(self, event: Event) -> None:
        """Take the meeting out of both calendars. Raises MailRefused while the server does."""
        await self._tell(event, "cancelled")

    async def _tell(self, event: Event, happened: Happened) -> None:
        async with self._database.reading() as session:
            booking = await session.get(Booking, event.data["booking"])
            if booking is None or booking.sequence != event.data["sequence"]:
                return
            meeting = await self.meeting(session, booking, before=event.data.get("from"))
        refused: list[MailRefused] = []
        for recipient in ("visitor", "advisor"):
            try:
                await self._send(event, happened, meeting, recipient)
            except MailRefused as fault:
                refused.append(fault)
                if recipient == "visitor" and happened != "cancelled":
                    await self._tell_late(event, booking)
        if refused:
            raise refused[0]

    async def _send(
        self, event: Event, happened: Happened, meeting: Meeting, recipient: str
    ) -> None:
        visitor = recipient == "visitor"
        to, other = (
            (meeting.visitor, meeting.advisor) if visitor else (meeting.advisor, meeting.visitor)
        )
        if not to.email:
            return
        write = letters.visitor_letter if visitor else letters.advisor_letter
        enter = letters.visitor_entry if visitor else letters.advisor_entry
        entry = enter(meeting, self._texts, organizer=self._sender, stamp=self._clock.now())
        envelope = Envelope(
            sender=self._sender,
            to=Person(to.name, to.email),
            reply_to=Person(other.name, other.email),
            key=f"{event.id}-{recipient}",
            thread=f"{meeting.booking}-{recipient}",
            at=self._clock.now(),
        )
        letter = write(meeting, happened, self._texts)
        message = partial(_message, letter, envelope, entry, _METHOD[happened])
        await self._post.send(event.id, recipient, message)

    @property
    def _sender(self) -> Person:
        mail = self._desk.settings.mail
        return Person(mail.sender_name, mail.sender)

    async def _tell_late(self, event: Event, booking: Booking) -> None:
        """Say in the chat, once, that the meeting stands though its mail is late."""
        if booking.conversation_id is None:
            return
        async with self._database.transaction() as session:
            if not await self._post.tell_once(session, event.id, "visitor"):
                return
            try:
                conversation = await conversations.get(session, booking.conversation_id)
            except ConversationUnknown:
                return
            if conversation.erased_at is not None:
                return
            words = self._texts.of(conversation.language)
            text = words.say("chat_mail_late", url=self._desk.page_url(booking.id))
            await post_system_message(
                session, conversation.id, text, now=self._clock.now(), says=("mail_late",)
            )

    async def meeting(
        self, session: AsyncSession, booking: Booking, *, before: str | None = None
    ) -> Meeting:
        """The booking as the letters tell it."""
        advisor = await session.get_one(Advisor, booking.advisor_id)
        person = booking.visitor
        background, conversation = Background(), None
        if booking.conversation_id is not None:
            conversation = await session.get(Conversation, booking.conversation_id)
        if conversation is not None and conversation.erased_at is None:
            background = await self._background(session, conversation, advisor)
        return Meeting(
            booking=booking.id,
            uid=booking.uid,
            sequence=booking.sequence,
            start=booking.start_at,
            end=booking.end_at,
            before=datetime.fromisoformat(before) if before else None,
            visitor=_visitor(booking, advisor),
            advisor=Side(advisor.name, advisor.email, advisor.language, ZoneInfo(advisor.timezone)),
            titles=booking.titles,
            signed=self._desk.settings.mail.sender_name,
            phone=person.get("phone") or "",
            company=person.get("company") or "",
            video_url=booking.video_url or "",
            page_url=self._desk.page_url(booking.id),
            background=background,
        )

    async def _background(
        self, session: AsyncSession, conversation: Conversation, advisor: Advisor
    ) -> Background:
        answers = await conversations.answers(session, conversation.id)
        published = await self._desk.playbooks.get(
            session, conversation.playbook, conversation.version
        )
        words = self._texts.of(advisor.language)
        public = self._desk.settings.public_url.rstrip("/")
        return Background(
            conversation_url=f"{public}/console/conversations/{conversation.id}",
            answers=answer_rows(
                published.playbook, answers, words, spelled.locale_of(words.language)
            ),
            score=conversation.score,
            reasons=tuple(_reason(each) for each in conversation.reasons),
        )


def _visitor(booking: Booking, advisor: Advisor) -> Side:
    person = booking.visitor
    zone = person.get("timezone") or advisor.timezone
    return Side(
        name=person.get("name") or "",
        email=person.get("email") or "",
        language=person.get("language") or "en",
        zone=ZoneInfo(zone),
        locale=person.get("locale"),
    )


def _reason(reason: dict[str, object]) -> str:
    points, because = reason.get("points"), str(reason.get("because", ""))
    return f"{points:+d} {because}" if isinstance(points, int) else because


def _message(letter: Letter, envelope: Envelope, entry: Entry, method: Method) -> EmailMessage:
    return build(letter, envelope, (calendar_text(entry, method), method))
