"""Proving who one is, in the chat: a code is asked for, comes by mail, and is typed.

What is typed as a code never reaches the bot, and stands in the log as dots.
"""

import logging
import re
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.chat import offers, service
from crm_bridge.chat.messages import Message, Received
from crm_bridge.chat.sentences import Key, Sentences
from crm_bridge.contacts import proof
from crm_bridge.contacts.email_address import BadEmail
from crm_bridge.contacts.proof import TooManyCodes
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations import transcript
from crm_bridge.conversations.transcript import Line
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event

_CODE: Final = re.compile(r"\s*(\d[\s-]?){5}\d\s*")
_DOTS: Final = "••••••"
_IN_FIGURES: Final = ("money", "number", "people", "phone")
log = logging.getLogger(__name__)


def may_be_code(message: Message) -> bool:
    """Whether a message is six digits and nothing else."""
    return message.text is not None and _CODE.fullmatch(message.text) is not None


async def ask_code(
    session: AsyncSession,
    conversation_id: str,
    email: str,
    *,
    sentences: Sentences,
    now: datetime,
) -> None:
    """Send a code to the address and say so. Raises BadEmail, TooManyCodes."""
    await proof.begin(session, conversation_id, email, now=now)
    await _say(session, conversation_id, "code_sent", sentences, now=now)
    # the page offers digits to type, and the code that a phone has just received
    await service.post_status(session, conversation_id, "code", {"wanted": True}, now=now)


async def take_code(
    session: AsyncSession,
    conversation_id: str,
    code: str,
    *,
    secret: str,
    sentences: Sentences,
    now: datetime,
) -> bool:
    """Whether the code is right. Then the visitor is who they say, what is stored of them
    is asked to be confirmed, and the bot goes on."""
    digits = "".join(letter for letter in code if letter.isdecimal())
    email = await proof.answer(session, conversation_id, digits, secret=secret, now=now)
    if email is None:
        await _say(session, conversation_id, "code_wrong", sentences, now=now)
        return False
    conversation = await conversations.get(session, conversation_id)
    conversation.identity = "verified"
    conversation.claims = {**conversation.claims, **await proof.known_of(session, email)}
    proved = await proof.proved_contact_id(session, conversation.id)
    conversation.contact_id = proved or conversation.contact_id
    await session.flush()
    if proved:
        await offers.stand_at_contact(session, conversation_id, proved, verified=True)
    await service.post_status(session, conversation_id, "code", {"wanted": False}, now=now)
    await _say(session, conversation_id, "code_right", sentences, now=now)
    await service.queue_system_turn(session, conversation_id, "proved", now=now)
    return True


async def hear_code(
    session: AsyncSession,
    conversation_id: str,
    message: Message,
    *,
    secret: str,
    sentences: Sentences,
    now: datetime,
) -> Received | None:
    """A typed code: logged as dots and answered. None when no code is waited for, and the
    message is one like any other."""
    if await proof.waiting(session, conversation_id, now=now) is None:
        return None
    digits = "".join(letter for letter in message.text or "" if letter.isdecimal())
    if await _is_an_answer(session, conversation_id) and not await proof.fits(
        session, conversation_id, digits, secret=secret
    ):
        return None  # a budget has six digits too; it counted as a guess all the same
    line = Line("message", "visitor", text=_DOTS, cid=message.cid)
    counted = await transcript.append(session, conversation_id, [line], now=now)
    seq = int(counted.last_seq)
    await take_code(
        session, conversation_id, message.text or "", secret=secret, sentences=sentences, now=now
    )
    return Received(id=transcript.event_id(conversation_id, seq), seq=seq)


async def _is_an_answer(session: AsyncSession, conversation_id: str) -> bool:
    """Whether the bot has asked for something that is written in figures."""
    conversation = await conversations.get(session, conversation_id)
    pending = (conversation.state.get("pending") or {}).get("kind")
    return pending != "code" and conversation.state.get("kind") in _IN_FIGURES


class CodeWanted:
    """Handler of conversation.code_wanted: the visitor has said yes to a code. The dialogue
    has said that it comes; known or not, every address gets one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, event: Event) -> None:
        conversation_id = event.data["conversation"]
        async with self._database.transaction() as session:
            standing = await conversations.answers(session, conversation_id)
            answer = standing.get(str(event.data.get("question")))
            if answer is None or not isinstance(answer.value, str):
                return
            try:
                await proof.begin(session, conversation_id, answer.value, now=self._clock.now())
            except (TooManyCodes, BadEmail) as fault:
                log.info("no code for %s: %s", conversation_id, fault.code)


async def _say(
    session: AsyncSession, conversation_id: str, key: Key, sentences: Sentences, *, now: datetime
) -> None:
    conversation = await conversations.get(session, conversation_id)
    text, _ = sentences.say(key, conversation.language)
    await service.post_system_message(
        session, conversation_id, text, now=now, says=(key,), author="bot"
    )
