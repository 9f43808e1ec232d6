"""What is done with tickets."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import AnyRow
from crm_bridge.core.errors import NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.insert import insert_unless_there
from crm_bridge.core.outbox import announce
from crm_bridge.core.prepared import Runner
from crm_bridge.properties.service import in_form
from crm_bridge.tickets import repository
from crm_bridge.tickets.models import Ticket

Status = Literal["open", "pending", "closed"]
QUIET: Final = timedelta(hours=1)
_ITEM: Final = "- "


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
    properties: Mapping[str, Any] | None = None,
    now: datetime,
) -> Ticket:
    """Open a ticket. With an `occasion` ("handover:cnv_…") that has one already, that one
    is brought up to date, and opened again if it was closed. Announces ticket.opened when
    there is something new to do. Raises BadValue."""
    values: dict[str, Any] = {
        "id": new_id("tic"),
        "subject": subject,
        "body": body,
        "status": "open",
        "occasion": occasion,
        "conversation_id": conversation_id,
        "contact_id": contact_id,
        "owner": owner,
        "properties": await in_form(session, "ticket", properties or {}),
        "created_at": now,
        "updated_at": now,
    }
    if await insert_unless_there(session, Ticket, values):
        ticket = await get(session, values["id"])
        _announce_opened(session, ticket, now=now)
        return ticket
    standing = await of_occasion(session, occasion or "")
    assert standing is not None  # noqa: S101 - only its occasion can have stood in the way
    standing.subject, standing.body, standing.updated_at = subject, body, now
    standing.contact_id = contact_id or standing.contact_id
    if standing.status == "closed":
        standing.status, standing.closed_at = "open", None
        _announce_opened(session, standing, now=now)
    return standing


async def gather(
    session: AsyncSession,
    occasion: str,
    subject: Callable[[int], str],
    *,
    head: str,
    line: str,
    key: str,
    now: datetime,
) -> Ticket:
    """One ticket for many of a kind ("calendar_away:maja"): the body is `head` and one `line` for
    each `key`, the subject is told how many. One that was closed starts anew. Announces
    ticket.opened for the first line, and for one that comes after `QUIET` without any. It is
    about several people, so it is erased with none: no line may hold personal data."""
    values: dict[str, Any] = {"id": new_id("tic"), "subject": subject(0), "body": head}
    values |= {"status": "open", "occasion": occasion, "created_at": now, "updated_at": now}
    first = await insert_unless_there(session, Ticket, values)
    ticket = await repository.lock_by_occasion(session, occasion)
    lines: list[str] = []
    if ticket.status != "closed":
        told = [each for each in ticket.body.splitlines() if each.startswith(_ITEM)]
        lines = [each for each in told if not each.endswith(f"({key})")]
    if first or ticket.status == "closed" or now - ticket.updated_at > QUIET:
        _announce_opened(session, ticket, now=now)
    lines.append(f"{_ITEM}{line} ({key})")
    ticket.subject, ticket.body = subject(len(lines)), "\n".join([head, *lines])
    ticket.status, ticket.closed_at, ticket.updated_at = "open", None, now
    await session.flush()
    return ticket


def _announce_opened(session: AsyncSession, ticket: Ticket, *, now: datetime) -> None:
    data = {
        "ticket_id": ticket.id,
        "conversation_id": ticket.conversation_id,
        "occasion": (ticket.occasion or "").partition(":")[0] or None,
    }
    announce(session, "ticket.opened", data, now=now, subject_id=ticket.id)


async def row_of_occasion(on: Runner, occasion: str) -> AnyRow | None:
    """Of the ticket of an occasion: id, contact_id; None where there is none."""
    return await repository.row_of_occasion(on, occasion)


async def of_occasion(session: AsyncSession, occasion: str) -> Ticket | None:
    """The ticket that was opened for an occasion, if there is one."""
    return await repository.get_by_occasion(session, occasion)


async def update(
    session: AsyncSession, ticket_id: str, changes: Mapping[str, Any], *, now: datetime
) -> Ticket:
    """Set columns of a ticket by name. Raises TicketUnknown or BadValue."""
    ticket = await get(session, ticket_id)
    if "properties" in changes:
        owned = await in_form(session, "ticket", changes["properties"], stored=ticket.properties)
        changes = {**changes, "properties": owned}
    for field, value in changes.items():
        setattr(ticket, field, value)
    if changes.get("status") == "closed":
        ticket.closed_at = ticket.closed_at or now
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
