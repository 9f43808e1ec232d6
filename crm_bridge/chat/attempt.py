"""One try of one turn: lease it, ask the bot, and put what came of it into the database.

The visitor is told of a failure once for each message of theirs, in their language, by a
sentence of the gateway's own. A turn is answered only when the action committed it, so
an interview never goes on without its answers (facts: a dead action server makes Rasa
"complete" the form with nothing in it).
"""

import asyncio
import logging
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from contracts.turn import Snapshot, Utterance
from crm_bridge.chat import incoming, metrics, repository, turns
from crm_bridge.chat.bots import BotFault, Bots, BotUnreachable, Bubble
from crm_bridge.chat.facts import Facts, Standing
from crm_bridge.chat.rhythm import Rhythm
from crm_bridge.chat.sentences import Key, Sentences
from crm_bridge.chat.snapshot import snapshot
from crm_bridge.chat.turns import Claimed
from crm_bridge.conversations import service, transcript
from crm_bridge.conversations.transcript import Line
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import announce

log = logging.getLogger(__name__)

# "answered_all": and nothing else waits in the conversation.
Outcome = Literal["answered", "answered_all", "failed", "set_aside", "given_up", "overtaken"]


@dataclass(frozen=True, slots=True)
class Gateway:
    """What a try needs."""

    database: Database
    clock: Clock
    bots: Bots
    sentences: Sentences
    facts: Facts
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class Prepared:
    """A leased turn with the conversation as it stood then."""

    claimed: Claimed
    snapshot: Snapshot
    bot: str | None


class Overtaken(Exception):
    """Another worker holds the turn: whatever comes of this try is not used."""


async def prepare(gateway: Gateway, conversation_id: str, *, beyond: int = 0) -> Prepared | None:
    """Lease the next turn of a conversation (see `turns.claim`); None: nothing to do now."""
    now = gateway.clock.now()
    async with gateway.database.quick() as quick:
        claimed = await turns.claim(
            quick, conversation_id, rhythm=gateway.rhythm, now=now, beyond=beyond
        )
        if claimed is None:
            return None
        conversation = await service.row(quick, conversation_id)
        if conversation.owner is not None:
            await turns.skip(quick, conversation_id, now=now)
            return None
        answers = await service.answers(quick, conversation_id)
        earlier = await service.earlier_answers(quick, conversation)
        anything = await gateway.facts.anything(quick, conversation_id)
    standing = Standing()
    if anything:
        async with gateway.database.reading() as session:
            whole = await service.get(session, conversation_id)
            standing = await gateway.facts.standing(session, whole, now)
    known = snapshot(
        conversation,
        turn=claimed.id,
        utterance=claimed.utterance,
        answers=answers,
        earlier=earlier,
        standing=standing,
        committed=claimed.committed,
        now=now,
    )
    return Prepared(claimed=claimed, snapshot=known, bot=conversation.bot)


async def try_once(gateway: Gateway, prepared: Prepared) -> Outcome:
    """Ask the bot and settle the turn."""
    claimed = prepared.claimed
    if claimed.attempts > 1:
        metrics.RETRIES.inc()
    try:
        bot, bubbles = await _ask(gateway, prepared)
        return await _answered(gateway, prepared, bot, bubbles)
    except (BotFault, BotUnreachable) as fault:
        return await _failed(gateway, prepared, fault)
    except Overtaken:
        log.info("turn %s was taken over by another worker", claimed.id)
        return "overtaken"
    except asyncio.CancelledError:
        await _release(gateway, claimed)
        raise


def words(utterance: Utterance) -> str:
    """What Rasa gets as the message: never what it would take for a command of a visitor."""
    if utterance.system is not None:
        return incoming.SYSTEM
    if utterance.payload is not None or utterance.file is not None:
        return incoming.PRESS
    return incoming.for_bot(utterance.text)


async def _ask(gateway: Gateway, prepared: Prepared) -> tuple[str, tuple[Bubble, ...]]:
    turn = gateway.bots.turn(
        prepared.snapshot, words(prepared.claimed.utterance), last=prepared.bot
    )
    asking = asyncio.ensure_future(turn)
    typing = prepared.claimed.attempts == 1
    rhythm = gateway.rhythm
    pause = rhythm.typing_after_seconds if typing else rhythm.renew_seconds
    try:
        while True:
            done, _ = await asyncio.wait({asking}, timeout=pause)
            if done:
                return asking.result()
            await _still_at_it(gateway, prepared.claimed, typing=typing)
            typing, pause = False, rhythm.renew_seconds
    finally:
        asking.cancel()


