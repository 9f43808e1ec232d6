"""Companies that are one: what merging has to know of them. Nothing is merged by itself."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import String, cast, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import service
from crm_bridge.companies.match import CompanySeen, company_pairs
from crm_bridge.companies.merge import WHOLE, taken_over
from crm_bridge.companies.models import Company, CompanyMerge, CompanySuggestion
from crm_bridge.companies.name import compared
from crm_bridge.merging.kind import Kind
from parsing.fold import fold

MOST_COMPANIES: Final = 200_000  # compared at once


async def _seen(session: AsyncSession) -> list[CompanySeen]:
    """The newest companies, as they are compared."""
    newest = select(Company).order_by(Company.id.desc()).limit(MOST_COMPANIES)
    return [
        CompanySeen(
            id=row.id,
            name=row.name_compared,
            domains=tuple(domain.domain for domain in row.domains),
            country=row.country,
            properties=row.properties,
        )
        for row in await session.scalars(newest)
    ]


def _derived(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"name_folded": fold(values["name"]).text, "name_compared": compared(values["name"])}


async def forget(session: AsyncSession, conversation_ids: Sequence[str]) -> None:
    """Forget what merges remember of companies that were first named in these conversations:
    those merges can no longer be taken back."""
    for conversation_id in conversation_ids:
        named = cast(CompanyMerge.undo, String).contains(conversation_id, autoescape=True)
        await session.execute(delete(CompanyMerge).where(named))


COMPANIES: Final = Kind(
    word="company",
    record=Company,
    merge=CompanyMerge,
    merge_prefix="cmg",
    suggestion=CompanySuggestion,
    suggestion_prefix="cdp",
    get=service.get,
    whole=WHOLE,
    taken_over=taken_over,
    derived=_derived,
    relations=("domains",),
    read=_seen,
    compare=company_pairs,
)
