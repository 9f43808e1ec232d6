"""All SQL about deals."""

from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.pagination import Page, PageRequest, fetch_page
from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.deals.models import Deal

_deal = cast("Table", Deal.__table__)
_THERE: Final = Prepared(
    select(_deal.c.id).where(_deal.c.conversation_id == bindparam("of")).limit(1)
)


async def is_there(on: Runner, conversation_id: str) -> bool:
    """Whether a conversation led to a deal."""
    return await _THERE.one(on, {"of": conversation_id}) is not None


async def get_by_conversation(session: AsyncSession, conversation_id: str) -> Deal | None:
    """The deal that a conversation led to."""
    statement = select(Deal).where(Deal.conversation_id == conversation_id)
    return (await session.scalars(statement)).one_or_none()


async def list_page(
    session: AsyncSession,
    page: PageRequest,
    *,
    contact_id: str | None = None,
    company_id: str | None = None,
    conversation_id: str | None = None,
    pipeline: str | None = None,
    stage: str | None = None,
    owner: str | None = None,
) -> Page[Deal]:
    """Deals that fit every filter given, newest first."""
    statement = select(Deal)
    filters = {
        Deal.contact_id: contact_id,
        Deal.company_id: company_id,
        Deal.conversation_id: conversation_id,
        Deal.pipeline: pipeline,
        Deal.stage: stage,
        Deal.owner: owner,
    }
    for column, wanted in filters.items():
        if wanted is not None:
            statement = statement.where(column == wanted)
    return await fetch_page(session, statement, page, by=[Deal.id])


async def ids_of(
    session: AsyncSession, conversation_ids: Sequence[str], contact_id: str | None
) -> Sequence[str]:
    """The deals of these conversations and of a contact."""
    wanted: list[ColumnElement[bool]] = [Deal.conversation_id.in_(conversation_ids)]
    if contact_id is not None:
        wanted.append(Deal.contact_id == contact_id)
    return (await session.scalars(select(Deal.id).where(or_(*wanted)))).all()


async def remove(session: AsyncSession, deal_ids: Sequence[str]) -> None:
    """Delete deals."""
    await session.execute(delete(Deal).where(Deal.id.in_(deal_ids)))
