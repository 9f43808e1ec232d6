"""A no to mail that nobody asked for: recorded in words, and honoured.

What belongs to a meeting that was booked or a code that was asked for is always sent. An
offer (another time after a meeting was missed) is not sent to who has said no.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts import repository, service
from crm_bridge.contacts.claim import as_email
from crm_bridge.contacts.models import ContactConsent

WORDS: Final = "asked not to be written to"
VERSION: Final = "opt-out"


async def opt_out(
    session: AsyncSession, contact_id: str, *, text: str = WORDS, by: str, now: datetime
) -> None:
    """Note that a contact wants no offers. Announces contact.consent_changed, which takes the
    no to connected CRMs. Raises ContactUnknown."""
    contact = await service.get(session, contact_id)
    await service.record_consent(
        session,
        contact_id=contact.id,
        conversation_id=None,
        purpose="marketing",
        granted=False,
        text=text,
        version=f"{VERSION} by {by}",
        language=contact.language or "en",
        now=now,
    )


async def wants_no_offers(
    session: AsyncSession, *, contact_id: str | None = None, email: str | None = None
) -> bool:
    """Whether the last word of the contact, or of whoever has the address, was no. Said
    nothing is not no."""
    ids = {contact_id} if contact_id else set()
    address = as_email(email)
    if address and (owner := await repository.get_by_email(session, address)) is not None:
        ids.add(owner.id)
    for one in ids:
        last = (
            select(ContactConsent.granted)
            .where(ContactConsent.contact_id == one, ContactConsent.purpose == "marketing")
            .order_by(ContactConsent.at.desc(), ContactConsent.id.desc())
            .limit(1)
        )
        if await session.scalar(last) is False:
            return True
    return False
