"""All SQL about companies."""

from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from crm_bridge.companies.models import Company, CompanyDomain
from crm_bridge.core.insert import add_unless_there
from crm_bridge.core.pagination import Page, PageRequest, fetch_page
from crm_bridge.core.stored import Stored
from parsing.fold import fold

_company = cast("Table", Company.__table__)
_domain = cast("Table", CompanyDomain.__table__)
_BY_ID: Final = Stored(Company, select(_company).where(_company.c.id == bindparam("of")))
_OWNER = select(_domain.c.company_id).where(_domain.c.domain == bindparam("host"))
_BY_DOMAIN: Final = Stored(
    Company, select(_company).where(_company.c.id == _OWNER.scalar_subquery())
)


async def get(session: AsyncSession, company_id: str) -> Company | None:
    """The company of that id."""
    return await _BY_ID.one(session, {"of": company_id})


async def get_by_domain(session: AsyncSession, domain: str) -> Company | None:
    """The company that has this registrable domain."""
    return await _BY_DOMAIN.one(session, {"host": domain})


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
    added = CompanyDomain(domain=domain, company_id=company.id, added_by=by)
    if not await add_unless_there(session, added):
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
