"""Erasure and export: for the dialogue, and for staff over the public API."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from crm_bridge.privacy import service
from crm_bridge.privacy.export import PersonExport, export_contact
from crm_bridge.privacy.export_company import CompanyExport, export_company
from crm_bridge.privacy.export_page import page
from crm_bridge.settings import Settings
from crm_bridge.web.auth import PROBLEMS, ApiKey
from crm_bridge.web.dependencies import Now, Reading, Transaction
from crm_bridge.web.internal import Internal

internal = APIRouter(
    prefix="/internal/v1/conversations",
    tags=["internal"],
    dependencies=[Internal],
    include_in_schema=False,
)
router = APIRouter(
    prefix="/api/v1/contacts", tags=["contacts"], dependencies=[ApiKey], responses=PROBLEMS
)
companies = APIRouter(
    prefix="/api/v1/companies", tags=["companies"], dependencies=[ApiKey], responses=PROBLEMS
)


class Erased(BaseModel):
    """How much was erased."""

    conversations: int
    deals: int
    tickets: int
    bookings: int


@internal.post("/{conversation_id}/erase", status_code=204)
async def erase_conversation(conversation_id: str, session: Transaction, now: Now) -> None:
    """Everything of the conversation is erased as soon as the visitor has been told so;
    asked again, it is the same wish."""
    await service.request_erasure(session, conversation_id, now=now)


@router.get("/{contact_id}/export", summary="Everything about one person")
async def export(contact_id: str, request: Request, session: Transaction, now: Now) -> PersonExport:
    """All that is kept about a person, as they may ask for it."""
    folder = request.app.state.chat.files
    return await export_contact(session, contact_id, folder=folder, now=now)


@router.get(
    "/{contact_id}/export.html",
    summary="Everything about one person, to read",
    response_class=HTMLResponse,
)
async def export_to_read(
    contact_id: str, request: Request, session: Transaction, now: Now
) -> HTMLResponse:
    """The same as one page that loads nothing: for the person themself."""
    folder = request.app.state.chat.files
    return HTMLResponse(page(await export_contact(session, contact_id, folder=folder, now=now)))


@companies.get("/{company_id}/export", summary="Everything about one company")
async def export_one_company(company_id: str, session: Reading, now: Now) -> CompanyExport:
    """The company with its people, deals, tickets and notes."""
    return await export_company(session, company_id, now=now)


@router.delete("/{contact_id}", summary="Erase one person")
async def erase_contact(
    contact_id: str, request: Request, session: Transaction, now: Now
) -> Erased:
    """Erase the contact and everything about it: conversations with what was said, deals,
    tickets, activities, consents. Coming meetings are cancelled. Cannot be undone."""
    settings: Settings = request.app.state.settings
    found = await service.erase_contact(
        session, contact_id, mail_folder=settings.var / "outbox", now=now
    )
    return Erased(
        conversations=len(found.conversation_ids),
        deals=len(found.deal_ids),
        tickets=len(found.ticket_ids),
        bookings=len(found.booking_ids),
    )
