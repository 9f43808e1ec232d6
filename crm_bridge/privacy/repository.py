"""SQL across domains that only privacy needs."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.activities.models import Activity
from crm_bridge.booking.models import Booking
from crm_bridge.chat.models import Turn
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.outbox import Delivery, DomainEvent


async def conversations_of(session: AsyncSession, contact_id: str) -> Sequence[str]:
    """The conversations that are linked to a contact."""
    statement = select(Conversation.id).where(Conversation.contact_id == contact_id)
    return (await session.scalars(statement)).all()


async def is_answering(session: AsyncSession, conversation_id: str) -> bool:
    """Whether the bot still has something to answer in the conversation."""
    waiting = Turn.conversation_id == conversation_id, Turn.due_at.is_not(None)
    return bool(await session.scalar(select(exists().where(*waiting))))


async def activities_of(
    session: AsyncSession, conversation_ids: Sequence[str], contact_id: str
) -> Sequence[Activity]:
    """Every activity of a person, oldest first."""
    theirs = Activity.contact_id == contact_id, Activity.conversation_id.in_(conversation_ids)
    return (await session.scalars(select(Activity).where(or_(*theirs)).order_by(Activity.id))).all()


async def bookings_of(session: AsyncSession, booking_ids: Sequence[str]) -> Sequence[Booking]:
    """The bookings of those ids, in order of time."""
    wanted = select(Booking).where(Booking.id.in_(booking_ids)).order_by(Booking.start_at)
    return (await session.scalars(wanted)).all()


async def adopt_bookings(
    session: AsyncSession, contact_id: str, addresses: Collection[str]
) -> None:
    """Link the bookings made for one of a contact's addresses and for no contact."""
    await session.execute(
        update(Booking)
        .where(Booking.visitor_email.in_(addresses), Booking.contact_id.is_(None))
        .values(contact_id=contact_id)
    )


async def delete_news(
    session: AsyncSession, record_ids: Sequence[str], *, before: datetime
) -> None:
    """Delete what the outbox holds about the records, announced up to `before`; pending
    deliveries go with it."""
    data = cast(DomainEvent.data, String)
    about: list[ColumnElement[bool]] = [DomainEvent.subject_id.in_(record_ids)]
    about += [data.contains(record_id, autoescape=True) for record_id in record_ids]
    await session.execute(delete(DomainEvent).where(or_(*about), DomainEvent.at <= before))


async def forget_faults(session: AsyncSession, signs: Collection[str]) -> None:
    """Drop what a delivery said went wrong where it holds one of `signs` (addresses, numbers,
    names): a fault over another's news (a CRM's webhook) may quote what it was about."""
    quoted = [Delivery.error.icontains(sign, autoescape=True) for sign in signs]
    if quoted:
        await session.execute(update(Delivery).where(or_(*quoted)).values(error=None))
