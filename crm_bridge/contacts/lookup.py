"""Who could be meant: by address, number, external id, the company's domain, or a name that
is nearly right. Every match says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import repository as companies
from crm_bridge.companies.domain import company_domain, registrable
from crm_bridge.contacts import repository
from crm_bridge.contacts.claim import as_email, as_phone
from crm_bridge.contacts.models import Contact, ContactExternalId
from parsing.fold import fold

MatchedBy = Literal["email", "phone", "external_id", "domain", "name"]
NEAR_ENOUGH: Final = 82.0  # of 100: "Kowalska Ana" and "Anna Kowalska", not "Anna Kowal"
_MOST_CONSIDERED: Final = 4000
_LETTERS: Final = 2  # that a word of the name must begin with


@dataclass(frozen=True, slots=True)
class Found:
    """A contact, by what it was found, and how near that was (1: exactly)."""

    contact: Contact
    by: MatchedBy
    reason: str
    nearness: float = 1.0


async def look_up(
    session: AsyncSession,
    *,
    email: str | None = None,
    phone: str | None = None,
    external: tuple[str, str] | None = None,
    domain: str | None = None,
    name: str | None = None,
    limit: int = 20,
) -> list[Found]:
    """Contacts that fit any of what is given, the surest first, each once.

    `external` is (system, id). A free-mail domain is nobody's company.
    """
    found: list[Found] = []
    if address := as_email(email):
        one = await repository.get_by_email(session, address)
        found += [Found(one, "email", said_of_email(address))] if one else []
    if external is not None:
        one = await by_external_id(session, *external)
        found += [Found(one, "external_id", said_of_id(*external))] if one else []
    if number := as_phone(phone):
        sharing = await repository.list_by_phone(session, number, limit=limit)
        reason = said_of_phone(number, len(sharing))
        found += [Found(one, "phone", reason) for one in sharing]
    if domain:
        found += await _of_domain(session, domain, limit)
    if name:
        found += await _nearly_named(session, name, limit)
    once: dict[str, Found] = {}
    for match in found:
        once.setdefault(match.contact.id, match)
    return list(once.values())[:limit]


def said_of_email(address: str) -> str:
    """Why an address leads to somebody."""
    return f"has the address {address}"


def said_of_id(system: str, external_id: str) -> str:
    """Why another system's id leads to somebody."""
    return f"is {external_id} in {system}"


def said_of_phone(number: str, sharing: int) -> str:
    """Why a number leads to somebody, and how many share it."""
    shared = f", which {sharing} share" if sharing > 1 else ""
    return f"has the number {number}{shared}"


async def by_external_id(session: AsyncSession, system: str, external_id: str) -> Contact | None:
    """The contact that another system knows by this id."""
    row = await session.get(ContactExternalId, (system, external_id))
    return await session.get(Contact, row.contact_id) if row else None


async def _of_domain(session: AsyncSession, host: str, limit: int) -> list[Found]:
    domain = company_domain(host.rpartition("@")[2])
    company = await companies.get_by_domain(session, domain) if domain else None
    if company is None:
        return []
    statement = select(Contact).where(Contact.company_id == company.id).order_by(Contact.id)
    rows = (await session.scalars(statement.limit(limit))).all()
    reason = f"is at {company.name}, whose domain is {registrable(domain or '') or domain}"
    return [Found(row, "domain", reason) for row in rows]


async def _nearly_named(session: AsyncSession, name: str, limit: int) -> list[Found]:
    wanted = fold(name).text
    words = [word for word in wanted.split() if len(word) >= _LETTERS]
    if not words:
        return []
    statement = select(Contact.id, Contact.name_folded).where(_begins(words))
    rows = (await session.execute(statement.limit(_MOST_CONSIDERED))).all()
    names = {row.id: row.name_folded for row in rows}
    near = process.extract(
        wanted, names, scorer=fuzz.token_sort_ratio, score_cutoff=NEAR_ENOUGH, limit=limit
    )
    ids = [contact_id for _, _, contact_id in near]
    whole = await session.scalars(select(Contact).where(Contact.id.in_(ids)))
    contacts = {contact.id: contact for contact in whole.unique()}
    return [
        Found(contact, "name", f"is called {contact.name}", round(score / 100, 2))
        for _, score, contact_id in near
        if (contact := contacts.get(contact_id)) is not None
    ]


def _begins(words: Sequence[str]) -> ColumnElement[bool]:
    """Names whose first word begins like one of these: ranges of the index on names."""
    starts = {word[:_LETTERS] for word in words}
    ranges = [Contact.name_folded.between(start, start + "\uffff") for start in starts]
    return or_(*ranges)
