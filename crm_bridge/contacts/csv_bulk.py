"""Many new contacts in a few statements: what makes an import of a hundred thousand rows a
matter of seconds. Rows that meet somebody who is there already go the careful way.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies.models import Company, CompanyDomain
from crm_bridge.companies.name import compared
from crm_bridge.contacts.csv_import import Row
from crm_bridge.contacts.models import Contact, ContactEmail, ContactExternalId, ContactPhone
from crm_bridge.contacts.quick_forms import quick_fold
from crm_bridge.core.bulk import Part, find_many, insert_parts, lock_many, parents_known
from crm_bridge.core.ids import new_ids
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.core.provenance import stamped


@dataclass(frozen=True, slots=True)
class There:
    """Addresses and external ids of a batch that belong to somebody already."""

    emails: frozenset[str]
    external_ids: frozenset[str]

    def has(self, row: Row) -> bool:
        """Whether the row may be about somebody who is there."""
        if len(row.values.get("emails", ())) > 1:
            return True  # each of them may be somebody's: looked up one by one
        known = row.address in self.emails if row.address else True
        return known or (row.external_id or "") in self.external_ids


async def there(session: AsyncSession, rows: Sequence[Row], *, system: str) -> There:
    """Who of these rows is there already."""
    emails = [row.address for row in rows if row.address]
    ids = [row.external_id for row in rows if row.external_id]
    known = await find_many(session, ContactEmail, ["address"], key="address", among=emails)
    external = await find_many(
        session,
        ContactExternalId,
        ["external_id"],
        key="external_id",
        among=ids,
        also=("system", system),
    )
    return There(
        frozenset(address for (address,) in known),
        frozenset(external_id for (external_id,) in external),
    )


async def add_new(
    session: AsyncSession,
    rows: Sequence[Row],
    *,
    system: str,
    by: str,
    now: datetime,
) -> list[str]:
    """Add contacts that nobody has an address of; their ids, in order. Announces
    contact.created for each."""
    if not rows:
        return []
    keys = [row.company_key for row in rows]
    companies, theirs = await _companies(session, rows, keys, by=by, now=now)
    ids = new_ids("con", len(rows))  # in the order of the file
    parts = [
        Part(DomainEvent, _NEWS, lambda: _news("contact.created", "contact_id", ids, now)),
        *theirs,
        *_people(rows, ids, [companies.get(key or "") for key in keys], system, _Stamps(by, now)),
    ]
    async with parents_known(session):
        await insert_parts(session, parts)
    session.info["announced"] = True
    return ids


def _people(
    rows: Sequence[Row],
    ids: Sequence[str],
    companies: Sequence[str | None],
    system: str,
    stamps: "_Stamps",
) -> list[Part]:
    """The contacts and what belongs to them."""
    by, now = stamps.by, stamps.now
    return [
        Part(
            Contact,
            _CONTACT,
            lambda: [
                _contact(one, row, company, stamps)
                for one, row, company in zip(ids, rows, companies, strict=True)
            ],
        ),
        Part(
            ContactEmail,
            _EMAIL,
            lambda: [
                (address, one, row.values["emails"][0], row.kind, 0, by, now)
                for one, row in zip(ids, rows, strict=True)
                if (address := row.address)
            ],
        ),
        Part(
            ContactPhone,
            _PHONE,
            lambda: [
                (one, number, number, place, by, now)
                for one, row in zip(ids, rows, strict=True)
                for place, number in enumerate(row.values.get("phones", ()))
            ],
        ),
        Part(
            ContactExternalId,
            _EXTERNAL,
            lambda: [
                (system, row.external_id, one, now)
                for one, row in zip(ids, rows, strict=True)
                if row.external_id
            ],
        ),
    ]


_PLAIN: Final = ("name", "language", "timezone", "country", "owner")
_CONTACT: Final = (
    *("id", *_PLAIN, "name_folded", "lifecycle_stage"),
    *("company_id", "properties", "source", "provenance", "created_at", "updated_at"),
)
_EMAIL: Final = ("address", "contact_id", "typed", "kind", "position", "added_by", "added_at")
_PHONE: Final = ("contact_id", "number", "typed", "position", "added_by", "added_at")
_EXTERNAL: Final = ("system", "external_id", "contact_id", "added_at")
_NEWS: Final = ("id", "name", "subject_id", "data", "at", "fanned_out", "bulk")
_COMPANY: Final = (
    *("id", "name", "name_folded", "name_compared", "lifecycle_stage", "properties"),
    *("provenance", "created_at", "updated_at"),
)
_NOTHING: Final[dict[str, Any]] = {}


class _Stamps:
    """The provenance of a batch: one object for all rows that have the same fields."""

    def __init__(self, by: str, now: datetime) -> None:
        self.now = now
        self.by = by
        self._made: dict[tuple[str, ...], dict[str, Any]] = {}

    def of(self, fields: tuple[str, ...]) -> dict[str, Any]:
        if fields not in self._made:
            self._made[fields] = stamped({}, fields, by=self.by, at=self.now)
        return self._made[fields]


def _contact(contact_id: str, row: Row, company_id: str | None, stamps: _Stamps) -> tuple[Any, ...]:
    values = row.values
    fields = (*values, "company_id") if company_id else tuple(values)
    return (
        contact_id,
        *[values.get(field) for field in _PLAIN],
        row.name_folded,
        values.get("lifecycle_stage", "lead"),
        company_id,
        values.get("properties", _NOTHING),
        values.get("source", _NOTHING),
        stamps.of(fields),
        stamps.now,
        stamps.now,
    )


async def _known(session: AsyncSession, wanted: Collection[str]) -> dict[str, str]:
    """The companies of these keys that are there, and stay until the transaction ends."""
    domains = [key.removeprefix("domain ") for key in wanted if key.startswith("domain ")]
    names = [key.removeprefix("name ") for key in wanted if key.startswith("name ")]
    owners = await find_many(
        session, CompanyDomain, ["domain", "company_id"], key="domain", among=domains
    )
    found = {f"domain {domain}": company_id for domain, company_id in owners}
    same = await find_many(
        session,
        Company,
        ["name_compared", "id"],
        key="name_compared",
        among=names,
        where="NOT EXISTS (SELECT 1 FROM company_domain AS d WHERE d.company_id = t.id)",
    )
    for name, company_id in sorted(same, reverse=True):  # the oldest stands last, and stays
        found[f"name {name}"] = company_id
    if not found:
        return {}
    stays = await lock_many(session, Company, sorted(set(found.values())))
    return {key: company_id for key, company_id in found.items() if company_id in stays}


async def _companies(
    session: AsyncSession,
    rows: Sequence[Row],
    keys: Sequence[str | None],
    *,
    by: str,
    now: datetime,
) -> tuple[dict[str, str], list[Part]]:
    """The company of each key: found, or one to be made where a row names it; and the rows
    that make those."""
    named: dict[str, str] = {}
    for row, key in zip(rows, keys, strict=True):
        if row.company and key is not None:
            named.setdefault(key, row.company)
    found = await _known(session, {key for key in keys if key is not None})
    new = [key for key in named if key not in found]
    made = dict(zip(new, new_ids("com", len(new)), strict=True))
    stamp = stamped({}, ["name"], by=by, at=now)
    parts = [
        Part(
            Company,
            _COMPANY,
            lambda: [
                (one, name, quick_fold(name), compared(name), "lead", _NOTHING, stamp, now, now)
                for key, one in made.items()
                if (name := named[key])
            ],
        ),
        Part(
            DomainEvent,
            _NEWS,
            lambda: _news("company.created", "company_id", list(made.values()), now),
        ),
        Part(
            CompanyDomain,
            ("domain", "company_id", "added_by"),
            lambda: [
                (key.removeprefix("domain "), one, by)
                for key, one in made.items()
                if key.startswith("domain ")
            ],
        ),
    ]
    return {**found, **made}, parts


def _news(name: str, what: str, ids: Sequence[str], now: datetime) -> list[tuple[Any, ...]]:
    """One event for each record, for when nothing more urgent waits."""
    events = new_ids("evt", len(ids))
    return [
        (event, name, one, {what: one}, now, False, True)
        for event, one in zip(events, ids, strict=True)
    ]
