"""Data of people goes when its time is over, by rule, through the same erasure as on request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking.models import Booking
from crm_bridge.contacts.models import Contact
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.outbox import Delivery, DomainEvent
from crm_bridge.deals.models import Deal
from crm_bridge.privacy import service
from crm_bridge.settings import Privacy

AT_ONCE: Final = 200  # records in one transaction; the next run takes the next
BEFORE_ALL: Final = ("subscriber", "lead")


@dataclass(frozen=True, slots=True)
class Kept:
    """What has been kept long enough."""

    conversation_ids: tuple[str, ...]
    contact_ids: tuple[str, ...]
    events: int
    events_before: datetime | None


async def find_due(session: AsyncSession, rules: Privacy, *, now: datetime) -> Kept:
    """What has to go. A conversation with a meeting to come stays, and so does a lead with
    a deal or with a conversation that stays."""
    before = _before(rules.news_days, now)
    return Kept(
        conversation_ids=tuple(await _conversations(session, rules, now)),
        contact_ids=tuple(await _leads(session, rules, now)),
        events=await _count_events(session, before) if before else 0,
        events_before=before,
    )


async def erase_due(session: AsyncSession, due: Kept, *, mail_folder: Path, now: datetime) -> None:
    """Erase it. What others' word stands behind stays, as on request, but opens no ticket:
    nobody has asked."""
    for conversation_id in due.conversation_ids:
        await service.expire_conversation(
            session, conversation_id, mail_folder=mail_folder, now=now
        )
    for contact_id in due.contact_ids:
        if await session.get(Contact, contact_id) is not None:
            await service.erase_contact(session, contact_id, mail_folder=mail_folder, now=now)
    if due.events_before is not None:
        await session.execute(delete(DomainEvent).where(_delivered(due.events_before)))


def _before(days: int, now: datetime) -> datetime | None:
    return now - timedelta(days=days) if days else None


async def _conversations(session: AsyncSession, rules: Privacy, now: datetime) -> Sequence[str]:
    before = _before(rules.conversations_days, now)
    if before is None:
        return ()
    to_come = exists().where(
        Booking.conversation_id == Conversation.id,
        Booking.status.in_(("held", "booked")),
        Booking.end_at > now,
    )
    due = select(Conversation.id).where(
        Conversation.updated_at < before, Conversation.erased_at.is_(None), ~to_come
    )
    return (await session.scalars(due.order_by(Conversation.id).limit(AT_ONCE))).all()


async def _leads(session: AsyncSession, rules: Privacy, now: datetime) -> Sequence[str]:
    before = _before(rules.leads_days, now)
    if before is None:
        return ()
    talked = exists().where(
        Conversation.contact_id == Contact.id,
        Conversation.erased_at.is_(None),
        Conversation.updated_at >= before,
    )
    due = select(Contact.id).where(
        Contact.updated_at < before,
        Contact.lifecycle_stage.in_(BEFORE_ALL),
        ~exists().where(Deal.contact_id == Contact.id),
        ~talked,
    )
    return (await session.scalars(due.order_by(Contact.id).limit(AT_ONCE))).all()


def _delivered(before: datetime) -> ColumnElement[bool]:
    waiting = exists().where(Delivery.event_id == DomainEvent.id, Delivery.done_at.is_(None))
    return (DomainEvent.at < before) & DomainEvent.fanned_out.is_(True) & ~waiting


async def _count_events(session: AsyncSession, before: datetime) -> int:
    return await session.scalar(select(func.count()).where(_delivered(before))) or 0
