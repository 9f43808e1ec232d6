"""A visitor says who they are; nobody has proved it.

An address that is known leads to its contact and changes nothing of it, until its owner
has proved to be speaking: then empty fields are filled in. An unknown one
makes a new contact, which this conversation alone may go on filling in and correcting
until somebody else (a rep, the API, the owner's proof) has written to it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from crm_bridge.companies import service as companies
from crm_bridge.companies.domain import company_domain
from crm_bridge.contacts import repository
from crm_bridge.contacts.email_address import BadEmail, domain_of, email_kind, normalise_email
from crm_bridge.contacts.models import Contact, ContactEmail, ContactPhone, IdentityClaim
from crm_bridge.contacts.phone_number import BadPhone, normalise_phone
from crm_bridge.core.ids import new_id
from crm_bridge.core.insert import add_unless_there, insert_now
from crm_bridge.core.outbox import announce
from crm_bridge.core.provenance import may_replace, set_by, stamped
from parsing.fold import fold


@dataclass(frozen=True, slots=True)
class ContactClaim:
    """The contact that a conversation claims to be, whether the claim made it, and whether
    its owner has been proved to be the one who speaks."""

    contact_id: str
    created: bool
    proved: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the visitor typed, in look-up form."""

    conversation_id: str
    email: str | None
    typed_email: str
    phone: str | None
    name: str | None
    company: str | None
    language: str | None
    source: dict[str, Any]
    now: datetime

    @property
    def by(self) -> str:
        """How this conversation signs what it wrote."""
        return f"conversation:{self.conversation_id}"


async def claim(session: AsyncSession, claimed: Claimed) -> ContactClaim:
    """Find or make the contact and remember the claim. See the module's promise."""
    before = await repository.get_claim(session, claimed.conversation_id)
    own = await _own(session, claimed)
    found = await _find(session, claimed, own)
    if found is not None and (own is None or found.id != own.id):
        by = "email" if claimed.email else "phone"
        linked = await _remember(session, before, found.id, by, claimed)
        if before is not None and before.verified_at and before.contact_id == found.id:
            await _fill_in(session, found, claimed)  # their own word, proved
        await _drop_orphan(session, own, claimed)
        return linked
    made = None
    if own is None:
        own, made = await _create(session, claimed)
        if claimed.email and not await _add_email(session, own, claimed):
            return await _yield_to_other(session, own, before, claimed)
    await _fill_in(session, own, claimed, made=made)
    return await _remember(session, before, own.id, "created", claimed)


async def _own(session: AsyncSession, claimed: Claimed) -> Contact | None:
    """The contact that this conversation made, while it still speaks for it."""
    for contact in await repository.list_of_conversation(session, claimed.conversation_id):
        if contact.created_by_conversation == claimed.conversation_id:
            proved = any(row.verified_at for row in contact.reached_at)
            return None if proved else contact
    return None


async def _find(session: AsyncSession, claimed: Claimed, own: Contact | None) -> Contact | None:
    if own is not None and any(row.address == claimed.email for row in own.emails):
        return own
    if claimed.email:
        return await repository.get_by_email(session, claimed.email)
    if claimed.phone is None or own is not None:
        return None
    sharing = await repository.list_by_phone(session, claimed.phone)
    return sharing[0] if len(sharing) == 1 else None  # a switchboard tells nobody apart


async def _create(session: AsyncSession, claimed: Claimed) -> tuple[Contact, Collection[str]]:
    """A contact, and its fields that are known."""
    contact = Contact(
        id=new_id("con"),
        source=claimed.source,
        emails=[],
        phones=[],
        properties={},
        provenance={},
        created_by_conversation=claimed.conversation_id,
        created_at=claimed.now,
        updated_at=claimed.now,
    )
    known = _set_given(contact, claimed)
    await insert_now(session, contact)
    return contact, known


def _set_given(own: Contact, claimed: Claimed) -> Collection[str]:
    """Set what the visitor said and this conversation may replace; gives those fields."""
    given = {"name": claimed.name, "language": claimed.language}
    changed = {
        field: value
        for field, value in given.items()
        if value
        and value != getattr(own, field)
        and may_replace(own.provenance, field, getattr(own, field), by=claimed.by)
    }
    for field, value in changed.items():
        setattr(own, field, value)
    if changed:
        own.name_folded = fold(own.name or "").text
        own.provenance = stamped(own.provenance, changed, by=claimed.by, at=claimed.now)
    return changed


async def _yield_to_other(
    session: AsyncSession, own: Contact, before: IdentityClaim | None, claimed: Claimed
) -> ContactClaim:
    """Another conversation made the contact of this address at the same moment."""
    await session.delete(own)
    await session.flush()
    other = await repository.get_by_email(session, claimed.email or "")
    assert other is not None  # noqa: S101 - the address's row refers to it
    return await _remember(session, before, other.id, "email", claimed)


