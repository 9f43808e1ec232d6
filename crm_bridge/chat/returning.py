"""A mailed link leads back to where its reader stopped, on any device.

The link proves the address, so the conversation that somebody began under that address and
left open is theirs to go on with. Who only typed the address proved nothing and is shut out
before anything is shown that the proof unlocks: their token ends, and they may begin anew.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.chat import repository, service
from crm_bridge.chat.sentences import Sentences
from crm_bridge.contacts import proof
from crm_bridge.contacts.claim import as_email
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation

GREETED = 1  # turns of a conversation in which nobody has said anything yet


async def left_open(
    session: AsyncSession, site: str, email: str, *, since: datetime
) -> Conversation | None:
    """The latest conversation of the site that was begun under the address, has moved since
    then, and has come to no end."""
    address = as_email(email)
    if address is None:
        return None
    for one in await repository.begun_under(session, site, address, since=since):
        if not is_over(one):
            return one
    return None


def is_over(conversation: Conversation) -> bool:
    """Whether there is nothing to go on with. Who stopped was told that they may come back."""
    if conversation.erased_at is not None or conversation.booking_id is not None:
        return True
    phase = conversation.state.get("phase")
    return phase == "ended" or (conversation.closed_at is not None and phase != "stopped")


def gives_way(conversation: Conversation) -> bool:
    """Whether a browser's own conversation may be left for another one: nothing was said in
    it yet, or it is over."""
    return conversation.last_turn <= GREETED or is_over(conversation)


async def go_on(
    session: AsyncSession, conversation: Conversation, claims: Mapping[str, str], *, now: datetime
) -> None:
    """Let the bot welcome back who has just proved the address of `claims`. Where it had only
    been typed, other devices are shut out, and the reader is asked whether they said this."""
    if await proof.proved_email(session, conversation.id) == as_email(claims.get("email")):
        await service.queue_system_turn(session, conversation.id, "start", now=now)
        return
    await repository.revoke_sessions(session, conversation.id, now=now)
    await service.queue_system_turn(session, conversation.id, "led_back", now=now)


async def find(
    session: AsyncSession,
    site: str,
    claims: Mapping[str, str],
    *,
    own: str | None,
    lifetime: timedelta,
    now: datetime,
) -> Conversation | None:
    """The conversation that a mailed link leads to, unless the browser's `own` one is that,
    or is still needed."""
    found = await left_open(session, site, claims.get("email", ""), since=now - lifetime)
    if found is None or found.id == own:
        return None
    if own is not None and not gives_way(await conversations.get(session, own)):
        return None
    return found


async def say_over(
    session: AsyncSession, conversation: Conversation, sentences: Sentences, *, now: datetime
) -> None:
    """Tell the reader of a link that held no longer, before the greeting."""
    text, _ = sentences.say("link_over", conversation.language)
    await service.post_system_message(
        session, conversation.id, text, now=now, says=("link_over",), author="bot"
    )
