"""Records that may be one: found, merged where that is certain, else laid before a person."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import Base, Database
from crm_bridge.core.errors import NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.merging.kind import Found, Kind
from crm_bridge.merging.merge import merge
from crm_bridge.merging.models import SuggestionRow

BY: Final = "job:duplicates"
AT_ONCE: Final = 20  # merges in one transaction
OPEN: Final = "open"
type _Ids = tuple[str, str]


class SuggestionUnknown(NotFound):
    code = "suggestion_unknown"


@dataclass(frozen=True, slots=True)
class Search:
    """What a search came to: merges made, and suggestions that are open now."""

    compared: int
    merged: tuple[str, ...]
    suggested: int


async def search[R: Base](
    kind: Kind[R], session: AsyncSession, *, merge_certain: bool, now: datetime
) -> Search:
    """Compare all. Certain pairs are merged (with `merge_certain`), the others kept as
    suggestions; a pair that a person has parted is not suggested again."""
    compared = await kind.read(session)
    certain, suggested = _parted(kind.compare(compared), merge_certain=merge_certain)
    gone: dict[str, str] = {}
    merged = await _merge(kind, session, certain, gone, now=now)
    kept = await _suggest(kind, session, suggested, gone, now=now)
    return Search(compared=len(compared), merged=tuple(merged), suggested=kept)


async def search_apart[R: Base](
    kind: Kind[R], database: Database, *, merge_certain: bool, now: datetime
) -> Search:
    """The same for a bridge that is at work: read first, compared on a thread, and written
    in small transactions, so that nobody waits."""
    async with database.reading(long=True) as session:
        compared = await kind.read(session)
    pairs = await asyncio.to_thread(kind.compare, compared)
    certain, suggested = _parted(pairs, merge_certain=merge_certain)
    gone: dict[str, str] = {}
    merged: list[str] = []
    for part in batched(certain, AT_ONCE):
        async with database.transaction() as session:
            merged += await _merge(kind, session, part, gone, now=now)
    async with database.transaction() as session:
        kept = await _suggest(kind, session, suggested, gone, now=now)
    return Search(compared=len(compared), merged=tuple(merged), suggested=kept)


async def decide[R: Base](
    kind: Kind[R], session: AsyncSession, suggestion_id: str, *, same: bool, by: str, now: datetime
) -> SuggestionRow:
    """A person's word on a suggestion: merge the two (the older one stays), or keep them
    apart for good. Raises SuggestionUnknown."""
    row = await session.get(kind.suggestion, suggestion_id)
    if row is None:
        raise SuggestionUnknown(f"there is no suggestion {suggestion_id}")
    if same:
        session.expunge(row)  # it goes with the record that goes
        first, second = row.first_id, row.second_id
        await merge(kind, session, first, second, reasons=row.reasons, by=by, now=now)
        row.status = "merged"
        return row
    row.status, row.decided_at, row.decided_by = "apart", now, by
    return row


async def open_suggestions[R: Base](
    kind: Kind[R], session: AsyncSession, *, limit: int
) -> Sequence[SuggestionRow]:
    """What waits for a person, the surest first."""
    table = kind.suggestion
    waiting = select(table).where(table.status == OPEN)
    surest = waiting.order_by(table.probability.desc(), table.id).limit(limit)
    return (await session.scalars(surest)).all()


def _parted(pairs: Sequence[Found], *, merge_certain: bool) -> tuple[list[Found], list[Found]]:
    """The pairs to merge, and those for a person."""
    certain = [pair for pair in pairs if merge_certain and pair.automatic]
    return certain, [pair for pair in pairs if not (merge_certain and pair.automatic)]


async def _merge[R: Base](
    kind: Kind[R],
    session: AsyncSession,
    certain: Sequence[Found],
    gone: dict[str, str],
    *,
    now: datetime,
) -> list[str]:
    """The merges that were made; `gone` learns which became part of which."""
    decided = await _decided(kind, session)
    merged = []
    for pair in certain:
        kept_id, gone_id = _now(pair, gone)
        parted = (pair.first_id, pair.second_id) in decided
        if parted or kept_id == gone_id or not await _there(kind, session, kept_id, gone_id):
            continue
        made = await merge(kind, session, kept_id, gone_id, reasons=pair.reasons, by=BY, now=now)
        gone |= {old: kept_id for old, new in gone.items() if new == gone_id}
        gone[gone_id] = kept_id
        merged.append(made.id)
    return merged


async def _suggest[R: Base](
    kind: Kind[R],
    session: AsyncSession,
    suggested: Sequence[Found],
    gone: Mapping[str, str],
    *,
    now: datetime,
) -> int:
    """Replace the open suggestions by these; gives how many."""
    decided = await _decided(kind, session)
    await session.execute(delete(kind.suggestion).where(kind.suggestion.status == OPEN))
    kept: dict[_Ids, Found] = {}
    for pair in suggested:
        ids = _now(pair, gone)
        new = ids[0] != ids[1] and ids not in decided | kept.keys()
        if new and await _there(kind, session, *ids):
            kept[ids] = pair
    session.add_all(_suggestion(kind, ids, pair, now) for ids, pair in kept.items())
    await session.flush()
    return len(kept)


def _now(pair: Found, gone: Mapping[str, str]) -> _Ids:
    """What the two are called after the merges that were made."""
    ids = (pair.first_id, pair.second_id)
    first, second = sorted(gone.get(one, one) for one in ids)
    return first, second


async def _there[R: Base](kind: Kind[R], session: AsyncSession, first: str, second: str) -> bool:
    """Whether both are still there: others work while records are compared."""
    record: Any = kind.record
    wanted = select(func.count()).select_from(record).where(record.id.in_([first, second]))
    return await session.scalar(wanted) == 2


async def _decided[R: Base](kind: Kind[R], session: AsyncSession) -> set[_Ids]:
    apart = select(kind.suggestion).where(kind.suggestion.status == "apart")
    return {(row.first_id, row.second_id) for row in await session.scalars(apart)}


def _suggestion[R: Base](kind: Kind[R], ids: _Ids, pair: Found, now: datetime) -> SuggestionRow:
    return kind.suggestion(
        id=new_id(kind.suggestion_prefix),
        first_id=ids[0],
        second_id=ids[1],
        probability=round(pair.probability, 6),
        reasons=list(pair.reasons),
        status=OPEN,
        found_at=now,
    )