async def _fill_in(
    session: AsyncSession, own: Contact, claimed: Claimed, *, made: Collection[str] | None = None
) -> None:
    """Bring a contact up to what was said; `made` are the fields of one made just now."""
    news = {
        "emails": await _replace_email(session, own, claimed),
        "phones": await _replace_phone(session, own, claimed),
        "company_id": await _link_company(session, own, claimed),
    }
    given = _set_given(own, claimed) if made is None else made
    fields = sorted([*given, *(field for field, is_new in news.items() if is_new)])
    if made is None and not fields:
        return
    own.updated_at = claimed.now
    data = {"contact_id": own.id, "conversation_id": claimed.conversation_id, "fields": fields}
    name = "contact.changed" if made is None else "contact.created"
    announce(session, name, data, now=claimed.now, subject_id=own.id)


async def _replace_email(session: AsyncSession, own: Contact, claimed: Claimed) -> bool:
    if claimed.email is None or any(row.address == claimed.email for row in own.emails):
        return False
    for row in [row for row in own.emails if row.added_by == claimed.by]:
        await session.delete(row)
    await session.flush()
    await session.refresh(own, ["emails"])
    return await _add_email(session, own, claimed)


async def _add_email(session: AsyncSession, own: Contact, claimed: Claimed) -> bool:
    address = claimed.email or ""
    row = ContactEmail(
        address=address,
        contact_id=own.id,
        typed=claimed.typed_email,
        kind=email_kind(address),
        added_by=claimed.by,
        added_at=claimed.now,
    )
    if not await add_unless_there(session, row):
        return False
    set_committed_value(own, "emails", [*own.emails, row])
    return True


async def _replace_phone(session: AsyncSession, own: Contact, claimed: Claimed) -> bool:
    if claimed.phone is None or any(row.number == claimed.phone for row in own.phones):
        return False
    for row in [row for row in own.phones if row.added_by == claimed.by]:
        own.phones.remove(row)
    new = ContactPhone(
        contact_id=own.id,
        number=claimed.phone,
        typed=claimed.phone,
        added_by=claimed.by,
        added_at=claimed.now,
    )
    await insert_now(session, new)
    set_committed_value(own, "phones", [*own.phones, new])
    return True


async def _link_company(session: AsyncSession, own: Contact, claimed: Claimed) -> bool:
    if not may_replace(own.provenance, "company_id", own.company_id, by=claimed.by):
        return False
    alone = own.company_id and not await repository.count_colleagues(
        session, own.company_id, own.id
    )
    match = await companies.match_for_visitor(
        session,
        name=claimed.company,
        domain=company_domain(domain_of(claimed.email)) if claimed.email else None,
        conversation_id=claimed.conversation_id,
        previous_id=own.company_id if alone else None,
        now=claimed.now,
    )
    if match is None or match.company_id == own.company_id:
        return False
    own.company_id, own.company_matched_by = match.company_id, match.by
    own.provenance = stamped(own.provenance, ["company_id"], by=claimed.by, at=claimed.now)
    return True


async def _drop_orphan(session: AsyncSession, own: Contact | None, claimed: Claimed) -> None:
    """The address was corrected to one that is known: the contact made for the wrong one
    goes, unless others have come to use it."""
    if own is None or not only_of(own, claimed.conversation_id):
        return
    if not await repository.other_claims(session, own.id, claimed.conversation_id):
        await session.delete(own)
        await session.flush()


def only_of(contact: Contact, conversation_id: str) -> bool:
    """Whether the visitor of this conversation made the contact and nobody else has proved
    or written anything of it."""
    by = f"conversation:{conversation_id}"
    setters = {set_by(contact.provenance, field) or "" for field in contact.provenance}
    return (
        contact.created_by_conversation == conversation_id
        and all(setter == by or setter.startswith("derived:") for setter in setters)
        and all(row.added_by == by and row.verified_at is None for row in contact.reached_at)
    )


async def _remember(
    session: AsyncSession,
    before: IdentityClaim | None,
    contact_id: str,
    matched_by: str,
    claimed: Claimed,
) -> ContactClaim:
    made_before = before is not None and before.contact_id == contact_id
    remembered = before or IdentityClaim(conversation_id=claimed.conversation_id)
    remembered.contact_id, remembered.matched_by = contact_id, matched_by
    remembered.email, remembered.phone = claimed.email, claimed.phone
    remembered.at = claimed.now
    if before is None:
        await insert_now(session, remembered)
    elif not made_before:
        remembered.verified_at = None
    await session.flush()
    return ContactClaim(
        contact_id=contact_id,
        created=matched_by == "created" and not made_before,
        proved=remembered.verified_at is not None,
    )


def as_email(text: str | None) -> str | None:
    """The look-up form of what was stored as an e-mail answer; never raises, because a
    lead is worth more than a perfect address."""
    if not text:
        return None
    try:
        return normalise_email(text)
    except BadEmail:
        return text.strip().lower() if "@" in text else None


def as_phone(text: str | None) -> str | None:
    """The look-up form of what was stored as a phone answer, or None when it is none."""
    try:
        return normalise_phone(text) if text else None
    except BadPhone:
        return None
