"""All SQL about tickets."""

from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import ColumnElement, Table, bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import AnyRow
from crm_bridge.core.pagination import Page, PageRequest, fetch_page
from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.tickets.models import Ticket

_ticket = cast("Table", Ticket.__table__)
_OPENED_FOR: Final = Prepared(
    select(_ticket.c.id, _ticket.c.contact_id).where(_ticket.c.occasion == bindparam("of"))
)


async def row_of_occasion(on: Runner, occasion: str) -> AnyRow | None:
    """Of the ticket of an occasion: id, contact_id."""
    row: AnyRow | None = await _OPENED_FOR.one(on, {"of": occasion})
    return row


async def get_by_occasion(session: AsyncSession, occasion: str) -> Ticket | None:
    """The ticket of an occasion."""
    statement = select(Ticket).where(Ticket.occasion == occasion)
    return (await session.scalars(statement)).one_or_none()


async def lock_by_occasion(session: AsyncSession, occasion: str) -> Ticket:
    """The ticket of an occasion as it is now, kept from others until the transaction ends."""
    statement = select(Ticket).where(Ticket.occasion == occasion)
    statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(statement)).one()


async def list_page(
    session: AsyncSession,
    page: PageRequest,
    *,
    status: str | None = None,
    contact_id: str | None = None,
    conversation_id: str | None = None,
    owner: str | None = None,
) -> Page[Ticket]:
    """Tickets that fit every filter given, newest first."""
    statement = select(Ticket)
    filters = {
        Ticket.status: status,
        Ticket.contact_id: contact_id,
        Ticket.conversation_id: conversation_id,
        Ticket.owner: owner,
    }
    for column, wanted in filters.items():
        if wanted is not None:
            statement = statement.where(column == wanted)
    return await fetch_page(session, statement, page, by=[Ticket.id])


async def ids_of(
    session: AsyncSession, conversation_ids: Sequence[str], contact_id: str | None
) -> Sequence[str]:
    """The tickets of these conversations and of a contact."""
    wanted: list[ColumnElement[bool]] = [Ticket.conversation_id.in_(conversation_ids)]
    if contact_id is not None:
        wanted.append(Ticket.contact_id == contact_id)
    return (await session.scalars(select(Ticket.id).where(or_(*wanted)))).all()


async def remove(session: AsyncSession, ticket_ids: Sequence[str]) -> None:
    """Delete tickets."""
    await session.execute(delete(Ticket).where(Ticket.id.in_(ticket_ids)))
