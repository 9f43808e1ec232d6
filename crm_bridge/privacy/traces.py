"""Which records are about one person, and which of them go when they ask to be forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import repository as bookings
from crm_bridge.companies import service as companies
from crm_bridge.contacts import repository as contacts
from crm_bridge.contacts import service as contact_service
from crm_bridge.contacts.models import Contact
from crm_bridge.deals import repository as deals
from crm_bridge.privacy import repository
from crm_bridge.tickets import repository as tickets


@dataclass(frozen=True, slots=True)
class Traces:
    """The ids of everything about a person. `contact_id` is set only where the contact
    itself is theirs to erase; `kept_contact_ids` are contacts that they merely claimed to
    be, which others' word or work stands behind; `former_ids` contacts that were merged into
    theirs; `marks` are strings (addresses, meetings' UIDs) by which mail to them is known,
    `addresses` and `numbers` what gives them away in what others have sent, `names` what
    does in what we noted ourselves (a given name alone is anybody's)."""

    conversation_ids: tuple[str, ...]
    contact_id: str | None = None
    kept_contact_ids: tuple[str, ...] = ()
    company_ids: tuple[str, ...] = ()
    deal_ids: tuple[str, ...] = ()
    ticket_ids: tuple[str, ...] = ()
    booking_ids: tuple[str, ...] = ()
    former_ids: tuple[str, ...] = ()
    marks: frozenset[str] = field(default_factory=frozenset)
    addresses: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def record_ids(self) -> tuple[str, ...]:
        """Every id, for what refers to records by name (outbox, stored answers)."""
        own = (*([self.contact_id] if self.contact_id else []), *self.former_ids)
        records = (*self.company_ids, *self.deal_ids, *self.ticket_ids, *self.booking_ids)
        return (*self.conversation_ids, *own, *records)


async def of_contact(session: AsyncSession, contact_id: str) -> Traces:
    """Everything about a contact, with every conversation that is linked to it or claims
    to be it. Raises ContactUnknown."""
    contact = await contact_service.get(session, contact_id)
    linked = await repository.conversations_of(session, contact_id)
    claiming = await contacts.conversations_claiming(session, contact_id)
    came_in = [contact.created_by_conversation] if contact.created_by_conversation else []
    conversation_ids = tuple(dict.fromkeys([*linked, *claiming, *came_in]))
    return await _gather(session, conversation_ids, contact, ())


async def of_conversation(session: AsyncSession, conversation_id: str) -> Traces:
    """Everything that the visitor of a conversation left.

    The contact is theirs if they have proved it, or if it is of this conversation's making
    and nobody else says to be it; a contact that was there before is not.
    """
    kept: list[str] = []
    own: Contact | None = None
    claimed = await contacts.get_claim(session, conversation_id)
    for contact in await contacts.list_of_conversation(session, conversation_id):
        proved = (
            claimed is not None
            and claimed.verified_at is not None
            and claimed.contact_id == contact.id
        )
        if proved:
            return await of_contact(session, contact.id)
        others = await contacts.other_claims(session, contact.id, conversation_id)
        if contact_service.only_of(contact, conversation_id) and not others:
            own = contact
        else:
            kept.append(contact.id)
    return await _gather(session, (conversation_id,), own, tuple(kept))


async def _gather(
    session: AsyncSession,
    conversation_ids: tuple[str, ...],
    contact: Contact | None,
    kept: tuple[str, ...],
) -> Traces:
    contact_id = contact.id if contact else None
    if contact is not None:
        addresses = [email.address for email in contact.emails]
        await repository.adopt_bookings(session, contact.id, addresses)
    booked = await bookings.of_people(session, conversation_ids, contact_id)
    emails = contact.emails if contact else []
    written = [form for email in emails for form in (email.address, email.typed)]
    uids = [booking.uid for booking in booked]
    return Traces(
        conversation_ids=conversation_ids,
        contact_id=contact_id,
        kept_contact_ids=kept,
        company_ids=await _own_companies(session, conversation_ids, contact),
        deal_ids=tuple(await deals.ids_of(session, conversation_ids, contact_id)),
        ticket_ids=tuple(await tickets.ids_of(session, conversation_ids, contact_id)),
        booking_ids=tuple(booking.id for booking in booked),
        former_ids=tuple(await contacts.merged_into_it(session, contact_id)) if contact_id else (),
        marks=frozenset([*written, *uids]),
        addresses=tuple(written),
        numbers=tuple(phone.number for phone in contact.phones) if contact else (),
        names=(contact.name,) if contact and contact.name and " " in contact.name else (),
    )


async def _own_companies(
    session: AsyncSession, conversation_ids: Sequence[str], contact: Contact | None
) -> tuple[str, ...]:
    """Companies that these conversations named first, untouched since and nobody else's;
    and a sole trader's, which is the person's own."""
    contact_id = contact.id if contact else None
    made = list(await companies.made_in(session, conversation_ids))
    if contact is not None and contact.company_id is not None:
        company = await companies.get(session, contact.company_id)
        if company.properties.get(companies.SOLE_TRADER) and company.id not in made:
            made.append(company.id)
    alone = []
    for company_id in made:
        if not await contacts.count_colleagues(session, company_id, contact_id):
            alone.append(company_id)
    return tuple(alone)
