"""Contacts in the public API."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import service as companies
from crm_bridge.contacts import opt_out, repository, service
from crm_bridge.contacts.bounce import note_bounces
from crm_bridge.contacts.claim import as_email, as_phone
from crm_bridge.contacts.models import Contact
from crm_bridge.contacts.views import Bounce, ConsentView, ContactCard, ContactChanges, ContactView
from crm_bridge.web.auth import PROBLEMS, ApiKey, CallerKey
from crm_bridge.web.dependencies import Now, Reading, Transaction
from crm_bridge.web.idempotency import Once
from crm_bridge.web.pagination import PageView, Paging, page_view

router = APIRouter(
    prefix="/api/v1/contacts", tags=["contacts"], dependencies=[ApiKey], responses=PROBLEMS
)

Text = Annotated[str | None, Query(max_length=300)]


@router.get("", summary="Find contacts")
async def list_contacts(
    session: Reading,
    page: Paging,
    email: Annotated[Text, Query(description="an address as anybody writes it")] = None,
    phone: Annotated[Text, Query(description="a number with its country code")] = None,
    query: Annotated[Text, Query(description="words of a name, address or number")] = None,
    company_id: Text = None,
    lifecycle_stage: Text = None,
    owner: Text = None,
) -> PageView[ContactView]:
    """Contacts that fit every filter, newest first. Letters are compared without case and
    diacritics; an address or number that cannot be one finds nobody."""
    address, number = as_email(email), as_phone(phone)
    if (email and not address) or (phone and not number):
        return PageView(items=[], next=None)
    found = await repository.list_page(
        session,
        page,
        email=address,
        phone=number,
        query=query,
        company_id=company_id,
        lifecycle_stage=lifecycle_stage,
        owner=owner,
    )

    def view(row: Contact) -> ContactView:
        matched_by = "email" if address else "phone" if number else None
        return ContactView.of(row).model_copy(update={"matched_by": matched_by})

    return page_view(found, view)


@router.post("", status_code=201, summary="Add a contact")
async def add_contact(
    new: ContactChanges, session: Transaction, now: Now, once: Once, caller: CallerKey
) -> ContactView:
    """Add a contact. 409 `contact_email_taken` when another contact has the address."""

    async def work() -> ContactView:
        await _check_company(session, new)
        by = f"api:{caller.key_id}"
        return ContactView.of(await service.create(session, new.given(), by=by, now=now))

    return await once.answer(session, ContactView, work)


@router.get("/{contact_id}", summary="One contact with its consents")
async def get_contact(contact_id: str, session: Reading) -> ContactCard:
    """A contact whole, with the history of its consents."""
    contact = await service.get(session, contact_id)
    consents = await repository.consents_of(session, contact_id)
    return ContactCard(
        **ContactView.of(contact).model_dump(), consents=[ConsentView.of(row) for row in consents]
    )


@router.post("/{contact_id}/opt-out", status_code=204, summary="No offers by mail from now on")
async def opt_out_of_offers(
    contact_id: str, session: Transaction, now: Now, caller: CallerKey
) -> None:
    """Note that the person wants no offers: kept with its time, honoured by this house, and
    told to connected CRMs. Invitations and what else they ask for still reach them."""
    await opt_out.opt_out(session, contact_id, by=f"api:{caller.key_id}", now=now)


@router.post("/bounces", status_code=204, summary="Mail to an address came back")
async def note_bounce(came_back: Bounce, session: Transaction, now: Now) -> None:
    """For mail providers' webhooks: the address counts as stale, and stands in the report of
    what is wrong, until its owner proves it anew. The same answer whether it is known or not."""
    await note_bounces(session, [came_back.email], now=now)


@router.patch("/{contact_id}", summary="Change a contact")
async def change_contact(
    contact_id: str,
    changes: ContactChanges,
    session: Transaction,
    now: Now,
    once: Once,
    caller: CallerKey,
) -> ContactView:
    """Set the fields that were sent; each keeps who set it and when."""

    async def work() -> ContactView:
        await _check_company(session, changes)
        by = f"api:{caller.key_id}"
        contact = await service.update(session, contact_id, changes.given(), by=by, now=now)
        return ContactView.of(contact)

    return await once.answer(session, ContactView, work)


async def _check_company(session: AsyncSession, changes: ContactChanges) -> None:
    if changes.company_id is not None:
        await companies.get(session, changes.company_id)
