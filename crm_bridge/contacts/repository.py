"""All SQL about contacts."""

from collections.abc import Collection, Sequence
from typing import Final, cast

from sqlalchemy import Select, Table, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from crm_bridge.contacts.models import (
    Contact,
    ContactConsent,
    ContactEmail,
    ContactMerge,
    ContactPhone,
    IdentityClaim,
    IdentityProof,
)
from crm_bridge.core.database import AnyRow
from crm_bridge.core.pagination import Page, PageRequest, fetch_page
from crm_bridge.core.prepared import Prepared, Runner
from parsing.fold import fold

# one statement where the relations' own loading takes three; for a contact or a few
_WHOLE = (joinedload(Contact.emails), joinedload(Contact.phones))
A_NO: Final = "asked not to be written to"
FEWEST_DIGITS = 4  # of a phone number, before a search looks for it


_BY_EMAIL = (
    select(Contact)
    .options(*_WHOLE)
    .where(
        Contact.id
        == select(ContactEmail.contact_id)
        .where(ContactEmail.address == bindparam("email"))
        .scalar_subquery()
    )
)


_contact = cast("Table", Contact.__table__)
_claim = cast("Table", IdentityClaim.__table__)
_CLAIMED: Final = Prepared(
    select(_contact.c.id, _contact.c.company_id)
    .join(_claim, _claim.c.contact_id == _contact.c.id)
    .where(_claim.c.conversation_id == bindparam("of"))
)


async def claimed_row(on: Runner, conversation_id: str) -> AnyRow | None:
    """Of the contact that a conversation claims to be: id, company_id."""
    row: AnyRow | None = await _CLAIMED.one(on, {"of": conversation_id})
    return row


async def get(session: AsyncSession, contact_id: str) -> Contact | None:
    """The contact of that id."""
    return await session.get(Contact, contact_id, options=_WHOLE)


async def get_by_email(session: AsyncSession, address: str) -> Contact | None:
    """The contact that has this address (in its look-up form)."""
    return (await session.scalars(_BY_EMAIL, {"email": address})).unique().one_or_none()


async def merged_into(session: AsyncSession, contact_id: str) -> str | None:
    """The contact that this one became part of, if it did."""
    statement = (
        select(ContactMerge.kept_id)
        .where(ContactMerge.gone_id == contact_id, ContactMerge.undone_at.is_(None))
        .order_by(ContactMerge.at.desc())
        .limit(1)
    )
    return (await session.scalars(statement)).first()


async def merged_into_it(session: AsyncSession, contact_id: str) -> Sequence[str]:
    """The contacts that became part of this one."""
    merged = ContactMerge.kept_id == contact_id, ContactMerge.undone_at.is_(None)
    return (await session.scalars(select(ContactMerge.gone_id).where(*merged))).all()


async def list_by_phone(
    session: AsyncSession, number: str, *, limit: int | None = None
) -> Sequence[Contact]:
    """The contacts that have this number (E.164), oldest first."""
    statement = (
        select(Contact).join(ContactPhone).where(ContactPhone.number == number).order_by(Contact.id)
    )
    return (await session.scalars(statement.limit(limit))).all()


async def list_page(
    session: AsyncSession,
    page: PageRequest,
    *,
    email: str | None = None,
    phone: str | None = None,
    query: str | None = None,
    company_id: str | None = None,
    lifecycle_stage: str | None = None,
    owner: str | None = None,
) -> Page[Contact]:
    """Contacts that fit every filter given, newest first."""
    statement = select(Contact)
    # IN, not EXISTS: the address leads to the contact, instead of every contact being asked
    if email is not None:
        owners = select(ContactEmail.contact_id).where(ContactEmail.address == email)
        statement = statement.where(Contact.id.in_(owners))
    if phone is not None:
        owners = select(ContactPhone.contact_id).where(ContactPhone.number == phone)
        statement = statement.where(Contact.id.in_(owners))
    if company_id is not None:
        statement = statement.where(Contact.company_id == company_id)
    if lifecycle_stage is not None:
        statement = statement.where(Contact.lifecycle_stage == lifecycle_stage)
    if owner is not None:
        statement = statement.where(Contact.owner == owner)
    return await fetch_page(session, _searched(statement, query), page, by=[Contact.id])


