"""A letter and its calendar entry as one MIME message: RFC 6047.

multipart/mixed { multipart/alternative { text, html, text/calendar; method }, invite.ics }
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final, Literal, get_args

from crm_bridge.invites.ics import Method, Person
from crm_bridge.invites.letter import Letter, as_html, as_text

# What a conversation is mailed about, whichever address was given in it then.
About = Literal["code", "transcript", "handover"]
_POLICY: Final = SMTP.clone(cte_type="7bit")  # every server takes it
# Folded at 78, a longer subject leaves nothing on its first line, which filters dislike.
LONG_HEADERS: Final = _POLICY.clone(max_line_length=250)


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom. `key` is stable over retries and becomes the Message-ID; messages
    of one `thread` are shown together. `unsubscribe_url` is for mail that nobody asked for: a
    POST to it says no to more (RFC 8058)."""

    sender: Person
    to: Person
    key: str
    thread: str
    at: datetime
    reply_to: Person | None = None
    unsubscribe_url: str = ""


def thread_of(conversation_id: str, about: About) -> str:
    """The thread of such a mail."""
    return f"{conversation_id}-{about}"


def marks_of(conversation_id: str) -> tuple[str, ...]:
    """What such mails have in their headers, to find those that were written to files."""
    return tuple(_digest(thread_of(conversation_id, about)) for about in get_args(About))


def build(
    letter: Letter, envelope: Envelope, invite: tuple[bytes, Method] | None = None
) -> EmailMessage:
    """The message. `invite` is the calendar text and its METHOD, which the MIME part repeats."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(envelope.sender)
    message["To"] = _address(envelope.to)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(envelope.at)
    domain = envelope.sender.email.rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{_digest(envelope.key)}@{domain}>"
    message["References"] = f"<{_digest(envelope.thread)}@{domain}>"
    if envelope.reply_to is not None and envelope.reply_to.email:
        message["Reply-To"] = _address(envelope.reply_to)
    message["Auto-Submitted"] = "auto-generated"
    if envelope.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(as_text(letter))
    message.add_alternative(as_html(letter), subtype="html")
    if invite is not None:
        _attach(message, *invite)
    message["Content-Language"] = letter.language  # last: content headers move into the parts
    if all(str(message[name] or "").isascii() for name in ("From", "To", "Reply-To", "Subject")):
        message.policy = LONG_HEADERS  # an encoded word may not be longer than 75 (RFC 2047)
    return message


def _attach(message: EmailMessage, calendar: bytes, method: Method) -> None:
    text = calendar.decode()
    message.add_alternative(text, subtype="calendar", params={"method": method})
    message.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")


def _address(person: Person) -> Address:
    """An address as a header object: what people typed cannot become another header."""
    local, _, domain = _one_line(person.email).rpartition("@")
    return Address(_one_line(person.name)[:120], local, domain)


def _one_line(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text).strip()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
