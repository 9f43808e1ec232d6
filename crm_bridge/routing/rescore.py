"""News of a company: the scores of those who spoke for it are counted anew.

The outcome stays what the visitor was told; points and their reasons follow what is known.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts.models import Contact
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event
from crm_bridge.deals import service as deals
from crm_bridge.playbooks.service import PlaybookUnknown
from crm_bridge.routing.interview import read
from crm_bridge.scoring import service as scoring
from crm_bridge.scoring.score import score

RECENT: Final = timedelta(days=365)
AT_ONCE: Final = 200


async def rescore_company(session: AsyncSession, company_id: str, *, now: datetime) -> list[str]:
    """Count the points of the company's conversations of the last year anew; the contacts
    whose standing may have changed."""
    talked = (
        select(Conversation)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(
            Contact.company_id == company_id,
            Conversation.score.is_not(None),
            Conversation.erased_at.is_(None),
            Conversation.updated_at > now - RECENT,
        )
        .order_by(Conversation.updated_at.desc())
        .limit(AT_ONCE)
    )
    touched: dict[str, None] = {}
    for conversation in (await session.scalars(talked)).all():
        if await _rescore(session, conversation, now=now) and conversation.contact_id:
            touched[conversation.contact_id] = None
    for contact_id in touched:
        await scoring.count(session, contact_id, now=now)
    return list(touched)


async def _rescore(session: AsyncSession, conversation: Conversation, *, now: datetime) -> bool:
    try:
        interview = await read(session, conversation.id, now=now)
    except PlaybookUnknown:
        return False
    counted = score(interview.playbook, interview.answers, today=interview.today)
    if counted.points == conversation.score:
        return False
    rules = {rule.id for rule in interview.playbook.points}
    others = [reason for reason in conversation.reasons if reason.get("rule") not in rules]
    own = [{"rule": r.rule, "points": r.points, "because": r.because} for r in counted.reasons]
    conversation.score, conversation.reasons = counted.points, [*own, *others]
    deal = await deals.of_conversation(session, conversation.id)
    if deal is not None and deal.closed_at is None:
        deal.score, deal.reasons = counted.points, conversation.reasons
    await session.flush()
    return True


class Rescorer:
    """Handler of company.enriched."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, event: Event) -> None:
        async with self._database.transaction() as session:
            await rescore_company(session, event.data["company_id"], now=self._clock.now())