def _searched(statement: Select[Contact], query: str | None) -> Select[Contact]:
    folded = fold(query or "").text
    digits = "".join(letter for letter in folded if letter.isdigit()).lstrip("0")
    if len(digits) >= FEWEST_DIGITS and not any(letter.isalpha() for letter in folded):
        return statement.where(Contact.phones.any(ContactPhone.number.contains(digits)))
    for word in folded.split():
        by_name = Contact.name_folded.contains(word, autoescape=True)
        by_address = Contact.emails.any(ContactEmail.address.contains(word, autoescape=True))
        statement = statement.where(or_(by_name, by_address))
    return statement


async def get_claim(session: AsyncSession, conversation_id: str) -> IdentityClaim | None:
    """Who the visitor of a conversation says they are."""
    return await session.get(IdentityClaim, conversation_id)


async def other_claims(
    session: AsyncSession, contact_id: str, conversation_id: str
) -> Sequence[IdentityClaim]:
    """The claims of other conversations to be this contact."""
    statement = select(IdentityClaim).where(
        IdentityClaim.contact_id == contact_id, IdentityClaim.conversation_id != conversation_id
    )
    return (await session.scalars(statement)).all()


async def count_colleagues(session: AsyncSession, company_id: str, contact_id: str | None) -> int:
    """How many contacts but this one are linked to the company."""
    statement = select(func.count()).where(Contact.company_id == company_id)
    if contact_id is not None:
        statement = statement.where(Contact.id != contact_id)
    return await session.scalar(statement) or 0


async def companies_in_use(
    session: AsyncSession, company_ids: Collection[str]
) -> Collection[str | None]:
    """Those of the companies that a contact is linked to."""
    statement = select(Contact.company_id).where(Contact.company_id.in_(company_ids)).distinct()
    return (await session.scalars(statement)).all()


async def list_claimed_by(
    session: AsyncSession, conversation_ids: Sequence[str]
) -> Sequence[Contact]:
    """The contacts that these conversations claim to be, or came in by."""
    claimed = select(IdentityClaim.contact_id).where(
        IdentityClaim.conversation_id.in_(conversation_ids)
    )
    wanted = Contact.id.in_(claimed) | Contact.created_by_conversation.in_(conversation_ids)
    return (await session.scalars(select(Contact).options(*_WHOLE).where(wanted))).unique().all()


async def conversations_claiming(session: AsyncSession, contact_id: str) -> Sequence[str]:
    """The conversations whose visitor claims to be this contact."""
    statement = select(IdentityClaim.conversation_id).where(IdentityClaim.contact_id == contact_id)
    return (await session.scalars(statement)).all()


async def consents_of(session: AsyncSession, contact_id: str) -> Sequence[ContactConsent]:
    """Every consent of a contact, oldest first."""
    statement = (
        select(ContactConsent)
        .where(ContactConsent.contact_id == contact_id)
        .order_by(ContactConsent.id)
    )
    return (await session.scalars(statement)).all()


async def delete_contact(session: AsyncSession, contact_id: str) -> None:
    """Delete a contact with its addresses, numbers, consents and claims."""
    await session.execute(delete(Contact).where(Contact.id == contact_id))


async def delete_traces(session: AsyncSession, conversation_ids: Sequence[str]) -> None:
    """Delete what conversations left at contacts that stay: claims and consents but for a no,
    which is kept without the chat and its words, and the
    source of a contact that came in by one of them."""
    refused = ContactConsent.conversation_id.in_(conversation_ids) & ~ContactConsent.granted
    await session.execute(  # a no outlives the chat that it was said in
        update(ContactConsent).where(refused).values(conversation_id=None, text=A_NO)
    )
    for table in (IdentityClaim, IdentityProof, ContactConsent):
        await session.execute(delete(table).where(table.conversation_id.in_(conversation_ids)))
    await session.execute(
        update(Contact)
        .where(Contact.created_by_conversation.in_(conversation_ids))
        .values(created_by_conversation=None, source={})
    )
