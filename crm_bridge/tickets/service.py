"""What is done with tickets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.errors import NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.insert import insert_unless_there
from crm_bridge.core.outbox import announce
from crm_bridge.tickets import repository
from crm_bridge.tickets.models import Ticket

Status = Literal["open", "pending", "closed"]


class TicketUnknown(NotFound):
    code = "ticket_unknown"


async def get(session: AsyncSession, ticket_id: str) -> Ticket:
    """The ticket of that id. Raises TicketUnknown."""
    ticket = await session.get(Ticket, ticket_id)
    if ticket is None:
        raise TicketUnknown(f"there is no ticket {ticket_id}")
    return ticket


async def open_ticket(
    session: AsyncSession,
    subject: str,
    *,
    body: str = "",
    conversation_id: str | None = None,
    contact_id: str | None = None,
    owner: str | None = None,
    occasion: str | None = None,
    now: datetime,
) -> Ticket:
    """Open a ticket. With an `occasion` ("handover:cnv_…") that has an open ticket, that
    one gets the new subject and body instead. Announces ticket.opened once."""
    values: dict[str, Any] = {
        "id": new_id("tic"),
        "subject": subject,
        "body": body,
        "status": "open",
        "occasion": occasion,
        "conversation_id": conversation_id,
        "contact_id": contact_id,
        "owner": owner,
        "created_at": now,
        "updated_at": now,
    }
    if await insert_unless_there(session, Ticket, values):
        data = {"ticket_id": values["id"], "conversation_id": conversation_id}
        announce(session, "ticket.opened", data, now=now, subject_id=values["id"])
        return await get(session, values["id"])
    ticket = await repository.get_by_occasion(session, occasion or "")
    assert ticket is not None  # noqa: S101 - only its occasion can have stood in the way
    ticket.subject, ticket.body, ticket.updated_at = subject, body, now
    ticket.contact_id = contact_id or ticket.contact_id
    return ticket


async def update(
    session: AsyncSession, ticket_id: str, changes: Mapping[str, Any], *, now: datetime
) -> Ticket:
    """Set columns of a ticket by name; closing it frees its occasion. Raises TicketUnknown."""
    ticket = await get(session, ticket_id)
    for field, value in changes.items():
        setattr(ticket, field, value)
    if changes.get("status") == "closed":
        ticket.closed_at, ticket.occasion = ticket.closed_at or now, None
    elif "status" in changes:
        ticket.closed_at = None
    ticket.updated_at = now
    await session.flush()
    return ticket


async def erase(
    session: AsyncSession, conversation_ids: Sequence[str], contact_id: str | None
) -> Sequence[str]:
    """Delete the tickets of these conversations and of a contact; their ids."""
    ticket_ids = await repository.ids_of(session, conversation_ids, contact_id)
    await repository.remove(session, ticket_ids)
    return ticket_ids
