"""The append-only log of a conversation, and how its lines look from outside.

A number (`seq`) is given under the lock of the conversation's row, so whoever has read
up to N will never see a line with a lower number appear later. Numbers grow; they may
have gaps, because news for staff has numbers too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.languages import direction
from contracts.turn import Button, OpeningButton
from crm_bridge.conversations import repository
from crm_bridge.conversations.models import Author, EventKind
from crm_bridge.core.database import AnyRow, touch
from crm_bridge.core.errors import NotFound
from crm_bridge.core.prepared import Runner

TOPIC = "conversation"  # what is touched when lines were appended


class ConversationUnknown(NotFound):
    code = "conversation_unknown"


@dataclass(frozen=True, slots=True)
class Line:
    """One line to be appended. `status` is {"name": …, …} for kinds status and news."""

    kind: EventKind
    author: Author
    text: str | None = None
    language: str | None = None
    cid: str | None = None
    payload: str | None = None
    buttons: Sequence[Button] = ()
    openings: Sequence[OpeningButton] = ()
    status: Mapping[str, Any] | None = None
    says: Sequence[str] = ()

    def row(self, conversation_id: str, seq: int, now: datetime) -> dict[str, Any]:
        """The values of its row."""
        offered = [button.payload for button in self.buttons]
        offered += [opening.payload for opening in self.openings]
        return {
            "conversation_id": conversation_id,
            "seq": seq,
            "cid": self.cid,
            "kind": self.kind,
            "author": self.author,
            "at": now,
            "text": self.text,
            "language": self.language,
            "payload": self.payload,
            "buttons": [button.model_dump() for button in self.buttons] or None,
            "openings": [one.model_dump(mode="json") for one in self.openings] or None,
            "status": dict(self.status) if self.status is not None else None,
            "says": list(self.says) or None,
            "payloads": "\n" + "\n".join(offered) + "\n" if offered else None,
        }


def status(name: str, /, **data: Any) -> Line:
    """A change that the visitor's page shows: typing, question, booked …"""
    return Line(kind="status", author="system", status={**data, "name": name})


def news(name: str, data: Mapping[str, Any]) -> Line:
    """Something that happened, for staff and the API; not shown to the visitor."""
    return Line(kind="news", author="system", status={"name": name, "data": dict(data)})


async def append(
    on: Runner,
    conversation_id: str,
    lines: Sequence[Line],
    *,
    now: datetime,
    turns: int = 0,
    changes: Mapping[str, Any] | None = None,
    returning: Sequence[str] = (),
) -> AnyRow:
    """Append lines, change columns of the conversation with them, and wake its readers.

    `turns` are counted too (see `Turn.number`). Gives `last_seq` (the number of the last
    line), `last_turn`, and the columns in `returning` as they are now. Raises
    ConversationUnknown, also when it was erased.
    """
    counted = await repository.count_on(
        on,
        conversation_id,
        lines=len(lines),
        turns=turns,
        changes={"updated_at": now, **(changes or {})},
        returning=returning,
    )
    if counted is None:
        raise ConversationUnknown(f"there is no conversation {conversation_id}")
    if lines:
        first = counted.last_seq - len(lines) + 1
        rows = [line.row(conversation_id, first + n, now) for n, line in enumerate(lines)]
        await repository.add_events(on, rows)
        touch(on, TOPIC, conversation_id)
    return counted


def event_id(conversation_id: str, seq: int) -> str:
    """The stable id of a line."""
    return f"{conversation_id}.{seq}"


def shown(row: AnyRow) -> dict[str, Any]:
    """A line as the visitor's page gets it (CONTRACTS, "event")."""
    event: dict[str, Any] = {
        "seq": row.seq,
        "id": event_id(row.conversation_id, row.seq),
        "at": row.at,
        "kind": row.kind,
        "author": row.author,
    }
    for name in ("cid", "text", "buttons", "openings", "status"):
        value = getattr(row, name)
        if value is not None:
            event[name] = value
    if row.language is not None:
        event["lang"] = row.language
        event["dir"] = direction(row.language)
    return event


def told(row: AnyRow) -> dict[str, Any]:
    """A line as the API gives it: with what it says and the payload that was pressed."""
    event = shown(row)
    if row.says:
        event["says"] = row.says
    if row.payload is not None:
        event["payload"] = row.payload
    return event


def heard(row: AnyRow) -> dict[str, Any]:
    """A line of kind news as the API gives it: {name, data, at, seq}."""
    name, data = row.status["name"], row.status.get("data", {})
    return {"name": name, "data": data, "at": row.at, "seq": row.seq}


def title_of(payload: str, events: Sequence[AnyRow]) -> str | None:
    """The title under which a button with exactly that payload was issued, newest first."""
    for row in events:
        for button in (*(row.buttons or ()), *(row.openings or ())):
            if button["payload"] == payload:
                return str(button["title"])
    return None
