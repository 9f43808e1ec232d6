"""An interview as the bridge holds it: the playbook it is pinned to, and its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.turn import Answer, AnswerChange
from crm_bridge.companies import service as companies
from crm_bridge.companies.models import Company
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.models import Contact
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.consent import PERSONAL_KINDS
from crm_bridge.conversations.models import Conversation
from crm_bridge.playbooks import service as playbooks
from crm_bridge.routing.known_company import filled
from playbook.model import Playbook


@dataclass(frozen=True, slots=True)
class Interview:
    """`answers` decide, those left open filled with what registers say; `kept` are the
    visitor's own that may be written into records: nothing personal of somebody who has not
    agreed yet. `contact` is who they say they are, `today` their day."""

    conversation: Conversation
    playbook: Playbook
    answers: Mapping[str, Answer]
    kept: Mapping[str, Answer]
    contact: Contact | None
    today: date


async def read(
    session: AsyncSession,
    conversation_id: str,
    changes: Sequence[AnswerChange] = (),
    *,
    now: datetime,
    for_update: bool = False,
) -> Interview:
    """The interview with the answers of the running turn (`changes`) over the stored ones.

    With `for_update` the conversation is held until the commit (PostgreSQL). Raises
    ConversationUnknown or PlaybookUnknown.
    """
    conversation = await conversations.get(session, conversation_id, for_update=for_update)
    playbook = await playbooks.parsed(session, conversation.playbook, conversation.version)
    stored = await conversations.answers(session, conversation_id)
    agreed = conversation.consented_at is not None or not conversation.consent_required
    personal = {question.id for question in playbook.questions if question.kind in PERSONAL_KINDS}
    storable = [change for change in changes if agreed or change.question not in personal]
    answers = over(stored, changes, now=now)
    contact = await contacts.claimed_contact(session, conversation_id)
    company = await _company(session, contact)
    return Interview(
        conversation=conversation,
        playbook=playbook,
        answers=filled(playbook, answers, company, now=now) if company else answers,
        kept=over(stored, storable, now=now),
        contact=contact,
        today=now.astimezone(_zone(conversation.timezone)).date(),
    )


async def _company(session: AsyncSession, contact: Contact | None) -> Company | None:
    company_id = contact.company_id if contact else None
    return await companies.find(session, company_id) if company_id else None


def over(
    stored: Mapping[str, Answer], changes: Sequence[AnswerChange], *, now: datetime
) -> dict[str, Answer]:
    """The stored answers with those of the running turn set or taken back."""
    standing = dict(stored)
    for change in changes:
        if change.status == "unset":
            standing.pop(change.question, None)
            continue
        standing[change.question] = Answer(
            value=change.value,
            status=change.status,
            text=change.text,
            at=now,
            source=change.source,
        )
    return standing


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
