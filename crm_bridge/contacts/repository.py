"""All SQL about contacts."""

from collections.abc import Collection, Sequence
from typing import Final, cast

from sqlalchemy import Select, Table, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

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
from crm_bridge.core.stored import Stored
from parsing.fold import fold

A_NO: Final = "asked not to be written to"
FEWEST_DIGITS = 4  # of a phone number, before a search looks for it


_contact = cast("Table", Contact.__table__)
_email = cast("Table", ContactEmail.__table__)
_phone = cast("Table", ContactPhone.__table__)
_claim = cast("Table", IdentityClaim.__table__)
_BY_ID: Final = Stored(Contact, select(_contact).where(_contact.c.id == bindparam("of")))
_OWNER = select(_email.c.contact_id).where(_email.c.address == bindparam("address"))
_BY_EMAIL: Final = Stored(
    Contact, select(_contact).where(_contact.c.id == _OWNER.scalar_subquery())
)
_WHICH = _claim.c.conversation_id == bindparam("conversation")
_CLAIM: Final = Stored(IdentityClaim, select(_claim).where(_WHICH))
_OF_CONVERSATION: Final = Stored(
    Contact,
    select(_contact).where(
        or_(
            _contact.c.id == select(_claim.c.contact_id).where(_WHICH).scalar_subquery(),
            _contact.c.created_by_conversation == bindparam("conversation"),
        )
    ),
)
_COLLEAGUES: Final = Prepared(
    select(func.count().label("colleagues")).where(
        _contact.c.company_id == bindparam("company"), _contact.c.id != bindparam("but")
    )
)
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
    """The contact of that id, with its addresses and numbers."""
    return await _BY_ID.one(session, {"of": contact_id})


async def get_by_email(session: AsyncSession, address: str) -> Contact | None:
    """The contact that has this address (in its look-up form)."""
    return await _BY_EMAIL.one(session, {"address": address})


async def list_of_conversation(session: AsyncSession, conversation_id: str) -> Sequence[Contact]:
    """The contacts that a conversation claims to be, or that came in by it."""
    return await _OF_CONVERSATION.all(session, {"conversation": conversation_id})


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
    return await _CLAIM.one(session, {"conversation": conversation_id})


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
    values = {"company": company_id, "but": contact_id or ""}
    return int((await _COLLEAGUES.one(session, values)).colleagues)


async def companies_in_use(
    session: AsyncSession, company_ids: Collection[str]
) -> Collection[str | None]:
    """Those of the companies that a contact is linked to."""
    statement = select(Contact.company_id).where(Contact.company_id.in_(company_ids)).distinct()
    return (await session.scalars(statement)).all()


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
