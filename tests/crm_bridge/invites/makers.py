"""A meeting to write about, and an SMTP server that keeps what it gets."""

import email
import email.policy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crm_bridge.invites.ics import Entry, Person
from crm_bridge.invites.letter import Row
from crm_bridge.invites.meeting import Background, Meeting, Side
from crm_bridge.invites.texts import Texts

START = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
TEXTS = Texts(Path(__file__).parents[3] / "data" / "mail")
SENDER = Person("Polaris", "usher@polaris.test")


def a_meeting(**values: Any) -> Meeting:
    """Robin of Testa Labs meets Maja; change what you like."""
    visitor = Side("Robin Berg", "robin@testalabs.io", "en", ZoneInfo("Europe/Oslo"))
    advisor = Side("Maja Novak", "maja@polaris.test", "en", ZoneInfo("Europe/Ljubljana"))
    meeting = Meeting(
        booking="bkg_1",
        uid="bkg_1@polaris.test",
        sequence=0,
        start=START,
        end=START + timedelta(minutes=30),
        visitor=visitor,
        advisor=advisor,
        titles={"en": "Introductory meeting"},
        signed="Polaris Consulting",
        company="Testa Labs",
        phone="+4722334455",
        video_url="https://meet.test/usher-1",
        page_url="https://bridge.test/b/token",
        background=Background(
            conversation_url="https://bridge.test/console/conversations/cnv_1",
            answers=(Row("Company size", "20 – 50", said="about 30"),),
            score=70,
            reasons=("+40 Budget fits", "+30 Team of the right size"),
            percent=72,
            moved_by=("+12 company industry: 62.010",),
        ),
    )
    return replace(meeting, **values)


def in_language(meeting: Meeting, language: str) -> Meeting:
    """The same meeting with both sides in another language."""
    return replace(
        meeting,
        visitor=replace(meeting.visitor, language=language),
        advisor=replace(meeting.advisor, language=language),
    )


def an_entry(**values: Any) -> Entry:
    """A calendar entry for Robin."""
    entry = Entry(
        uid="bkg_1@polaris.test",
        sequence=0,
        start=START,
        end=START + timedelta(minutes=30),
        summary="Meeting",
        description="Video call: https://meet.test/usher-1",
        location="https://meet.test/usher-1",
        url="https://bridge.test/b/token",
        organizer=SENDER,
        attendee=Person("Robin Berg", "robin@testalabs.io"),
        language="en",
        stamp=datetime(2026, 3, 11, 9, 0, 0, 123456, tzinfo=UTC),
    )
    return replace(entry, **values)


@dataclass
class Mailbox:
    """What an SMTP server got, parsed; with `refuse` it takes nothing."""

    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: bool = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuse:
            return "451 4.7.1 try again later"
        raw = envelope.original_content or envelope.content
        self.messages.append(email.message_from_bytes(raw, policy=email.policy.default))
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The messages to an address, in the order they came."""
        return [
            message
            for message, recipient in zip(self.messages, self.recipients, strict=True)
            if recipient == address
        ]
