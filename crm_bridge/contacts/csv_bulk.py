"""Many new contacts in a few statements: what makes an import of a hundred thousand rows a
matter of seconds. Rows that meet somebody who is there already go the careful way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies.models import Company, CompanyDomain
from crm_bridge.companies.name import compared
from crm_bridge.contacts.csv_import import Row
from crm_bridge.contacts.models import Contact, ContactEmail, ContactExternalId, ContactPhone
from crm_bridge.contacts.quick_forms import quick_company_domain, quick_fold, quick_kind
from crm_bridge.core.bulk import insert_many
from crm_bridge.core.ids import new_id
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.core.provenance import stamped
from parsing.fold import fold


@dataclass(frozen=True, slots=True)
class There:
    """Addresses and external ids of a batch that belong to somebody already."""

    emails: frozenset[str]
    external_ids: frozenset[str]

    def has(self, row: Row) -> bool:
        """Whether the row may be about somebody who is there."""
        known = row.address in self.emails if row.address else True
        return known or (row.external_id or "") in self.external_ids


async def there(session: AsyncSession, rows: Sequence[Row], *, system: str) -> There:
    """Who of these rows is there already."""
    emails = [row.address for row in rows if row.address]
    ids = [row.external_id for row in rows if row.external_id]
    known = select(ContactEmail.address).where(ContactEmail.address.in_(emails))
    external = select(ContactExternalId.external_id).where(
        ContactExternalId.system == system, ContactExternalId.external_id.in_(ids)
    )
    return There(
        frozenset(await session.scalars(known)), frozenset(await session.scalars(external))
    )


async def add_new(
    session: AsyncSession, rows: Sequence[Row], *, system: str, by: str, now: datetime
) -> list[str]:
    """Add contacts that nobody has an address of; their ids, in order. Announces
    contact.created for each."""
    if not rows:
        return []
    keys = [_company_key(row) for row in rows]
    companies = await _companies(session, rows, keys, by=by, now=now)
    ids = sorted(new_id("con") for _ in rows)  # in the order of the file
    stamps = _Stamps(by, now)
    contacts = [
        _contact(one, row, companies.get(key or ""), stamps)
        for one, row, key in zip(ids, rows, keys, strict=True)
    ]
    await insert_many(session, Contact, _CONTACT, contacts)
    emails = [
        (row.address, one, row.values["emails"][0], quick_kind(row.address or ""), 0, by, now)
        for one, row in zip(ids, rows, strict=True)
    ]
    await insert_many(session, ContactEmail, _EMAIL, emails)
    phones = [
        (one, number, number, 0, by, now)
        for one, row in zip(ids, rows, strict=True)
        for number in row.values.get("phones", ())
    ]
    await insert_many(session, ContactPhone, _PHONE, phones)
    external = [
        (system, row.external_id, one, now)
        for one, row in zip(ids, rows, strict=True)
        if row.external_id
    ]
    await insert_many(session, ContactExternalId, _EXTERNAL, external)
    news = [(new_id("evt"), "contact.created", one, {"contact_id": one}, now, False) for one in ids]
    await insert_many(session, DomainEvent, _NEWS, news)
    session.info["announced"] = True
    return ids


_PLAIN: Final = ("name", "language", "country", "owner")
_CONTACT: Final = (
    *("id", "name", "language", "country", "owner", "name_folded", "lifecycle_stage"),
    *("company_id", "properties", "source", "provenance", "created_at", "updated_at"),
)
_EMAIL: Final = ("address", "contact_id", "typed", "kind", "position", "added_by", "added_at")
_PHONE: Final = ("contact_id", "number", "typed", "position", "added_by", "added_at")
_EXTERNAL: Final = ("system", "external_id", "contact_id", "added_at")
_NEWS: Final = ("id", "name", "subject_id", "data", "at", "fanned_out")
_COMPANY: Final = (
    *("id", "name", "name_folded", "name_compared", "lifecycle_stage", "properties"),
    *("provenance", "created_at", "updated_at"),
)
_NOTHING: Final[dict[str, Any]] = {}


class _Stamps:
    """The provenance of a batch: one object for all rows that have the same fields."""

    def __init__(self, by: str, now: datetime) -> None:
        self.now = now
        self._by = by
        self._made: dict[tuple[str, ...], dict[str, Any]] = {}

    def of(self, fields: tuple[str, ...]) -> dict[str, Any]:
        if fields not in self._made:
            self._made[fields] = stamped({}, fields, by=self._by, at=self.now)
        return self._made[fields]


def _contact(contact_id: str, row: Row, company_id: str | None, stamps: _Stamps) -> tuple[Any, ...]:
    values = row.values
    fields = (*values, "company_id") if company_id else tuple(values)
    name = values.get("name")
    return (
        contact_id,
        *[values.get(field) for field in _PLAIN],
        quick_fold(name) if name else "",
        values.get("lifecycle_stage", "lead"),
        company_id,
        values.get("properties", _NOTHING),
        _NOTHING,
        stamps.of(fields),
        stamps.now,
        stamps.now,
    )


def _company_key(row: Row) -> str | None:
    """How a row's company is known within a batch: its domain, else its compared name."""
    domain = quick_company_domain(row.address) if row.address else None
    if domain is not None:
        return f"domain {domain}"
    return f"name {compared(row.company)}" if row.company else None


async def _companies(
    session: AsyncSession,
    rows: Sequence[Row],
    keys: Sequence[str | None],
    *,
    by: str,
    now: datetime,
) -> dict[str, str]:
    """The company of each key: found, or made where a row names one."""
    named: dict[str, str] = {}
    for row, key in zip(rows, keys, strict=True):
        if row.company and key is not None:
            named.setdefault(key, row.company)
    wanted = {key for key in keys if key is not None}
    domains = [key.removeprefix("domain ") for key in wanted if key.startswith("domain ")]
    names = [key.removeprefix("name ") for key in wanted if key.startswith("name ")]
    there = select(CompanyDomain.domain, CompanyDomain.company_id)
    found = {
        f"domain {domain}": company_id
        for domain, company_id in await session.execute(
            there.where(CompanyDomain.domain.in_(domains))
        )
    }
    same = select(Company).where(Company.name_compared.in_(names), ~Company.domains.any())
    for company in await session.scalars(same.order_by(Company.id.desc())):
        found[f"name {company.name_compared}"] = company.id
    made = {key: new_id("com") for key in named if key not in found}
    stamp = stamped({}, ["name"], by=by, at=now)
    rows_made = [
        (one, name, fold(name).text, compared(name), "lead", _NOTHING, stamp, now, now)
        for key, one in made.items()
        if (name := named[key])
    ]
    await insert_many(session, Company, _COMPANY, rows_made)
    news = [
        (new_id("evt"), "company.created", one, {"company_id": one}, now, False)
        for one in made.values()
    ]
    await insert_many(session, DomainEvent, _NEWS, news)
    domains_made = [
        (key.removeprefix("domain "), one, by)
        for key, one in made.items()
        if key.startswith("domain ")
    ]
    await insert_many(session, CompanyDomain, ("domain", "company_id", "added_by"), domains_made)
    return {**found, **made}
