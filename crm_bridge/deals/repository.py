"""All SQL about deals."""

from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import AnyRow
from crm_bridge.core.pagination import Page, PageRequest, fetch_page
from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.deals.models import Deal

_deal = cast("Table", Deal.__table__)
_LED_TO: Final = Prepared(
    select(
        _deal.c.id, _deal.c.name, _deal.c.amount_minor, _deal.c.currency,
        _deal.c.contact_id, _deal.c.company_id,
    ).where(_deal.c.conversation_id == bindparam("of"))
)  # fmt: skip


async def row_of_conversation(on: Runner, conversation_id: str) -> AnyRow | None:
    """Of the deal that a conversation led to: id, name, amount_minor, currency, contact_id,
    company_id."""
    row: AnyRow | None = await _LED_TO.one(on, {"of": conversation_id})
    return row


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
