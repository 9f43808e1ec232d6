"""Tickets in the public API."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts import service as contacts
from crm_bridge.tickets import repository, service
from crm_bridge.tickets.service import Status
from crm_bridge.tickets.views import NewTicket, TicketChanges, TicketView
from crm_bridge.web.auth import PROBLEMS, ApiKey
from crm_bridge.web.dependencies import Now, Reading, Transaction
from crm_bridge.web.idempotency import Once
from crm_bridge.web.pagination import PageView, Paging, page_view

router = APIRouter(
    prefix="/api/v1/tickets", tags=["tickets"], dependencies=[ApiKey], responses=PROBLEMS
)

Text = Annotated[str | None, Query(max_length=300)]


@router.get("", summary="Find tickets")
async def list_tickets(
    session: Reading,
    page: Paging,
    status: Status | None = None,
    contact_id: Text = None,
    conversation_id: Text = None,
    owner: Text = None,
) -> PageView[TicketView]:
    """Tickets that fit every filter, newest first."""
    found = await repository.list_page(
        session,
        page,
        status=status,
        contact_id=contact_id,
        conversation_id=conversation_id,
        owner=owner,
    )
    return page_view(found, TicketView.of)


@router.post("", status_code=201, summary="Open a ticket")
async def add_ticket(new: NewTicket, session: Transaction, now: Now, once: Once) -> TicketView:
    """Open a ticket by hand."""

    async def work() -> TicketView:
        await _check_contact(session, new.contact_id)
        fields = new.model_dump(exclude={"subject"})
        return TicketView.of(await service.open_ticket(session, new.subject, **fields, now=now))

    return await once.answer(session, TicketView, work)


@router.get("/{ticket_id}", summary="One ticket")
async def get_ticket(ticket_id: str, session: Reading) -> TicketView:
    """A ticket."""
    return TicketView.of(await service.get(session, ticket_id))


@router.patch("/{ticket_id}", summary="Change a ticket")
async def change_ticket(
    ticket_id: str, changes: TicketChanges, session: Transaction, now: Now, once: Once
) -> TicketView:
    """Set the fields that were sent."""

    async def work() -> TicketView:
        await _check_contact(session, changes.contact_id)
        return TicketView.of(await service.update(session, ticket_id, changes.given(), now=now))

    return await once.answer(session, TicketView, work)


async def _check_contact(session: AsyncSession, contact_id: str | None) -> None:
    if contact_id is not None:
        await contacts.get(session, contact_id)
