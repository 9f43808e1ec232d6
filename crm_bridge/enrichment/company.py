"""A company's facts from outside: asked within a budget, stored with whence and when."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import service as companies
from crm_bridge.companies.models import Company
from crm_bridge.core.outbox import announce
from crm_bridge.core.provenance import may_replace, set_by, stamped
from crm_bridge.enrichment.derive import country_of_domain
from crm_bridge.enrichment.models import RegisterAsked
from crm_bridge.enrichment.port import CompanyFacts, RegisterAway, Source, Wanted
from parsing.fold import fold

log = logging.getLogger(__name__)

CHAT_BUDGET_SECONDS: Final = 2.0
# What a number that a register goes by is called among a company's properties.
_NUMBERS: Final = (
    *("vat", "tax", "nip", "krs", "regon", "lei", "ytunnus", "y-tunnus", "orgnr", "org nr"),
    *("organisasjonsnummer", "organization number", "registration", "register", "business id"),
    *("company number", "davcna", "maticna", "numer identyfikacyjny", "חפ", 'ח"פ', "עוסק"),
)


async def ask(
    sources: Sequence[Source], wanted: Wanted, *, budget_seconds: float = CHAT_BUDGET_SECONDS
) -> dict[str, CompanyFacts | None]:
    """What each source says, those alone that answered within the budget."""
    asked = [one for one in sources if one.may_know(wanted)]
    if not asked:
        return {}
    tasks = {one.source: asyncio.create_task(one.find(wanted)) for one in asked}
    done, slow = await asyncio.wait(tasks.values(), timeout=budget_seconds)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    found: dict[str, CompanyFacts | None] = {}
    for source, task in tasks.items():
        if task not in done:
            continue
        try:
            found[source] = task.result()
        except RegisterAway as fault:
            log.info("%s does not answer: %s", source, fault.detail)
    return found


def wanted_of(company: Company) -> Wanted:
    """What the sources are asked about a company."""
    numbers = [
        str(value)
        for name, value in company.properties.items()
        if isinstance(value, str | int) and any(word in fold(name).text for word in _FOLDED)
    ]
    domain = company.domains[0].domain if company.domains else None
    country = company.country or (country_of_domain(domain) if domain else None)
    return Wanted(company.name, country, domain, tuple(numbers))


_FOLDED: Final = tuple(fold(word).text for word in _NUMBERS)


def hashed(wanted: Wanted) -> str:
    """What tells whether the same was asked before; no name can be read from it."""
    said = f"{fold(wanted.name).text}|{wanted.country}|{wanted.domain}|{sorted(wanted.numbers)}"
    return hashlib.sha256(said.encode()).hexdigest()


async def due(
    session: AsyncSession,
    company: Company,
    sources: Sequence[Source],
    *,
    again: timedelta,
    now: datetime,
) -> list[Source]:
    """The sources to ask about a company: those that may know it, and were not asked the
    same within `again`."""
    wanted = wanted_of(company)
    before = select(RegisterAsked).where(RegisterAsked.company_id == company.id)
    fresh = {
        row.source
        for row in await session.scalars(before)
        if row.wanted == hashed(wanted) and row.at > now - again
    }
    return [one for one in sources if one.source not in fresh and one.may_know(wanted)]


async def keep(
    session: AsyncSession,
    company: Company,
    source: str,
    facts: CompanyFacts | None,
    *,
    now: datetime,
) -> list[str]:
    """Store what a source said, remember that it was asked, and announce
    company.enriched where that is news; gives the fields that changed."""
    changed = await store(session, company.id, facts, now=now) if facts else []
    asked = RegisterAsked(
        company_id=company.id,
        source=source,
        wanted=hashed(wanted_of(company)),  # with what it said: nothing new to ask about
        found=facts is not None,
        at=now,
    )
    await session.merge(asked)
    if changed:
        data = {"company_id": company.id, "source": source, "fields": changed}
        announce(session, "company.enriched", data, now=now, subject_id=company.id)
    await session.flush()
    return changed


async def store(
    session: AsyncSession, company_id: str, facts: CompanyFacts, *, now: datetime
) -> list[str]:
    """Put facts where nothing is, or where the same source or a guess was; gives the fields.

    Of a sole trader only the number, the country and the industry are kept, and that it is
    one: the company is then personal data, exported and erased with its person. Raises
    CompanyUnknown.
    """
    company = await companies.get(session, company_id)
    values: dict[str, Any] = {"country": facts.country, "industry": facts.industry}
    if facts.employees is not None:
        values |= {"employees_min": facts.employees, "employees_max": facts.employees}
    changed = []
    for field, value in values.items():
        before = getattr(company, field)
        if value in (None, "") or before == value:
            continue
        if may_replace(company.provenance, field, before, by=facts.source):
            setattr(company, field, value)
            changed.append(field)
    own: dict[str, Any] = {"register number": facts.number, "active": facts.active}
    if facts.personal:
        own[companies.SOLE_TRADER] = True
    else:
        own |= {"legal name": facts.name, "city": facts.city, "website": facts.website}
    for name, value in own.items():
        key = f"properties.{name}"
        setter = set_by(company.provenance, key)
        free = name not in company.properties or setter == facts.source
        if value not in (None, "") and free and company.properties.get(name) != value:
            company.properties = {**company.properties, name: value}
            changed.append(key)
    if changed:
        company.provenance = stamped(company.provenance, changed, by=facts.source, at=now)
        company.updated_at = now
    return changed
