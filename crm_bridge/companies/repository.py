"""All SQL about companies."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from crm_bridge.companies.models import Company, CompanyDomain
from crm_bridge.core.insert import add_unless_there
from crm_bridge.core.pagination import Page, PageRequest, fetch_page
from parsing.fold import fold

# one statement where the relation's own loading takes two; for a company or a few
_WHOLE = (joinedload(Company.domains),)
_BY_DOMAIN = (
    select(Company)
    .options(*_WHOLE)
    .where(
        Company.id
        == select(CompanyDomain.company_id)
        .where(CompanyDomain.domain == bindparam("domain"))
        .scalar_subquery()
    )
)


async def get(session: AsyncSession, company_id: str) -> Company | None:
    """The company of that id."""
    return await session.get(Company, company_id, options=_WHOLE)


async def get_by_domain(session: AsyncSession, domain: str) -> Company | None:
    """The company that has this registrable domain."""
    return (await session.scalars(_BY_DOMAIN, {"domain": domain})).unique().one_or_none()


async def get_by_compared_name(session: AsyncSession, compared: str) -> Company | None:
    """The oldest company without a domain whose name compares equal."""
    statement = (
        select(Company)
        .where(Company.name_compared == compared, ~Company.domains.any())
        .order_by(Company.id)
        .limit(1)
    )
    return (await session.scalars(statement)).one_or_none()


async def add_domain(session: AsyncSession, company: Company, domain: str, *, by: str) -> bool:
    """Give a company a domain; False when another company has it."""
    values = {"domain": domain, "company_id": company.id, "added_by": by}
    added = await add_unless_there(session, CompanyDomain, values)
    if added is None:
        return False
    set_committed_value(
        company, "domains", sorted([*company.domains, added], key=lambda row: row.domain)
    )
    return True


async def list_page(
    session: AsyncSession, page: PageRequest, *, query: str | None, domain: str | None
) -> Page[Company]:
    """Companies, newest first, whose name holds every word of `query` or whose domain is
    `domain`."""
    statement = select(Company)
    if domain is not None:
        owner = select(CompanyDomain.company_id).where(CompanyDomain.domain == domain)
        statement = statement.where(Company.id.in_(owner))
    for word in fold(query or "").text.split():
        statement = statement.where(Company.name_folded.contains(word, autoescape=True))
    return await fetch_page(session, statement, page, by=[Company.id])


async def created_by(session: AsyncSession, conversation_ids: Sequence[str]) -> Sequence[Company]:
    """Companies first named in one of these conversations."""
    wanted = Company.created_by_conversation.in_(conversation_ids)
    return (await session.scalars(select(Company).where(wanted))).all()


async def remove(session: AsyncSession, company_id: str) -> None:
    """Delete a company; contacts, deals and activities lose the link."""
    await session.execute(delete(Company).where(Company.id == company_id))
