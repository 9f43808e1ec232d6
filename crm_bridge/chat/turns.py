"""The life of a turn in the database: queued with the message, leased by one worker at a
time, settled by the worker of the latest try.

Turns of a conversation are answered in order. Locks are always taken turn first, then
conversation; queueing only inserts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.turn import Say, Utterance
from crm_bridge.chat import repository
from crm_bridge.chat.models import Turn
from crm_bridge.chat.rhythm import Rhythm
from crm_bridge.conversations import transcript
from crm_bridge.conversations.transcript import Line
from crm_bridge.core.database import touch
from crm_bridge.core.ids import new_id

TOPIC = "turn"  # what is touched when a turn was queued

Settled = Literal["answered", "not_committed", "silent", "overtaken"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A turn that this worker may try, once: `attempts` is the number of the try."""

    id: str
    conversation_id: str
    number: int
    attempts: int
    utterance: Utterance
    committed: tuple[Say, ...] | None
    apologised: bool
    created_at: datetime


async def queue(
    session: AsyncSession,
    conversation_id: str,
    number: int,
    utterance: Utterance,
    *,
    event_seq: int | None,
    now: datetime,
) -> str:
    """Let the bot answer `utterance`; `number` comes from the conversation's counter."""
    turn_id = new_id("trn")
    values = {
        "id": turn_id,
        "conversation_id": conversation_id,
        "number": number,
        "event_seq": event_seq,
        "utterance": utterance.model_dump(exclude_defaults=True),
        "due_at": now,
        "created_at": now,
    }
    await repository.add_turn(session, values)
    touch(session, TOPIC, conversation_id, everywhere=False)
    return turn_id


async def claim(
    session: AsyncSession,
    conversation_id: str,
    *,
    rhythm: Rhythm,
    now: datetime,
    beyond: int = 0,
) -> Claimed | None:
    """Lease the first waiting turn, if it may be tried now.

    A turn that waits for its next try is tried at once when the visitor has written again
    since it failed. With `beyond`, the turns up to that number are set aside and the next
    one goes first. None: there is nothing to do, or another worker does it.
    """
    rows = await repository.waiting(session, conversation_id)
    rows = [row for row in rows if row.number > beyond]
    if not rows:
        return None
    first, later = rows[0], rows[1:]
    hurried = beyond > 0 or any(not row.apologised for row in later)
    if first.due_at > now and (first.leased or not hurried):
        return None
    taken = await repository.change_turn(
        session,
        first.id,
        Turn.attempts == first.attempts,
        Turn.due_at.is_not(None),
        attempts=first.attempts + 1,
        leased=True,
        due_at=now + rhythm.lease,
        state="committed" if first.state == "committed" else "sent",
    )
    if taken is None:
        return None
    if beyond:
        set_aside = Turn.number <= beyond
        await repository.change_waiting(
            session, conversation_id, set_aside, due_at=now + rhythm.set_aside
        )
    said = None if first.said is None else tuple(Say.model_validate(one) for one in first.said)
    return Claimed(
        id=first.id,
        conversation_id=conversation_id,
        number=first.number,
        attempts=first.attempts + 1,
        utterance=Utterance.model_validate(first.utterance),
        committed=said if first.state == "committed" else None,
        apologised=first.apologised,
        created_at=first.created_at,
    )


async def renew(session: AsyncSession, claimed: Claimed, *, until: datetime) -> bool:
    """Keep the lease until then; False when another worker took over."""
    changed = await repository.change_turn(session, claimed.id, *_mine(claimed), due_at=until)
    return changed is not None


async def release(session: AsyncSession, claimed: Claimed, *, now: datetime) -> None:
    """Give the turn back untried: this worker is about to stop."""
    await repository.change_turn(
        session, claimed.id, *_mine(claimed), attempts=Turn.attempts - 1, leased=False, due_at=now
    )


async def settle_answered(
    session: AsyncSession,
    claimed: Claimed,
    bubbles: Sequence[Line],
    *,
    now: datetime,
    conversation_changes: Mapping[str, Any] | None = None,
) -> Settled:
    """End the turn with what the bot said, if the action committed it: what changed
    (language, question …) is told around the bubbles. "silent": the action said something
    that the bot's reply lacks."""
    if not bubbles and await _said_something(session, claimed):
        return "silent"
    done = await repository.change_turn(
        session,
        claimed.id,
        *_mine(claimed),
        Turn.state == "committed",
        state="answered",
        due_at=None,
        leased=False,
        error=None,
        finished_at=now,
    )
    if done is None:
        turn = await repository.turn(session, claimed.id)
        uncommitted = turn is not None and (turn.attempts, turn.state) == (claimed.attempts, "sent")
        return "not_committed" if uncommitted else "overtaken"
    lines = _with_changes(bubbles, done.changes or {})
    await transcript.append(
        session, claimed.conversation_id, lines, now=now, changes=conversation_changes
    )
    return "answered"


async def settle_failed(
    session: AsyncSession, claimed: Claimed, error: str, *, due_at: datetime
) -> bool:
    """Keep the turn for another try at `due_at`; False when another worker took over.

    Later turns of the conversation wait with it.
    """
    kept = await repository.change_turn(
        session, claimed.id, *_mine(claimed), leased=False, due_at=due_at, error=error
    )
    if kept is None:
        return False
    await repository.change_waiting(
        session,
        claimed.conversation_id,
        Turn.number > claimed.number,
        Turn.leased.is_(False),
        due_at=due_at,
    )
    return True


async def unapologised(session: AsyncSession, conversation_id: str) -> tuple[bool, bool]:
    """(some waiting turn's visitor was told nothing yet, some other's was told already);
    from now on all were."""
    rows = await repository.waiting(session, conversation_id)
    fresh = any(not row.apologised for row in rows)
    told = any(row.apologised for row in rows)
    if fresh:
        await repository.change_waiting(session, conversation_id, apologised=True)
    return fresh, told


async def give_up(
    session: AsyncSession, conversation_id: str, *, now: datetime, only: str | None = None
) -> None:
    """End the waiting turns of a conversation (or `only` one) without an answer."""
    conditions = [Turn.id == only] if only else []
    await repository.change_waiting(
        session, conversation_id, *conditions, state="failed", due_at=None, leased=False,
        finished_at=now,
    )  # fmt: skip


async def skip(session: AsyncSession, conversation_id: str, *, now: datetime) -> None:
    """End the waiting turns because a person answers instead of the bot."""
    await repository.change_waiting(
        session, conversation_id, state="skipped", due_at=None, leased=False, finished_at=now
    )


async def _said_something(session: AsyncSession, claimed: Claimed) -> bool:
    turn = await repository.turn(session, claimed.id)
    return turn is not None and turn.state == "committed" and bool(turn.said)


def _mine(claimed: Claimed) -> tuple[Any, ...]:
    """Still this worker's: nobody claimed the turn since, and it is not over."""
    return Turn.attempts == claimed.attempts, Turn.due_at.is_not(None)


def _with_changes(bubbles: Sequence[Line], changes: Mapping[str, Any]) -> list[Line]:
    lines = list(bubbles)
    if "language" in changes:
        lines.insert(0, transcript.status("language", language=changes["language"]))
    if "question" in changes:
        lines.append(transcript.status("question", id=changes["question"]))
    if changes.get("closed"):
        lines.append(transcript.status("closed"))
    return lines
