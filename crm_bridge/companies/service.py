"""What is done with companies.

A visitor's words never change a company that was there before: they find it, or make a
new one that this conversation alone may still correct.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import repository
from crm_bridge.companies.domain import company_domain, registrable
from crm_bridge.companies.models import Company
from crm_bridge.companies.name import compared, guess_from_domain
from crm_bridge.core.errors import Conflict, Invalid, NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.insert import insert_now
from crm_bridge.core.outbox import announce
from crm_bridge.core.provenance import may_replace, set_by, stamped
from crm_bridge.properties import service as properties
from parsing.fold import fold

# The property of a company that is one person's trade: it is that person's data.
SOLE_TRADER: Final = "sole trader"
MatchedBy = Literal["domain", "name", "created"]


class CompanyUnknown(NotFound):
    code = "company_unknown"


class DomainTaken(Conflict):
    code = "company_domain_taken"


class NoCompanyDomain(Invalid):
    code = "not_a_company_domain"


@dataclass(frozen=True, slots=True)
class CompanyMatch:
    """A company and why it is this one."""

    company_id: str
    by: MatchedBy


async def get(session: AsyncSession, company_id: str) -> Company:
    """The company of that id. Raises CompanyUnknown."""
    company = await find(session, company_id)
    if company is None:
        raise CompanyUnknown(f"there is no company {company_id}")
    return company


async def find(session: AsyncSession, company_id: str) -> Company | None:
    """The company of that id, if there is one."""
    return await repository.get(session, company_id)


async def create(
    session: AsyncSession,
    name: str,
    *,
    domains: Sequence[str] = (),
    values: Mapping[str, Any] | None = None,
    by: str,
    now: datetime,
    conversation_id: str | None = None,
) -> Company:
    """Make a company. Announces company.created. Raises DomainTaken, NoCompanyDomain or BadValue."""
    given = await _formed(session, {"name": name, **(values or {})})
    company = Company(
        id=new_id("com"),
        name="",
        name_folded="",
        name_compared="",
        properties={},
        provenance={},
        created_by_conversation=conversation_id,
        created_at=now,
        updated_at=now,
        domains=[],
    )
    _set(company, given, by=by, now=now)
    await insert_now(session, company)
    for domain in domains:
        await _claim_domain(session, company, domain, by=by)
    announce(session, "company.created", {"company_id": company.id}, now=now, subject_id=company.id)
    return company


async def update(
    session: AsyncSession, company_id: str, changes: Mapping[str, Any], *, by: str, now: datetime
) -> Company:
    """Set fields of a company. Announces company.changed. Raises CompanyUnknown, DomainTaken
    or NoCompanyDomain.

    `changes` holds columns by name and `domains`, the whole list.
    """
    company = await get(session, company_id)
    values = {name: value for name, value in changes.items() if name != "domains"}
    values = await _formed(session, values, stored=company.properties)
    _set(company, values, by=by, now=now)
    if "domains" in changes:
        wanted = {registrable(domain) or domain for domain in changes["domains"]}
        for row in [row for row in company.domains if row.domain not in wanted]:
            await session.delete(row)
        for domain in wanted - {row.domain for row in company.domains}:
            await _claim_domain(session, company, domain, by=by)
        await session.flush()
        await session.refresh(company, ["domains"])
    _announce_change(session, company_id, changes, now=now)
    return company


def _announce_change(
    session: AsyncSession, company_id: str, changes: Mapping[str, Any], *, now: datetime
) -> None:
    data = {"company_id": company_id, "fields": sorted(changes)}
    announce(session, "company.changed", data, now=now, subject_id=company_id)


async def _formed(
    session: AsyncSession, values: Mapping[str, Any], *, stored: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    if stored is not None and "properties" not in values:
        return dict(values)
    given = values.get("properties") or {}
    owned = await properties.in_form(session, "company", given, stored=stored)
    return {**values, "properties": owned} if owned or "properties" in values else dict(values)


def _set(company: Company, values: Mapping[str, Any], *, by: str, now: datetime) -> None:
    for name, value in values.items():
        setattr(company, name, value)
    if "name" in values:
        company.name_folded = fold(company.name).text
        company.name_compared = compared(company.name)
    company.provenance = stamped(company.provenance, values, by=by, at=now)
    company.updated_at = now


async def _claim_domain(session: AsyncSession, company: Company, host: str, *, by: str) -> None:
    domain = company_domain(host)
    if domain is None:
        raise NoCompanyDomain(f"{host} is no company's own domain", domain=host)
    if not await repository.add_domain(session, company, domain, by=by):
        raise DomainTaken(f"another company has {domain}", domain=domain)


async def match_for_visitor(
    session: AsyncSession,
    *,
    name: str | None,
    domain: str | None,
    conversation_id: str,
    previous_id: str | None = None,
    now: datetime,
) -> CompanyMatch | None:
    """The company that a visitor speaks for: by the registrable domain of their business
    address, else by a name that compares equal; made when there is none.

    None when neither a name nor a company's domain is known. Never changes a company that
    was there before or that others belong to; the one that this conversation made for
    itself alone (`previous_id`) follows what the visitor corrects.
    """
    by = f"conversation:{conversation_id}"
    found = await repository.get_by_domain(session, domain) if domain else None
    if found is not None and found.id != previous_id:
        return CompanyMatch(found.id, "domain")
    previous = await find(session, previous_id) if previous_id else None
    if previous is not None and previous.created_by_conversation == conversation_id:
        _follow_correction(session, previous, name, by=by, now=now)
        return await _with_domain(session, previous, domain, by=by)
    if name and domain is None:
        same = await repository.get_by_compared_name(session, compared(name))
        if same is not None:
            return CompanyMatch(same.id, "name")
    guess = guess_from_domain(domain) if domain else None
    if name is None and guess is None:
        return None
    made = await create(
        session,
        name or guess or "",
        by=by if name else "derived:domain",
        now=now,
        conversation_id=conversation_id,
    )
    return await _with_domain(session, made, domain, by=by)


async def _with_domain(
    session: AsyncSession, made: Company, domain: str | None, *, by: str
) -> CompanyMatch:
    """Give a company of this conversation its domain in place of a mistyped one, unless
    another conversation made the company of that domain at the same moment."""
    for row in [row for row in made.domains if row.added_by == by and row.domain != domain]:
        made.domains.remove(row)
        await session.flush()
    if any(row.domain == domain for row in made.domains):
        return CompanyMatch(made.id, "created")
    if domain is None or await repository.add_domain(session, made, domain, by=by):
        return CompanyMatch(made.id, "created")
    other = await repository.get_by_domain(session, domain)
    assert other is not None  # noqa: S101 - the domain's row refers to it
    if other.id == made.id:
        return CompanyMatch(made.id, "created")
    await session.delete(made)
    await session.flush()
    return CompanyMatch(other.id, "domain")


def _follow_correction(
    session: AsyncSession, company: Company, name: str | None, *, by: str, now: datetime
) -> None:
    free = may_replace(company.provenance, "name", company.name, by=by)
    if free and name and name != company.name:
        _set(company, {"name": name}, by=by, now=now)
        _announce_change(session, company.id, {"name": name}, now=now)


async def made_in(session: AsyncSession, conversation_ids: Sequence[str]) -> Sequence[str]:
    """The companies that were first named in these conversations and that nobody else has
    written to since."""
    untouched = []
    for company in await repository.created_by(session, conversation_ids):
        own = {f"conversation:{company.created_by_conversation}", "derived:domain"}
        setters = {set_by(company.provenance, name) or "" for name in company.provenance}
        if {one for one in setters if not one.startswith(("register:", "seller:"))} <= own:
            untouched.append(company.id)
    return untouched


async def erase(session: AsyncSession, company_ids: Sequence[str]) -> None:
    """Delete companies. Call it after the contacts that were erased with them."""
    for company_id in company_ids:
        await repository.remove(session, company_id)
