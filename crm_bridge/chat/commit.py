"""What the action learned in a turn, stored at once and once: answers, state, news.

Answers that say who somebody is are kept only when the visitor has agreed, where the
playbook requires it; the others of the same turn are kept all the same.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy.exc import SQLAlchemyError

from contracts.turn import AnswerChange, News, TurnCommit, TurnCommitted
from crm_bridge.chat import offers, repository
from crm_bridge.chat.facts import Shelf
from crm_bridge.contacts import opt_out
from crm_bridge.contacts import service as contacts
from crm_bridge.conversations import consent, service, transcript
from crm_bridge.conversations.consent import PERSONAL_KINDS, REFUSED, Agreed
from crm_bridge.core.database import AnyRow, Database
from crm_bridge.core.errors import Conflict, NotFound
from crm_bridge.core.outbox import announce
from crm_bridge.core.prepared import Runner
from playbook.file_types import wanted
from playbook.model import Playbook

log = logging.getLogger(__name__)

DONE_STATES: Final = ("committed", "answered")
# news -> what it is a word on, and whether it is a yes
AGREED: Final[Mapping[str, tuple[Literal["chat", "marketing"], Literal["said", "refused"]]]] = {
    "consent_given": ("chat", "said"),
    "opt_in_given": ("marketing", "said"),
    "opt_out_given": ("marketing", "refused"),
}
LONGEST_WORDS: Final = 500
CLAIM_SECONDS: Final = 0.04  # linking to a contact that is there, or making one, take a fraction


class TurnUnknown(NotFound):
    code = "turn_unknown"


class TurnOver(Conflict):
    code = "turn_over"


async def commit_turn(
    database: Database, turn_id: str, commit: TurnCommit, *, playbooks: Shelf, now: datetime
) -> TurnCommitted:
    """Store a turn's outcome. The same turn again changes nothing and says `repeated`.

    Raises TurnUnknown, and TurnOver when the gateway has given the turn up.
    """
    async with database.quick() as quick:
        turn = await repository.turn(quick, turn_id)
        if turn is None:
            raise TurnUnknown(f"there is no turn {turn_id}")
        conversation = await service.row(quick, turn.conversation_id)
        said = [say.model_dump(mode="json", exclude_defaults=True) for say in commit.said]
        changes = _changes(conversation, commit)
        if changes.get("question"):
            changes.update(await _takes_file(conversation, commit, playbooks))
        if not await repository.commit(quick, turn_id, said=said, changes=changes):
            return await _repeated(quick, turn_id)
        kept = await _keep(quick, conversation, commit, playbooks, now=now)
    if kept.says_who.keys() & {"email", "phone"}:
        # to make a contact takes longer than to find one: nobody shall hear the difference
        loop = asyncio.get_running_loop()
        began = loop.time()
        await _claim(database, conversation, kept.says_who, commit.language, now=now)
        await asyncio.sleep((began - loop.time()) % CLAIM_SECONDS)
    return TurnCommitted(turn=turn_id)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was stored; `says_who` is what the visitor has said of themselves so far, by kind
    of question, when some of it was said in this turn."""

    says_who: Mapping[str, str]


async def _keep(
    on: Runner, conversation: AnyRow, commit: TurnCommit, playbooks: Shelf, *, now: datetime
) -> _Kept:
    """Agreements, answers, state and news of a turn."""
    columns = _columns(conversation, commit, now=now)
    if await _agreements(on, conversation, commit, playbooks, now=now):
        columns["consented_at"] = now
    kept: Sequence[AnswerChange] = commit.answers
    personal = await _personal(conversation, playbooks) if kept else {}
    agreed = columns.get("consented_at", conversation.consented_at) is not None
    if conversation.consent_required and not agreed:
        kept = _impersonal(conversation.id, kept, personal)
    await service.add_answers(on, conversation.id, kept, now=now)
    news = [transcript.news(one.name, one.data) for one in commit.news]
    await transcript.append(on, conversation.id, news, now=now, changes=columns)
    identified = any(change.question in personal for change in kept)
    matters = identified or conversation.outcome is not None
    _announce(on, conversation.id, kept if matters else (), commit.news, now=now)
    return _Kept(says_who=await _says_who(on, conversation.id, personal) if identified else {})


async def _repeated(on: Runner, turn_id: str) -> TurnCommitted:
    turn = await repository.turn(on, turn_id)
    if turn is None or turn.state not in DONE_STATES:
        raise TurnOver("this turn was given up; the visitor was told")
    return TurnCommitted(turn=turn_id, repeated=True)


def _changes(conversation: AnyRow, commit: TurnCommit) -> dict[str, Any]:
    """What the visitor's page is told beside the bubbles."""
    changes: dict[str, Any] = {}
    if commit.language != conversation.language:
        changes["language"] = commit.language
    if commit.question != conversation.question:
        changes["question"] = commit.question
    if any(one.name == "conversation_closed" for one in commit.news):
        changes["closed"] = True
    return changes


