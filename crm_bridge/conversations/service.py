"""Conversations for the rest of the bridge: read them, keep answers and outcomes, erase."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.turn import Answer, AnswerChange
from crm_bridge.conversations import repository, transcript
from crm_bridge.conversations.models import ConsentRow, Conversation
from crm_bridge.conversations.transcript import ConversationUnknown
from crm_bridge.core.database import AnyRow
from crm_bridge.core.outbox import announce
from crm_bridge.core.prepared import Runner

__all__ = ["ConversationUnknown"]


async def get(
    session: AsyncSession, conversation_id: str, *, for_update: bool = False
) -> Conversation:
    """The conversation; with `for_update` nobody else writes to it before the commit
    (PostgreSQL). Raises ConversationUnknown."""
    conversation = await repository.get(session, conversation_id, for_update=for_update)
    if conversation is None:
        raise ConversationUnknown(f"there is no conversation {conversation_id}")
    return conversation


async def row(on: Runner, conversation_id: str) -> AnyRow:
    """The conversation's columns, for reading alone. Raises ConversationUnknown."""
    found = await repository.row(on, conversation_id)
    if found is None:
        raise ConversationUnknown(f"there is no conversation {conversation_id}")
    return found


async def answers(on: Runner, conversation_id: str) -> dict[str, Answer]:
    """The answers as they stand now, in the order in which they were last given; an
    answer taken back is not there."""
    rows = await repository.current_answers(on, conversation_id)
    return {row.question: _answer(row, source=row.source) for row in rows}


async def earlier_answers(on: Runner, conversation: AnyRow) -> dict[str, Answer]:
    """What somebody who proved who they are answered in earlier conversations of the same
    playbook, the latest of each question; nothing of anybody else."""
    if conversation.identity != "verified" or conversation.contact_id is None:
        return {}
    rows = await repository.earlier_answers(
        on,
        conversation.id,
        contact_id=conversation.contact_id,
        playbook=conversation.playbook,
    )
    return {row.question: _answer(row, source="prefill") for row in rows}


def _answer(row: AnyRow, *, source: str) -> Answer:
    return Answer(value=row.value, status=row.status, text=row.text, at=row.at, source=source)


async def add_answers(
    on: Runner, conversation_id: str, changes: Sequence[AnswerChange], *, now: datetime
) -> None:
    """Append answers as they were given or taken back."""
    rows = [
        {**change.model_dump(), "conversation_id": conversation_id, "at": now} for change in changes
    ]
    if rows:
        await repository.add_answers(on, rows)


async def events(
    on: Runner, conversation_id: str, *, after: int = 0
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The log behind `after` for staff and the API: its lines with what each says, and the news."""
    rows = await repository.events_after(on, conversation_id, after, with_news=True)
    return (
        [transcript.told(row) for row in rows if row.kind != "news"],
        [transcript.heard(row) for row in rows if row.kind == "news"],
    )


async def consents(session: AsyncSession, conversation_id: str) -> Sequence[ConsentRow]:
    """What the visitor agreed to, oldest first."""
    return await repository.consents(session, conversation_id)


async def record_outcome(
    session: AsyncSession,
    conversation_id: str,
    *,
    outcome: str,
    score: int | None,
    reasons: Sequence[Mapping[str, Any]],
    route: str | None,
    deal_id: str | None,
    contact_id: str | None,
    now: datetime,
) -> None:
    """Keep what the interview came to; a deal or contact known before stays when None is
    given. Announces conversation.outcome. Raises ConversationUnknown."""
    known = {"deal_id": deal_id, "contact_id": contact_id}
    await _change(
        session,
        conversation_id,
        updated_at=now,
        outcome=outcome,
        score=score,
        reasons=[dict(reason) for reason in reasons],
        route=route,
        **{name: value for name, value in known.items() if value is not None},
    )
    data = {"conversation": conversation_id, "outcome": outcome, "score": score}
    announce(session, "conversation.outcome", data, now=now, subject_id=conversation_id)


async def attach_booking(
    session: AsyncSession, conversation_id: str, booking_id: str | None
) -> None:
    """Say which booking the conversation led to. Raises ConversationUnknown."""
    await _change(session, conversation_id, booking_id=booking_id)


async def attach_contact(
    session: AsyncSession, conversation_id: str, contact_id: str | None
) -> None:
    """Say whose conversation it is: by the visitor's word, unless they have proved it.
    Raises ConversationUnknown."""
    conversation = await row(session, conversation_id)
    identity = conversation.identity if conversation.identity == "verified" else "claimed"
    await _change(session, conversation_id, contact_id=contact_id, identity=identity)


async def give_to(
    session: AsyncSession, conversation_id: str, owner: str | None, *, now: datetime
) -> None:
    """Let a rep own the conversation (the bot falls silent), or (None) the bot again.
    Raises ConversationUnknown."""
    name = "taken_back" if owner is None else "handed_over"
    line = transcript.status(name)
    await transcript.append(session, conversation_id, [line], now=now, changes={"owner": owner})


async def _change(session: AsyncSession, conversation_id: str, **changes: Any) -> None:
    changed = await repository.count_on(session, conversation_id, changes=changes)
    if changed is None:
        raise ConversationUnknown(f"there is no conversation {conversation_id}")


async def erase(session: AsyncSession, conversation_id: str, *, now: datetime) -> None:
    """Delete everything said, answered and agreed, and blank the conversation's row, which
    stays for the records that name it. Idempotent; an unknown conversation is no error."""
    await repository.erase(session, conversation_id)
    conversation = await repository.get(session, conversation_id)
    if conversation is None or conversation.erased_at is not None:
        return
    blank: dict[str, Any] = {
        "claims": {},
        "source": {},
        "state": {},
        "reasons": [],
        "question": None,
        "contact_id": None,
        "deal_id": None,
        "booking_id": None,
        "owner": None,
        "page_language": None,
        "locale": None,
        "timezone": "UTC",
        "identity": "anonymous",
        "consented_at": None,
        "closed_at": conversation.closed_at or now,
        "erased_at": now,
    }
    for name, value in blank.items():
        setattr(conversation, name, value)
