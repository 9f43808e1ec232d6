"""Companies that may be one: laid before a person, who decides. Nothing is merged by itself."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies.match import CompanyPair, CompanySeen, company_pairs
from crm_bridge.companies.merging import merge
from crm_bridge.companies.models import Company, CompanySuggestion
from crm_bridge.core.database import Database
from crm_bridge.core.errors import NotFound
from crm_bridge.core.ids import new_id

MOST_COMPANIES: Final = 200_000  # compared at once


class CompanySuggestionUnknown(NotFound):
    code = "company_suggestion_unknown"


async def seen(session: AsyncSession) -> list[CompanySeen]:
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


async def keep(session: AsyncSession, pairs: Sequence[CompanyPair], *, now: datetime) -> int:
    """Replace the open suggestions by these; pairs that a person has parted stay parted.
    Gives how many are open."""
    table = CompanySuggestion
    apart = select(table.first_id, table.second_id).where(table.status == "apart")
    decided = {(first, second) for first, second in await session.execute(apart)}
    await session.execute(delete(table).where(table.status == "open"))
    there = set(await session.scalars(select(Company.id)))
    wanted = [
        pair
        for pair in pairs
        if (pair.first_id, pair.second_id) not in decided
        if {pair.first_id, pair.second_id} <= there  # not merged or erased meanwhile
    ]
    session.add_all(_suggestion(pair, now) for pair in wanted)
    await session.flush()
    return len(wanted)


async def search(session: AsyncSession, *, now: datetime) -> int:
    """Compare all companies; gives how many suggestions are open."""
    return await keep(session, company_pairs(await seen(session)), now=now)


async def search_apart(database: Database, *, now: datetime) -> int:
    """The same for a bridge that is at work: compared on a thread."""
    async with database.reading(long=True) as session:
        companies = await seen(session)
    pairs = await asyncio.to_thread(company_pairs, companies)
    async with database.transaction() as session:
        return await keep(session, pairs, now=now)


async def decide(
    session: AsyncSession, suggestion_id: str, *, same: bool, by: str, now: datetime
) -> CompanySuggestion:
    """A person's word: merge the two (the older one stays), or keep them apart for good.
    Raises CompanySuggestionUnknown."""
    row = await session.get(CompanySuggestion, suggestion_id)
    if row is None:
        raise CompanySuggestionUnknown(f"there is no suggestion {suggestion_id}")
    if same:
        session.expunge(row)  # it goes with the company that goes
        await merge(session, row.first_id, row.second_id, reasons=row.reasons, by=by, now=now)
        row.status = "merged"
        return row
    row.status, row.decided_at, row.decided_by = "apart", now, by
    return row


async def open_suggestions(session: AsyncSession, *, limit: int) -> Sequence[CompanySuggestion]:
    """What waits for a person, the surest first."""
    statement = (
        select(CompanySuggestion)
        .where(CompanySuggestion.status == "open")
        .order_by(CompanySuggestion.probability.desc(), CompanySuggestion.id)
        .limit(limit)
    )
    return (await session.scalars(statement)).all()


def _suggestion(pair: CompanyPair, now: datetime) -> CompanySuggestion:
    return CompanySuggestion(
        id=new_id("cdp"),
        first_id=pair.first_id,
        second_id=pair.second_id,
        probability=pair.probability,
        reasons=list(pair.reasons),
        status="open",
        found_at=now,
    )