async def _still_at_it(gateway: Gateway, claimed: Claimed, *, typing: bool) -> None:
    """Renew the lease, and let the visitor see that something is coming."""
    now = gateway.clock.now()
    try:
        async with gateway.database.quick() as quick:
            if not await turns.renew(quick, claimed, until=now + gateway.rhythm.lease):
                raise Overtaken
            if typing:
                line = transcript.status("typing")
                await transcript.append(quick, claimed.conversation_id, [line], now=now)
    except SQLAlchemyError as fault:
        log.warning("the lease of turn %s was not renewed: %s", claimed.id, type(fault).__name__)


async def _answered(
    gateway: Gateway, prepared: Prepared, bot: str, bubbles: tuple[Bubble, ...]
) -> Outcome:
    claimed = prepared.claimed
    now = gateway.clock.now()
    async with gateway.database.quick() as quick:
        settled = await turns.settle_answered(
            quick,
            claimed,
            [_line(bubble) for bubble in bubbles],
            now=now,
            conversation_changes={"bot": bot} if bot != prepared.bot else None,
        )
        more = await repository.is_waiting(quick, claimed.conversation_id)
    if settled == "overtaken":
        raise Overtaken
    if settled == "not_committed":
        raise BotFault(f"{bot}: answered without a commit; is the action server up?")
    if settled == "silent":
        raise BotFault(f"{bot}: an empty reply")
    metrics.TURNS.inc()
    metrics.SECONDS.observe((now - claimed.created_at).total_seconds())
    return "answered" if more else "answered_all"


def _line(bubble: Bubble) -> Line:
    return Line(
        kind="message",
        author="bot",
        text=bubble.text,
        language=bubble.language,
        buttons=bubble.buttons,
        openings=bubble.openings,
        says=bubble.says,
    )


async def _failed(gateway: Gateway, prepared: Prepared, fault: Exception) -> Outcome:
    claimed = prepared.claimed
    unreachable = isinstance(fault, BotUnreachable)
    metrics.FAILURES.labels("unreachable" if unreachable else "fault").inc()
    log.warning("turn %s failed at try %d: %s", claimed.id, claimed.attempts, fault)
    pause = gateway.rhythm.pause_after(claimed.attempts)
    if pause is None:
        await give_up(gateway, prepared)
        return "given_up"
    now = gateway.clock.now()
    language = prepared.snapshot.language
    async with gateway.database.quick() as quick:
        if not await turns.settle_failed(quick, claimed, str(fault)[:500], due_at=now + pause):
            return "overtaken"
        fresh, told = await turns.unapologised(quick, claimed.conversation_id)
        if fresh:
            line = sentence(gateway, "apology_again" if told else "apology", language)
            await transcript.append(quick, claimed.conversation_id, [line], now=now)
    tried_enough = claimed.attempts >= gateway.rhythm.set_aside_after
    return "set_aside" if tried_enough and not unreachable else "failed"


async def give_up(gateway: Gateway, prepared: Prepared) -> None:
    """Hand what waits to a person: told to the visitor, announced as conversation.stuck."""
    claimed, now = prepared.claimed, gateway.clock.now()
    log.error("turn %s is given up after %d tries", claimed.id, claimed.attempts)
    metrics.GIVEN_UP.inc()
    line = sentence(gateway, "apology_person", prepared.snapshot.language)
    async with gateway.database.quick() as quick:
        await turns.give_up(quick, claimed.conversation_id, now=now)
        await transcript.append(quick, claimed.conversation_id, [line], now=now)
        data = {"conversation": claimed.conversation_id, "turn": claimed.id}
        subject = claimed.conversation_id
        announce(quick, "conversation.stuck", data, now=now, subject_id=subject)


async def drop(gateway: Gateway, prepared: Prepared) -> None:
    """End a turn that fails while later ones are answered: the fault lies in the message."""
    claimed = prepared.claimed
    log.error("turn %s fails alone and is dropped; its message stays in the log", claimed.id)
    metrics.GIVEN_UP.inc()
    async with gateway.database.quick() as quick:
        await turns.drop(quick, claimed, now=gateway.clock.now())


def sentence(gateway: Gateway, key: Key, language: str) -> Line:
    """A sentence of the gateway's own as a line of the log."""
    text, spoken = gateway.sentences.say(key, language)
    return Line(kind="message", author="bot", text=text, language=spoken, says=("apology",))


async def _release(gateway: Gateway, claimed: Claimed) -> None:
    try:
        async with asyncio.timeout(1), gateway.database.quick() as quick:
            await turns.release(quick, claimed, now=gateway.clock.now())
    except (TimeoutError, SQLAlchemyError):
        log.info("turn %s stays leased; it is found again in a few seconds", claimed.id)
