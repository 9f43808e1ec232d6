"""The chat for the rest of the bridge: say something in a conversation, or let the bot."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.turn import Button, Utterance
from crm_bridge.chat import repository, turns
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations import transcript
from crm_bridge.conversations.models import Author
from crm_bridge.conversations.transcript import Line
from crm_bridge.files import repository as files

System = Literal["start", "retry_booking", "hold_expired", "proved", "led_back"]


async def post_status(
    session: AsyncSession,
    conversation_id: str,
    name: str,
    data: Mapping[str, Any],
    *,
    now: datetime,
) -> int:
    """Show a change in the visitor's page (booked, moved, cancelled, handed_over …) once the
    transaction is committed; `data` goes beside the name. Gives the event's seq.

    Raises ConversationUnknown.
    """
    line = transcript.status(name, **data)
    return int((await transcript.append(session, conversation_id, [line], now=now)).last_seq)


async def post_system_message(
    session: AsyncSession,
    conversation_id: str,
    text: str,
    *,
    now: datetime,
    buttons: Sequence[Button] = (),
    says: Sequence[str] = (),
    author: Author = "system",
) -> int:
    """Show a sentence in the visitor's page, in the language of the conversation. Gives the
    event's seq. Raises ConversationUnknown."""
    conversation = await conversations.get(session, conversation_id)
    line = Line(
        kind="message",
        author=author,
        text=text,
        language=conversation.language,
        buttons=buttons,
        says=says,
    )
    return int((await transcript.append(session, conversation_id, [line], now=now)).last_seq)


async def queue_system_turn(
    session: AsyncSession, conversation_id: str, system: System, *, now: datetime
) -> str | None:
    """Let the bot speak without a message of the visitor: a hold ran out, what an outage
    held up may go on. Gives the turn; None while a rep owns the conversation.

    Raises ConversationUnknown.
    """
    counted = await transcript.append(
        session,
        conversation_id,
        (),
        now=now,
        turns=1,
        returning=("owner",),
    )
    if counted.owner is not None:
        return None
    utterance = Utterance(system=system)
    return await turns.queue(
        session, conversation_id, counted.last_turn, utterance, event_seq=None, now=now
    )


async def erase(session: AsyncSession, conversation_id: str, *, now: datetime) -> None:
    """Delete the conversation's sessions and turns, and everything said in it. Idempotent."""
    await repository.erase(session, conversation_id)
    await files.erase(session, conversation_id)
    await conversations.erase(session, conversation_id, now=now)
