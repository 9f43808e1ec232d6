"""Look-ups with reasons, merges and suggested duplicates in the public API."""

from typing import Annotated

from fastapi import APIRouter, Query

from crm_bridge.contacts.lookup import look_up
from crm_bridge.contacts.merging import CONTACTS
from crm_bridge.contacts.views import ContactView, FoundView, LookupView
from crm_bridge.merging.endpoints import add_endpoints
from crm_bridge.web.auth import PROBLEMS, ApiKey
from crm_bridge.web.dependencies import Reading

# Before contacts/{contact_id}: these paths would be taken for ids.
router = APIRouter(
    prefix="/api/v1/contacts", tags=["contacts"], dependencies=[ApiKey], responses=PROBLEMS
)

Text = Annotated[str | None, Query(max_length=300)]


@router.get("/lookup", summary="Who could be meant, and why")
async def find(
    session: Reading,
    email: Text = None,
    phone: Text = None,
    system: Annotated[Text, Query(description="of `external_id`")] = None,
    external_id: Text = None,
    domain: Annotated[Text, Query(description="of the company")] = None,
    name: Annotated[Text, Query(description="nearly right is near enough")] = None,
) -> LookupView:
    """Contacts that fit any of what is given, each once, by its surest match."""
    external = (system, external_id) if system and external_id else None
    found = await look_up(
        session, email=email, phone=phone, external=external, domain=domain, name=name
    )
    items = [
        FoundView(
            contact=ContactView.of(one.contact),
            by=one.by,
            reason=one.reason,
            nearness=one.nearness,
        )
        for one in found
    ]
    return LookupView(items=items)


add_endpoints(router, CONTACTS, view=ContactView, of=ContactView.of)
