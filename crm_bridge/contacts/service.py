"""What is done with contacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts import repository
from crm_bridge.contacts.claim import Claimed, ContactClaim, as_email, as_phone, only_of
from crm_bridge.contacts.claim import claim as _claim
from crm_bridge.contacts.email_address import email_kind, normalise_email
from crm_bridge.contacts.lifecycle import Stage, furthest
from crm_bridge.contacts.models import (
    Contact,
    ContactConsent,
    ContactEmail,
    ContactPhone,
    IdentityProof,
)
from crm_bridge.contacts.phone_number import normalise_phone
from crm_bridge.core.database import AnyRow
from crm_bridge.core.errors import Conflict, NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.insert import insert_unless_there
from crm_bridge.core.outbox import announce
from crm_bridge.core.prepared import Runner
from crm_bridge.core.provenance import stamped
from crm_bridge.properties import service as properties
from parsing.fold import fold

__all__ = ["ContactClaim", "only_of"]

Purpose = Literal["processing", "marketing"]


class ContactUnknown(NotFound):
    code = "contact_unknown"


class EmailTaken(Conflict):
    code = "contact_email_taken"


@dataclass(frozen=True, slots=True)
class ContactMatch:
    """A contact that a look-up found, and by what."""

    contact: Contact
    by: Literal["email", "phone"]


async def by_id(session: AsyncSession, contact_id: str) -> Contact | None:
    """The contact of that id, if there is one."""
    return await repository.get(session, contact_id)


async def get(session: AsyncSession, contact_id: str) -> Contact:
    """The contact of that id. Raises ContactUnknown, which names the contact that one was
    merged into."""
    contact = await by_id(session, contact_id)
    if contact is None:
        if (kept_id := await repository.merged_into(session, contact_id)) is not None:
            said = f"{contact_id} was merged into {kept_id}"
            raise ContactUnknown(said, merged_into=kept_id)
        raise ContactUnknown(f"there is no contact {contact_id}")
    return contact


async def find(
    session: AsyncSession, *, email: str | None = None, phone: str | None = None
) -> list[ContactMatch]:
    """The contacts behind an address or a number as somebody wrote it, e-mail first."""
    matches: dict[str, ContactMatch] = {}
    address, number = as_email(email), as_phone(phone)
    if address and (contact := await repository.get_by_email(session, address)) is not None:
        matches[contact.id] = ContactMatch(contact, "email")
    if number:
        for contact in await repository.list_by_phone(session, number):
            matches.setdefault(contact.id, ContactMatch(contact, "phone"))
    return list(matches.values())


async def claim(
    session: AsyncSession,
    *,
    conversation_id: str,
    email: str | None = None,
    phone: str | None = None,
    name: str | None = None,
    company: str | None = None,
    language: str | None = None,
    source: Mapping[str, Any] | None = None,
    now: datetime,
) -> ContactClaim:
    """Link a conversation to the contact its visitor says they are; never raises.

    Call it whenever one of these answers is new. A contact that was there before is only
    linked; one that this conversation made is filled in and corrected (`contacts.claim`).
    """
    claimed = Claimed(
        conversation_id=conversation_id,
        email=as_email(email),
        typed_email=(email or "").strip(),
        phone=as_phone(phone),
        name=name,
        company=company,
        language=language,
        source=dict(source or {}),
        now=now,
    )
    return await _claim(session, claimed)


async def create(
    session: AsyncSession, values: Mapping[str, Any], *, by: str, now: datetime
) -> Contact:
    """Make a contact from columns by name, `emails` and `phones` (whole lists).

    Raises BadEmail, BadPhone or EmailTaken.
    """
    contact = Contact(
        id=new_id("con"),
        emails=[],
        phones=[],
        source={},
        properties={},
        provenance={},
        created_at=now,
        updated_at=now,
    )
    session.add(contact)
    await session.flush()
    await _set(session, contact, values, by=by, now=now, fresh=True)
    announce(session, "contact.created", {"contact_id": contact.id}, now=now, subject_id=contact.id)
    return contact


async def update(
    session: AsyncSession, contact_id: str, changes: Mapping[str, Any], *, by: str, now: datetime
) -> Contact:
    """Set fields of a contact: columns by name, `emails` and `phones` (whole lists).

    Raises ContactUnknown, BadEmail, BadPhone or EmailTaken.
    """
    contact = await get(session, contact_id)
    await _set(session, contact, changes, by=by, now=now)
    data = {"contact_id": contact.id, "fields": sorted(changes)}
    announce(session, "contact.changed", data, now=now, subject_id=contact.id)
    return contact


async def _set(
    session: AsyncSession,
    contact: Contact,
    changes: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
    fresh: bool = False,
) -> None:
    if fresh or "properties" in changes:
        given = changes.get("properties", {})
        stored = None if fresh else contact.properties
        owned = await properties.in_form(session, "contact", given, stored=stored)
        changes = {**changes, "properties": owned} if owned or given else changes
    for name, value in changes.items():
        if name not in ("emails", "phones"):
            setattr(contact, name, value)
    if "name" in changes:
        contact.name_folded = fold(contact.name or "").text
    if "company_id" in changes:
        contact.company_matched_by = None
    if "emails" in changes:
        await _set_emails(session, contact, changes["emails"], by=by, now=now)
    if "phones" in changes:
        await _set_phones(session, contact, changes["phones"], by=by, now=now)
    contact.provenance = stamped(contact.provenance, changes, by=by, at=now)
    contact.updated_at = now
    await session.flush()


async def _set_emails(
    session: AsyncSession, contact: Contact, typed: Sequence[str], *, by: str, now: datetime
) -> None:
    wanted = {normalise_email(text): text for text in typed}
    order = list(wanted)
    for row in contact.emails:
        if row.address in wanted:
            row.position = order.index(row.address)
        else:
            await session.delete(row)
    await session.flush()
    present = {row.address for row in contact.emails}
    for address in [address for address in wanted if address not in present]:
        values = {
            "address": address,
            "contact_id": contact.id,
            "typed": wanted[address],
            "position": order.index(address),
            "kind": email_kind(address),
            "added_by": by,
            "added_at": now,
        }
        if not await insert_unless_there(session, ContactEmail, values):
            raise EmailTaken(f"another contact has {address}", email=address)
    await session.refresh(contact, ["emails"])


async def _set_phones(
    session: AsyncSession, contact: Contact, typed: Sequence[str], *, by: str, now: datetime
) -> None:
    wanted = {normalise_phone(text, region=contact.country): text for text in typed}
    order = list(wanted)
    for row in contact.phones:
        if row.number in wanted:
            row.position = order.index(row.number)
        else:
            await session.delete(row)
    present = {row.number for row in contact.phones}
    for number in [number for number in wanted if number not in present]:
        session.add(
            ContactPhone(
                contact_id=contact.id,
                number=number,
                typed=wanted[number],
                position=order.index(number),
                added_by=by,
                added_at=now,
            )
        )
    await session.flush()
    await session.refresh(contact, ["phones"])


async def advance_stage(
    session: AsyncSession, contact_id: str, stage: Stage, *, now: datetime
) -> None:
    """Move a contact forward to a life-cycle stage; never back."""
    contact = await get(session, contact_id)
    further = furthest(contact.lifecycle_stage, stage)
    if further != contact.lifecycle_stage:
        contact.lifecycle_stage = further
        contact.updated_at = now


async def record_consent(
    session: AsyncSession,
    *,
    contact_id: str | None,
    conversation_id: str | None,
    purpose: Purpose,
    granted: bool,
    text: str,
    version: str,
    language: str,
    verified: bool = False,
    consent_id: str | None = None,
    now: datetime,
) -> None:
    """Keep what somebody agreed to (or took back), in the words and version shown to them.

    `verified` tells whether they had proved the address to be theirs. With a `consent_id`
    (of an event that may be heard twice) it is kept once. Announces contact.consent_changed.
    """
    values = {
        "id": consent_id or new_id("cns"),
        "contact_id": contact_id,
        "conversation_id": conversation_id,
        "purpose": purpose,
        "granted": granted,
        "text": text,
        "version": version,
        "language": language,
        "verified": verified,
        "at": now,
    }
    is_new = await insert_unless_there(session, ContactConsent, values)
    if is_new and contact_id is not None:
        data = {"contact_id": contact_id, "purpose": purpose}
        announce(session, "contact.consent_changed", data, now=now, subject_id=contact_id)


async def claimed_contact(session: AsyncSession, conversation_id: str) -> Contact | None:
    """The contact that the visitor of a conversation says they are."""
    claimed = await repository.get_claim(session, conversation_id)
    return await repository.get(session, claimed.contact_id) if claimed else None


async def claimed_row(on: Runner, conversation_id: str) -> AnyRow | None:
    """Of the same contact alone: id, company_id."""
    return await repository.claimed_row(on, conversation_id)


async def proved_contact(session: AsyncSession, conversation_id: str) -> Contact | None:
    """The same, once they have proved it (by a code, a link, or the host site's word)."""
    claimed = await repository.get_claim(session, conversation_id)
    proved = claimed is not None and claimed.verified_at is not None
    return await session.get(Contact, claimed.contact_id) if claimed and proved else None


async def withdraw(
    session: AsyncSession, contact_id: str, conversation_id: str, *, now: datetime
) -> None:
    """Take back from a contact that stays what one conversation wrote of it: the fields
    that are its word alone, and its addresses and numbers that nobody else claims.

    Where a colleague or the owner has written to the contact too, everything stays: that
    is a person's decision.
    """
    contact = await session.get(Contact, contact_id)
    if contact is None or not only_of(contact, conversation_id):
        return
    claims = await repository.other_claims(session, contact_id, conversation_id)
    said = {value for claim in claims for value in (claim.email, claim.phone)}
    for field in contact.provenance:
        setattr(contact, field, None)
    contact.name_folded, contact.provenance, contact.source = "", {}, {}
    contact.company_matched_by = None
    for email in contact.emails:
        if email.address in said:
            email.typed = email.address
        else:
            await session.delete(email)
    for phone in contact.phones:
        if phone.number not in said:
            await session.delete(phone)
    contact.updated_at = now
    await session.flush()


async def forget_proof(session: AsyncSession, conversation_id: str) -> None:
    """Forget which address a conversation had a code sent to."""
    if (proof := await session.get(IdentityProof, conversation_id)) is not None:
        await session.delete(proof)


async def erase(
    session: AsyncSession, conversation_ids: Sequence[str], contact_id: str | None
) -> None:
    """Delete a contact whole, and what the conversations left at contacts that stay."""
    if contact_id is not None:
        await repository.delete_contact(session, contact_id)
    await repository.delete_traces(session, conversation_ids)
