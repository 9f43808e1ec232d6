"""What is done with derived values: told to the dialogue, stored where nothing was.

A value that somebody gave is never replaced; one that was derived before may be, when a
stronger sign comes. Each keeps what it was derived from.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.dialogue import LookupView
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.claim import as_email
from crm_bridge.contacts.models import Contact
from crm_bridge.conversations import service as conversations
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.errors import NotFound
from crm_bridge.core.outbox import Event
from crm_bridge.core.provenance import may_replace, stamped
from crm_bridge.enrichment.derive import Signs, address_facts, derive


def look_up(email: str) -> LookupView:
    """What may be said aloud about an address to somebody who has not proved it is theirs.

    Computed from its letters alone: the CRM is not asked, so neither the answer nor the
    time it takes can tell whether the address is known.
    """
    facts = address_facts(as_email(email) or email.strip().lower())
    return LookupView(
        kind=facts.kind,
        domain=facts.domain,
        company_guess=facts.company_guess,
        country=facts.country,
    )


async def enrich_contact(
    session: AsyncSession, contact_id: str, *, conversation_id: str | None, now: datetime
) -> tuple[str, ...]:
    """Fill in what follows from a contact's addresses, numbers and the browser of the
    conversation; gives the fields that changed. An unknown contact has none."""
    contact = await contacts.by_id(session, contact_id)
    if contact is None:
        return ()
    signs = await _signs(session, contact, conversation_id)
    changed = []
    for field, found in derive(signs).items():
        by = f"derived:{found.sign}"
        present = getattr(contact, field)
        if present != found.value and may_replace(contact.provenance, field, present, by=by):
            setattr(contact, field, found.value)
            contact.provenance = stamped(contact.provenance, [field], by=by, at=now)
            changed.append(field)
    if changed:
        contact.updated_at = now
    return tuple(changed)


async def _signs(session: AsyncSession, contact: Contact, conversation_id: str | None) -> Signs:
    timezone = locale = None
    if conversation_id is not None:
        try:
            conversation = await conversations.row(session, conversation_id)
        except NotFound:  # erased meanwhile
            pass
        else:
            timezone, locale = conversation.timezone, conversation.locale
    return Signs(
        email=contact.emails[0].address if contact.emails else None,
        phone=contact.phones[0].number if contact.phones else None,
        timezone=timezone,
        locale=locale,
        language=contact.language,
    )


class ContactEnricher:
    """Handler of contact.created and contact.changed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, event: Event) -> None:
        async with self._database.transaction() as session:
            await enrich_contact(
                session,
                event.data["contact_id"],
                conversation_id=event.data.get("conversation_id"),
                now=self._clock.now(),
            )
