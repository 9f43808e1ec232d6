"""A no to mail that nobody asked for: recorded in words, and honoured until its owner says yes.

What belongs to a meeting that was booked or a code that was asked for is always sent. An
offer (another time after a meeting was missed) is not sent to who has said no. A yes of somebody
in a chat who has not proved who they are lifts no other's no.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts import repository, service
from crm_bridge.contacts.claim import as_email
from crm_bridge.contacts.models import ContactConsent

WORDS: Final = repository.A_NO
VERSION: Final = "opt-out"
BY_VISITOR: Final = f"{VERSION} by visitor"


class Word(Protocol):
    """A yes or no as it is kept."""

    granted: bool
    verified: bool
    conversation_id: str | None
    at: datetime


def standing[Said: Word](words: Iterable[Said]) -> Said | None:
    """The word that counts, of those of one contact from the oldest on: the last, but that a
    no stands against a mere claim, unless the claim is of the chat that the no was said in."""
    stands: Said | None = None
    for word in words:
        if stands is None or stands.granted or not word.granted or _lifts(word, stands):
            stands = word
    return stands


def _lifts(yes: Word, no: Word) -> bool:
    is_mere_claim = yes.conversation_id is not None and not yes.verified
    return not is_mere_claim or yes.conversation_id == no.conversation_id


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
    """Whether the word that counts of the contact, or of whoever has the address, is no. Said
    nothing is not no."""
    ids = {contact_id} if contact_id else set()
    address = as_email(email)
    if address and (owner := await repository.get_by_email(session, address)) is not None:
        ids.add(owner.id)
    for one in ids:
        words = (
            select(ContactConsent)
            .where(ContactConsent.contact_id == one, ContactConsent.purpose == "marketing")
            .order_by(ContactConsent.at, ContactConsent.id)
        )
        word = standing(await session.scalars(words))
        if word is not None and not word.granted:
            return True
    return False
