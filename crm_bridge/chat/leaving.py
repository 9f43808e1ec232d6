"""What a visitor may ask for at the end: to close the chat, and to have it by mail."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.chat import repository, turns
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations import transcript
from crm_bridge.core.errors import Conflict
from crm_bridge.core.outbox import announce


class EmailUnknown(Conflict):
    """Nobody has said in this conversation where mail would reach them."""

    code = "email_unknown"


async def close(session: AsyncSession, conversation_id: str, *, now: datetime) -> None:
    """End the conversation: it stays for staff, no token opens it again, no turn is tried.
    A booked meeting stands. Raises ConversationUnknown."""
    line = transcript.status("closed", by="visitor")
    await transcript.append(session, conversation_id, [line], now=now, changes={"closed_at": now})
    await turns.skip(session, conversation_id, now=now)
    await repository.revoke_sessions(session, conversation_id, now=now)
    data = {"conversation": conversation_id}
    announce(session, "conversation.closed", data, now=now, subject_id=conversation_id)


async def address_of(session: AsyncSession, conversation_id: str) -> str | None:
    """Where this conversation may be mailed: the address its page proved, else the one that
    was given in it; never one that a request names."""
    conversation = await conversations.get(session, conversation_id)
    proved = conversation.claims.get("email")
    if proved:
        return str(proved)
    given = (await conversations.answers(session, conversation_id)).get("email")
    return str(given.value) if given is not None and given.value else None


async def ask_for_transcript(session: AsyncSession, conversation_id: str, *, now: datetime) -> str:
    """Have what was said mailed to the visitor. Gives the address. Raises EmailUnknown."""
    address = await address_of(session, conversation_id)
    if address is None:
        raise EmailUnknown("there is no e-mail address in this conversation")
    data = {"conversation": conversation_id}
    announce(
        session, "conversation.transcript_requested", data, now=now, subject_id=conversation_id
    )
    return address
