"""Contacts that are one person: found, merged where it is certain, else laid before a person."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies.models import Company
from crm_bridge.contacts.match import SUGGEST_FROM, Matcher, Pair
from crm_bridge.contacts.match_form import Described, describe
from crm_bridge.contacts.merging import merge
from crm_bridge.contacts.models import Contact, DuplicateSuggestion
from crm_bridge.core.database import Database
from crm_bridge.core.errors import NotFound
from crm_bridge.core.ids import new_id

BY: Final = "job:duplicates"
AT_ONCE: Final = 20  # merges in one transaction
MOST_CONTACTS: Final = 200_000  # compared at once; about two minutes and a gigabyte


class SuggestionUnknown(NotFound):
    code = "suggestion_unknown"


@dataclass(frozen=True, slots=True)
class Search:
    """What a search came to: merges made, and suggestions that are open now."""

    compared: int
    merged: tuple[str, ...]
    suggested: int


async def search(session: AsyncSession, *, merge_certain: bool, now: datetime) -> Search:
    """Compare all contacts. Certain pairs are merged (with `merge_certain`), the others kept
    as suggestions; a pair that a person has parted is not suggested again."""
    described = await _all(session)
    certain, suggested = _parted(_pairs(described), merge_certain=merge_certain)
    gone: dict[str, str] = {}
    merged = await _merge(session, certain, gone, now=now)
    kept = await _suggest(session, suggested, gone, now=now)
    return Search(compared=len(described), merged=tuple(merged), suggested=kept)


async def search_apart(database: Database, *, merge_certain: bool, now: datetime) -> Search:
    """The same for a bridge that is at work: read first, compared on a thread, and written
    in small transactions, so that nobody waits."""
    async with database.reading(long=True) as session:
        described = await _all(session)
    pairs = await asyncio.to_thread(_pairs, described)
    certain, suggested = _parted(pairs, merge_certain=merge_certain)
    gone: dict[str, str] = {}
    merged: list[str] = []
    for part in batched(certain, AT_ONCE):
        async with database.transaction() as session:
            merged += await _merge(session, part, gone, now=now)
    async with database.transaction() as session:
        kept = await _suggest(session, suggested, gone, now=now)
    return Search(compared=len(described), merged=tuple(merged), suggested=kept)


Ids = tuple[str, str]


def _pairs(described: Sequence[Described]) -> list[tuple[Ids, Pair]]:
    return [
        (_ids(described, pair), pair) for pair in Matcher(described).pairs(at_least=SUGGEST_FROM)
    ]


def _parted(
    pairs: Sequence[tuple[Ids, Pair]], *, merge_certain: bool
) -> tuple[list[tuple[Ids, Pair]], list[tuple[Ids, Pair]]]:
    """The pairs to merge, and those for a person."""
    certain = [each for each in pairs if merge_certain and each[1].automatic]
    return certain, [each for each in pairs if not (merge_certain and each[1].automatic)]


async def _merge(
    session: AsyncSession,
    certain: Sequence[tuple[Ids, Pair]],
    gone: dict[str, str],
    *,
    now: datetime,
) -> list[str]:
    """The merges that were made; `gone` learns who became part of whom."""
    decided = await _decided(session)
    merged = []
    for ids, pair in certain:
        kept_id, gone_id = sorted(gone.get(contact_id, contact_id) for contact_id in ids)
        if ids in decided or kept_id == gone_id or not await _there(session, kept_id, gone_id):
            continue
        made = await merge(session, kept_id, gone_id, reasons=pair.reasons(), by=BY, now=now)
        gone |= {old: kept_id for old, new in gone.items() if new == gone_id}
        gone[gone_id] = kept_id
        merged.append(made.id)
    return merged


async def _suggest(
    session: AsyncSession,
    suggested: Sequence[tuple[Ids, Pair]],
    gone: Mapping[str, str],
    *,
    now: datetime,
) -> int:
    """Replace the open suggestions by these; gives how many."""
    decided = await _decided(session)
    await session.execute(delete(DuplicateSuggestion).where(DuplicateSuggestion.status == "open"))
    kept: dict[Ids, Pair] = {}
    for ids, pair in suggested:
        first, second = sorted(gone.get(one, one) for one in ids)
        new = first != second and (first, second) not in decided | kept.keys()
        if new and await _there(session, first, second):
            kept[first, second] = pair
    session.add_all(_suggestion(ids, pair, now) for ids, pair in kept.items())
    await session.flush()
    return len(kept)


async def _there(session: AsyncSession, first: str, second: str) -> bool:
    """Whether both are still there: others work while contacts are compared."""
    wanted = select(func.count()).select_from(Contact).where(Contact.id.in_([first, second]))
    return await session.scalar(wanted) == 2


async def decide(
    session: AsyncSession, suggestion_id: str, *, same: bool, by: str, now: datetime
) -> DuplicateSuggestion:
    """A person's word on a suggestion: merge the two (the older one stays), or keep them
    apart for good. Raises SuggestionUnknown."""
    row = await session.get(DuplicateSuggestion, suggestion_id)
    if row is None:
        raise SuggestionUnknown(f"there is no suggestion {suggestion_id}")
    if same:
        session.expunge(row)  # it goes with the contact that goes
        first, second = row.first_id, row.second_id
        await merge(session, first, second, reasons=row.reasons, by=by, now=now)
        row.status = "merged"
        return row
    row.status, row.decided_at, row.decided_by = "apart", now, by
    return row


async def open_suggestions(session: AsyncSession, *, limit: int) -> Sequence[DuplicateSuggestion]:
    """What waits for a person, the surest first."""
    statement = (
        select(DuplicateSuggestion)
        .where(DuplicateSuggestion.status == "open")
        .order_by(DuplicateSuggestion.probability.desc(), DuplicateSuggestion.id)
        .limit(limit)
    )
    return (await session.scalars(statement)).all()


async def _all(session: AsyncSession) -> list[Described]:
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


def _ids(described: Sequence[Described], pair: Pair) -> Ids:
    first, second = sorted((described[pair.first].id, described[pair.second].id))
    return first, second


async def _decided(session: AsyncSession) -> set[tuple[str, str]]:
    apart = select(DuplicateSuggestion).where(DuplicateSuggestion.status == "apart")
    return {(row.first_id, row.second_id) for row in await session.scalars(apart)}


def _suggestion(ids: tuple[str, str], pair: Pair, now: datetime) -> DuplicateSuggestion:
    return DuplicateSuggestion(
        id=new_id("dup"),
        first_id=ids[0],
        second_id=ids[1],
        probability=round(pair.probability, 6),
        reasons=pair.reasons(),
        status="open",
        found_at=now,
    )