async def _takes_file(conversation: AnyRow, commit: TurnCommit, playbooks: Shelf) -> dict[str, Any]:
    """What files the new question takes, for the visitor's page."""
    published = await playbooks.get(conversation.playbook, conversation.version)
    asked = [one for one in published.playbook.questions if one.id == commit.question]
    takes = wanted(asked[0]) if asked else None
    if takes is None:
        return {}
    return {"file": {"types": list(takes.types), "largest_bytes": takes.largest_bytes}}


def _columns(conversation: AnyRow, commit: TurnCommit, *, now: datetime) -> dict[str, Any]:
    """The conversation's columns after the turn."""
    columns: dict[str, Any] = {"state": commit.state}
    if commit.language != conversation.language:
        columns["language"] = commit.language
    if commit.language_chosen != conversation.language_chosen:
        columns["language_chosen"] = commit.language_chosen
    if commit.question != conversation.question:
        columns["question"] = commit.question
    names = {one.name for one in commit.news}
    if "conversation_closed" in names:
        columns["closed_at"] = now
    elif "conversation_resumed" in names:
        columns["closed_at"] = None
    return columns


async def _agreements(
    on: Runner,
    conversation: AnyRow,
    commit: TurnCommit,
    playbooks: Shelf,
    *,
    now: datetime,
) -> bool:
    """Keep what the visitor agreed to, or refused, in so many words; whether they agreed to the
    chat itself."""
    purposes = [AGREED[one.name][0] for one in commit.news if one.name in AGREED]
    if not purposes:
        return False
    published = await playbooks.get(conversation.playbook, conversation.version)
    for one in commit.news:
        if one.name in AGREED:
            agreed = _in_words(published.playbook, commit.language, one)
            await consent.store(on, conversation.id, agreed, now=now)
    return "chat" in purposes


def _in_words(playbook: Playbook, language: str, one: News) -> Agreed:
    """The agreement behind a piece of news: its own text and version, else the playbook's, or
    that of any no."""
    purpose, how = AGREED[one.name]
    standard = (playbook.consent.text.get(language, ""), playbook.consent.version)
    text, version = (opt_out.WORDS, opt_out.BY_VISITOR) if how == REFUSED else standard
    return Agreed(
        version=str(one.data.get("version") or version),
        language=language,
        text=str(one.data.get("text") or text)[:LONGEST_WORDS],
        how=how,
        purpose=purpose,
    )


async def _personal(conversation: AnyRow, playbooks: Shelf) -> dict[str, str]:
    """The questions whose answers say who somebody is, with their kinds."""
    published = await playbooks.get(conversation.playbook, conversation.version)
    questions = published.playbook.questions
    return {one.id: one.kind for one in questions if one.kind in PERSONAL_KINDS}


def _impersonal(
    conversation_id: str, changes: Sequence[AnswerChange], personal: Collection[str]
) -> list[AnswerChange]:
    """The answers that may be kept of somebody who has agreed to nothing yet."""
    kept = [change for change in changes if change.question not in personal]
    if len(kept) < len(changes):
        log.warning(
            "conversation %s: %d personal answers were not stored, consent is missing",
            conversation_id,
            len(changes) - len(kept),
        )
    return kept


async def _claim(
    database: Database,
    conversation: AnyRow,
    says_who: Mapping[str, str],
    language: str,
    *,
    now: datetime,
) -> None:
    """Link the conversation to the contact that the visitor says they are. The answers are
    stored by now: a fault of the records is logged and costs none, and the next such
    answer tries again."""
    try:
        async with database.transaction() as session:
            claimed = await contacts.claim(
                session,
                conversation_id=conversation.id,
                email=says_who.get("email"),
                phone=says_who.get("phone"),
                name=says_who.get("person"),
                company=says_who.get("company"),
                language=language,
                source=conversation.source,
                now=now,
            )
            await service.attach_contact(session, conversation.id, claimed.contact_id)
            await offers.stand_at_contact(
                session, conversation.id, claimed.contact_id, verified=claimed.proved
            )
    except SQLAlchemyError:
        log.exception("conversation %s could not be linked to a contact", conversation.id)


async def _says_who(
    on: Runner, conversation_id: str, personal: Mapping[str, str]
) -> dict[str, str]:
    """What the visitor said of themselves, by kind of question."""
    standing = await service.answers(on, conversation_id)
    return {
        kind: answer.value
        for question, kind in personal.items()
        if (answer := standing.get(question)) is not None and isinstance(answer.value, str)
    }


def _announce(
    on: Runner,
    conversation_id: str,
    kept: Sequence[AnswerChange],
    news: Sequence[News],
    *,
    now: datetime,
) -> None:
    told = [(event_name(one), one.data) for one in news]
    if kept:
        questions = [change.question for change in kept]
        told.insert(0, ("conversation.answered", {"questions": questions}))
    for name, data in told:
        announce(
            on,
            name,
            {**data, "conversation": conversation_id},
            now=now,
            subject_id=conversation_id,
        )


def event_name(news: News) -> str:
    """The domain event of a piece of news: conversation.closed, conversation.opt_in_given …"""
    if news.name == "handoff_requested":
        return "conversation.handover_requested"
    return "conversation." + news.name.removeprefix("conversation_")
