"""Contacts as they are compared, and the pairs of them that may be one person."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies.models import Company
from crm_bridge.contacts.match import SUGGEST_FROM, Matcher
from crm_bridge.contacts.match_form import Described, describe
from crm_bridge.contacts.models import Contact
from crm_bridge.merging.kind import Found

MOST_CONTACTS: Final = 200_000  # compared at once; about two minutes and a gigabyte


def pairs(contacts: Sequence[Described]) -> list[Found]:
    """The pairs that are certain or for a person to decide."""
    found = []
    for pair in Matcher(contacts).pairs(at_least=SUGGEST_FROM):
        first, second = sorted((contacts[pair.first].id, contacts[pair.second].id))
        reasons = tuple(pair.reasons())
        found.append(Found(first, second, pair.probability, reasons, automatic=pair.automatic))
    return found


async def described(session: AsyncSession) -> list[Described]:
    """The newest contacts, as they are compared."""
    newest = select(Contact).order_by(Contact.id.desc()).limit(MOST_CONTACTS)
    contacts = list((await session.scalars(newest)).unique().all())
    companies = await session.execute(select(Company.id, Company.name_compared))
    names = {row.id: row.name_compared for row in companies}
    return [_describe(contact, names.get(contact.company_id or "")) for contact in contacts]


def _describe(contact: Contact, company: str | None) -> Described:
    """Profiles on the web are links; external ids are not, for two records of one person in
    one CRM have two of them."""
    words = (contact.name or "").split()
    facts = {name: getattr(contact, name) for name in ("language", "country", "timezone", "owner")}
    properties = {
        name: value
        for name, value in contact.properties.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }
    return describe(
        contact.id,
        names=(" ".join(words[:-1]) or None, words[-1] if words else None),
        emails=[row.address for row in contact.emails],
        phones=[row.number for row in contact.phones],
        company=company,
        links=[str(value) for value in properties.values() if _is_profile(value)],
        attributes={**properties, **facts},
    )


def _is_profile(value: object) -> bool:
    return isinstance(value, str) and "linkedin.com/" in value
