"""All SQL about activities."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.activities.models import Activity
from crm_bridge.core.pagination import Page, PageRequest, fetch_page


async def list_page(
    session: AsyncSession,
    page: PageRequest,
    *,
    kind: str | None = None,
    contact_id: str | None = None,
    conversation_id: str | None = None,
    deal_id: str | None = None,
    ticket_id: str | None = None,
) -> Page[Activity]:
    """Activities that fit every filter given, newest first."""
    statement = select(Activity)
    filters = {
        Activity.kind: kind,
        Activity.contact_id: contact_id,
        Activity.conversation_id: conversation_id,
        Activity.deal_id: deal_id,
        Activity.ticket_id: ticket_id,
    }
    for column, wanted in filters.items():
        if wanted is not None:
            statement = statement.where(column == wanted)
    return await fetch_page(session, statement, page, by=[Activity.id])


async def remove_of(
    session: AsyncSession, conversation_ids: Sequence[str], contact_id: str | None
) -> None:
    """Delete the activities of these conversations and of a contact."""
    wanted: list[ColumnElement[bool]] = [Activity.conversation_id.in_(conversation_ids)]
    if contact_id is not None:
        wanted.append(Activity.contact_id == contact_id)
    await session.execute(delete(Activity).where(or_(*wanted)))
