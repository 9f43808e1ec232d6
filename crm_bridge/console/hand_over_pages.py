"""A rep in the conversation: taking it over, writing to the visitor, giving it back to the bot."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.chat import incoming
from crm_bridge.chat import service as chat
from crm_bridge.console.signed_in import FormFrom
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.errors import Conflict
from crm_bridge.web.dependencies import Now, Transaction

LONGEST: Final = 2000  # characters, as of a visitor's message

router = APIRouter(prefix="/conversations/{conversation_id}")


class HandOverRefused(Conflict):
    """Answered with a page that says why: somebody else was quicker, the visitor has gone."""

    code = "hand_over_refused"


async def _running(session: AsyncSession, conversation_id: str) -> Conversation:
    """The conversation, locked. Raises HandOverRefused, ConversationUnknown."""
    conversation = await conversations.get(session, conversation_id, for_update=True)
    if conversation.closed_at is not None:
        raise HandOverRefused("the conversation has ended")
    return conversation


def _back(conversation_id: str) -> Response:
    return RedirectResponse(f"/console/conversations/{conversation_id}#hand", status_code=303)


@router.post("/owner")
async def own(
    conversation_id: str,
    session: Transaction,
    now: Now,
    person: FormFrom,
    said: Annotated[Literal["take", "give_back"], Form()],
) -> Response:
    """Take the conversation over, from the bot or a colleague, or give it back to the bot.
    Said twice, it is done once. Raises HandOverRefused, ConversationUnknown."""
    conversation = await _running(session, conversation_id)
    owner = person.user_id if said == "take" else None
    if owner is None and conversation.owner not in (None, person.user_id):
        raise HandOverRefused("a colleague has this conversation")
    if conversation.owner != owner:
        await conversations.give_to(session, conversation_id, owner, now=now)
    return _back(conversation_id)


@router.post("/messages")
async def write(
    conversation_id: str,
    session: Transaction,
    now: Now,
    person: FormFrom,
    text: Annotated[str, Form(max_length=2 * LONGEST)] = "",
) -> Response:
    """Say something to the visitor; only who has taken the conversation over can.
    Raises HandOverRefused, ConversationUnknown."""
    conversation = await _running(session, conversation_id)
    if conversation.owner != person.user_id:
        raise HandOverRefused("take the conversation over before you write")
    words = incoming.clean_text(text)[:LONGEST]
    if not incoming.is_blank(words):
        await chat.post_system_message(session, conversation_id, words, now=now, author="rep")
    return _back(conversation_id)
