"""Mail that was written to files instead of being sent: those about a person go too."""

import email
import email.message
import email.policy
from collections.abc import Collection
from pathlib import Path

from crm_bridge.invites.mail import marks_of


def forget(folder: Path, marks: Collection[str]) -> int:
    """Delete every .eml file under `folder` that holds one of `marks` in its headers or
    in a text part, however encoded; gives how many."""
    gone = 0
    wanted = [mark.casefold() for mark in marks if mark]
    for path in sorted(folder.glob("**/*.eml")) if folder.is_dir() else ():
        text = _text(path).casefold()
        if any(mark in text for mark in wanted):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def of_conversations(conversation_ids: Collection[str]) -> frozenset[str]:
    """The marks of everything that was mailed about conversations, to addresses that were
    corrected since too."""
    marks = [mark for one in conversation_ids for mark in (one, *marks_of(one))]
    return frozenset(marks)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:  # another worker was quicker
        return ""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = [str(value) for value in message.values()]
    for part in message.walk():
        if part.get_content_maintype() == "text":
            # calendar files fold long lines (RFC 5545 3.1)
            parts.append(_content(part).replace("\r\n ", "").replace("\n ", ""))
    return "\n".join(parts)


def _content(part: email.message.Message) -> str:
    """The decoded text; a charset that nobody knows is read as Latin-1."""
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    try:
        return data.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return data.decode("latin-1")
