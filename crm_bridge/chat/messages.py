"""A visitor's message: stored with the turn that answers it, once for each client id."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from babel import Locale
from sqlalchemy.exc import IntegrityError

from contracts.languages import LANGUAGES
from contracts.turn import Utterance
from crm_bridge.chat import incoming, turns
from crm_bridge.chat.facts import Shelf
from crm_bridge.chat.sentences import Key, Sentences
from crm_bridge.conversations import consent, repository, transcript
from crm_bridge.conversations.consent import Agreed
from crm_bridge.conversations.transcript import Line
from crm_bridge.core.errors import Invalid
from crm_bridge.core.outbox import announce
from crm_bridge.core.prepared import Runner
from playbook.model import Playbook

# What the chat's own menu sends; everything else must have been on a button.
AGREE: Final = "agree"  # the consent step's button; the bot hears nothing of it
MENU: Final[Mapping[str, Key]] = {
    AGREE: "button_agree",
    "handoff": "button_handoff",
    "restart": "button_restart",
}
How = Literal["continued", "said"]
RETURNING: Final = (
    "owner",
    "language",
    "playbook",
    "version",
    "consent_required",
    "consented_at",
)
LANGUAGE_MENU: Final = {f"lang:{code}": code for code in LANGUAGES}


class TextTooLong(Invalid):
    code = "text_too_long"
    status = 413


class MessageEmpty(Invalid):
    code = "message_empty"


class UnknownPayload(Invalid):
    code = "unknown_payload"


@dataclass(frozen=True, slots=True)
class Message:
    """What a page posts: a text, or the payload of a button; `cid` is unique to it."""

    cid: str
    text: str | None
    payload: str | None


@dataclass(frozen=True, slots=True)
class Received:
    """The message's place in the log."""

    id: str
    seq: int


class AlreadyReceived(Exception):
    """A message with this client id is in the log (or is just being written)."""


async def receive(
    on: Runner,
    conversation_id: str,
    message: Message,
    *,
    longest_text: int,
    playbooks: Shelf,
    sentences: Sentences,
    now: datetime,
) -> Received:
    """Append the message and queue its turn (none while a rep owns the conversation).

    Raises TextTooLong, MessageEmpty, UnknownPayload, AlreadyReceived (roll back and ask
    `received_before`), ConversationUnknown.
    """
    if message.payload is not None:
        title = await _title(on, conversation_id, message.payload, sentences)
        line = Line("message", "visitor", text=title, cid=message.cid, payload=message.payload)
        utterance = None if message.payload == AGREE else Utterance(payload=message.payload)
    else:
        text = _text(message, longest_text)
        line = Line("message", "visitor", text=text, cid=message.cid)
        utterance = Utterance(text=text)
    return await log_and_queue(on, conversation_id, line, utterance, playbooks=playbooks, now=now)


async def log_and_queue(
    on: Runner,
    conversation_id: str,
    line: Line,
    utterance: Utterance | None,
    *,
    playbooks: Shelf,
    now: datetime,
) -> Received:
    """Append a line of the visitor's and queue the turn that answers it, if there is anything
    to answer. What they agree to by it is stored first. Raises AlreadyReceived,
    ConversationUnknown."""
    try:
        counted = await transcript.append(
            on,
            conversation_id,
            [line],
            now=now,
            turns=0 if utterance is None else 1,
            returning=RETURNING,
        )
    except IntegrityError as fault:
        raise AlreadyReceived from fault
    said = line.payload == AGREE
    if counted.consented_at is None and (counted.consent_required or said):
        published = await playbooks.get(counted.playbook, counted.version)
        how: How = "said" if said else "continued"
        agreed = _agreed(published.playbook, counted.language, how)
        await consent.store(on, conversation_id, agreed, now=now)
        await transcript.append(on, conversation_id, (), now=now, changes={"consented_at": now})
    seq = counted.last_seq
    if utterance is not None and counted.owner is None:
        await turns.queue(on, conversation_id, counted.last_turn, utterance, event_seq=seq, now=now)
    elif utterance is not None:
        data = {"conversation": conversation_id, "seq": seq, "owner": counted.owner}
        announce(on, "conversation.visitor_wrote", data, now=now, subject_id=conversation_id)
    return Received(id=transcript.event_id(conversation_id, seq), seq=seq)


async def received_before(on: Runner, conversation_id: str, cid: str) -> Received | None:
    """Where the message with that client id stands in the log."""
    seq = await repository.event_by_cid(on, conversation_id, cid)
    return None if seq is None else Received(transcript.event_id(conversation_id, seq), seq)


def _text(message: Message, longest: int) -> str:
    if message.text is None:
        raise MessageEmpty("send a text or a payload")
    if len(message.text) > longest:
        raise TextTooLong(f"at most {longest} characters", longest=longest)
    text = incoming.clean_text(message.text)
    if incoming.is_blank(text):
        raise MessageEmpty("there is nothing in the text")
    return text


async def _title(on: Runner, conversation_id: str, payload: str, sentences: Sentences) -> str:
    """What the pressed button said. Raises UnknownPayload for one never issued here."""
    if payload in LANGUAGE_MENU:
        code = LANGUAGE_MENU[payload]
        return Locale.parse(code).get_display_name(code) or code
    if payload in MENU:
        conversation = await repository.row(on, conversation_id)
        return sentences.say(MENU[payload], conversation.language if conversation else "en")[0]
    events = await repository.issuing_events(on, conversation_id, payload)
    title = transcript.title_of(payload, events)
    if title is None:
        raise UnknownPayload("no button of this conversation has this payload")
    return title


def _agreed(playbook: Playbook, language: str, how: How) -> Agreed:
    agreed = playbook.consent
    spoken = language if language in agreed.text else playbook.default_language
    return Agreed(
        version=agreed.version,
        language=spoken,
        text=agreed.text[spoken],
        how=how,
    )
