"""The life of a turn in the database: queued with the message, leased by one worker at a
time, settled by the worker of the latest try.

Turns of a conversation are answered in order. Locks are always taken turn first, then
conversation; queueing only inserts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from contracts.turn import Say, Utterance
from crm_bridge.chat import repository
from crm_bridge.chat.rhythm import Rhythm
from crm_bridge.conversations import transcript
from crm_bridge.conversations.transcript import Line
from crm_bridge.core.database import touch
from crm_bridge.core.ids import new_id
from crm_bridge.core.prepared import Runner

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
    on: Runner,
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
        "state": "pending",
        "attempts": 0,
        "leased": False,
        "apologised": False,
        "due_at": now,
        "created_at": now,
    }
    await repository.add_turn(on, values)
    touch(on, TOPIC, conversation_id, everywhere=False)
    return turn_id


async def claim(
    on: Runner,
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
    rows = await repository.waiting(on, conversation_id)
    rows = [row for row in rows if row.number > beyond]
    if not rows:
        return None
    first, later = rows[0], rows[1:]
    hurried = beyond > 0 or any(not row.apologised for row in later)
    if first.due_at > now and (first.leased or not hurried):
        return None
    state = "committed" if first.state == "committed" else "sent"
    due = now + rhythm.lease
    if not await repository.take(on, first.id, mine=first.attempts, due=due, state=state):
        return None
    if beyond:
        aside = now + rhythm.set_aside
        await repository.postpone_earlier(on, conversation_id, upto=beyond, due=aside)
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


async def renew(on: Runner, claimed: Claimed, *, until: datetime) -> bool:
    """Keep the lease until then; False when another worker took over."""
    return await repository.renew(on, claimed.id, mine=claimed.attempts, due=until)


async def release(on: Runner, claimed: Claimed, *, now: datetime) -> None:
    """Give the turn back untried: this worker is about to stop."""
    await repository.give_back(
        on, claimed.id, mine=claimed.attempts, due=now, error=None, untried=True
    )


async def settle_answered(
    on: Runner,
    claimed: Claimed,
    bubbles: Sequence[Line],
    *,
    now: datetime,
    conversation_changes: Mapping[str, Any] | None = None,
) -> Settled:
    """End the turn with what the bot said, if the action committed it: what changed
    (language, question …) is told around the bubbles. "silent": the action said something
    that the bot's reply lacks."""
    if not bubbles and await _said_something(on, claimed):
        return "silent"
    done = await repository.answer(on, claimed.id, mine=claimed.attempts, now=now)
    if done is None:
        turn = await repository.turn(on, claimed.id)
        uncommitted = turn is not None and (turn.attempts, turn.state) == (claimed.attempts, "sent")
        return "not_committed" if uncommitted else "overtaken"
    lines = _with_changes(bubbles, done.changes or {})
    await transcript.append(
        on, claimed.conversation_id, lines, now=now, changes=conversation_changes
    )
    return "answered"


async def settle_failed(on: Runner, claimed: Claimed, error: str, *, due_at: datetime) -> bool:
    """Keep the turn for another try at `due_at`; False when another worker took over.

    Later turns of the conversation wait with it.
    """
    kept = await repository.give_back(
        on, claimed.id, mine=claimed.attempts, due=due_at, error=error, untried=False
    )
    if kept:
        await repository.postpone_later(
            on, claimed.conversation_id, beyond=claimed.number, due=due_at
        )
    return kept


async def unapologised(on: Runner, conversation_id: str) -> tuple[bool, bool]:
    """(some waiting turn's visitor was told nothing yet, some other's was told already);
    from now on all were."""
    rows = await repository.waiting(on, conversation_id)
    fresh = any(not row.apologised for row in rows)
    told = any(row.apologised for row in rows)
    if fresh:
        await repository.note_apology(on, conversation_id)
    return fresh, told


async def give_up(on: Runner, conversation_id: str, *, now: datetime) -> None:
    """End the waiting turns of a conversation without an answer."""
    await repository.end_all(on, conversation_id, state="failed", now=now)


async def drop(on: Runner, claimed: Claimed, *, now: datetime) -> None:
    """End one turn without an answer."""
    await repository.end(on, claimed.id, state="failed", now=now)


async def skip(on: Runner, conversation_id: str, *, now: datetime) -> None:
    """End the waiting turns because a person answers instead of the bot."""
    await repository.end_all(on, conversation_id, state="skipped", now=now)


async def _said_something(on: Runner, claimed: Claimed) -> bool:
    turn = await repository.turn(on, claimed.id)
    return turn is not None and turn.state == "committed" and bool(turn.said)


def _with_changes(bubbles: Sequence[Line], changes: Mapping[str, Any]) -> list[Line]:
    lines = list(bubbles)
    if "language" in changes:
        lines.insert(0, transcript.status("language", language=changes["language"]))
    if "question" in changes:
        file = {"file": changes["file"]} if "file" in changes else {}
        lines.append(transcript.status("question", id=changes["question"], **file))
    if changes.get("closed"):
        lines.append(transcript.status("closed"))
    return lines
