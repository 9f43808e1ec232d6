"""Two records become one, and two again: whatever names the one that goes names the other
from then on, and `undo` puts everything back that nobody has touched since. Merges made one on
top of the other are undone from the last to the first.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import Base
from crm_bridge.core.errors import Conflict, Invalid, NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.outbox import announce
from crm_bridge.core.references import point_back, repoint
from crm_bridge.merging.fill import given_back
from crm_bridge.merging.kind import Kind
from crm_bridge.merging.models import MergeRow


class MergeUnknown(NotFound):
    code = "merge_unknown"


class MergeUndone(Conflict):
    code = "merge_undone"


class MergedSince(Conflict):
    """What was kept became part of another; `undo_first` is the merge that did it."""

    code = "merged_since"


class SameRecord(Invalid):
    code = "same_record"


async def merge[R: Base](
    kind: Kind[R],
    session: AsyncSession,
    kept_id: str,
    gone_id: str,
    *,
    reasons: Sequence[str] = (),
    by: str,
    now: datetime,
) -> MergeRow:
    """Merge `gone_id` into `kept_id`. Announces <word>.merged. What names the one that goes
    by its primary key (which registers were asked about a company) is forgotten.

    Raises what `kind.get` raises of a record that is not there, and SameRecord when the two
    are one already.
    """
    if kept_id == gone_id:
        raise SameRecord(f"a {kind.word} cannot be merged with itself")
    kept: Any = await kind.get(session, kept_id)
    gone: Any = await kind.get(session, gone_id)
    before, went = _columns(kind, kept), _columns(kind, gone)
    changes = kind.taken_over(before, went)
    at = (gone.created_at.isoformat(), gone.updated_at.isoformat())
    moved = await repoint(session, kind.column, gone_id, kept_id)
    parts = await kind.parts.move(session, kept, gone) if kind.parts else {}
    merges = await _merges_into(kind, session, gone_id)
    await _hand_over(kind, session, merges, kept_id)
    record: Any = kind.record
    await session.execute(delete(record).where(record.id == gone_id))
    session.expunge(gone)
    _set(kind, kept, changes, now=now)
    undo = {
        "record": went,
        "at": at,
        "moved": moved,
        "merges": merges,
        "before": {field: before[field] for field in changes},
        "taken": changes,
        **parts,
    }
    made = kind.merge(
        id=new_id(kind.merge_prefix),
        kept_id=kept_id,
        gone_id=gone_id,
        undo=undo,
        reasons=list(reasons),
        by=by,
        at=now,
    )
    session.add(made)
    await session.flush()
    await session.refresh(kept, kind.relations)
    _announce(kind, session, "merged", made, now=now)
    return made


async def undo[R: Base](kind: Kind[R], session: AsyncSession, merge_id: str, *, now: datetime) -> R:
    """Part two records again; gives the one that comes back, under its own id.

    What was written to the kept record after the merge stays there. Announces
    <word>.unmerged. Raises MergeUnknown, MergeUndone or MergedSince.
    """
    made = await session.get(kind.merge, merge_id)
    if made is None:
        raise MergeUnknown(f"there is no merge {merge_id}")
    if made.undone_at is not None:
        raise MergeUndone(f"{merge_id} was undone already")
    await _refuse_beneath(kind, session, made)
    kept = await kind.get(session, made.kept_id)
    back = _restored(kind, made)
    session.add(back)
    await session.flush()
    await point_back(session, kind.column, made.gone_id, made.kept_id, made.undo["moved"])
    await _hand_over(kind, session, made.undo["merges"], made.gone_id)
    if kind.parts:
        await kind.parts.move_back(session, made, back)
    put_back = given_back(_columns(kind, kept), made.undo["before"], made.undo["taken"])
    _set(kind, kept, put_back, now=now)
    made.undone_at, made.undo = now, {}
    await session.flush()
    for record in (kept, back):
        await session.refresh(record, kind.relations)
    _announce(kind, session, "unmerged", made, now=now)
    return back


async def _merges_into[R: Base](kind: Kind[R], session: AsyncSession, kept_id: str) -> list[str]:
    """The merges that a record is made of: they would go with its row."""
    table: Any = kind.merge
    return list(await session.scalars(select(table.id).where(table.kept_id == kept_id)))


async def _hand_over[R: Base](
    kind: Kind[R], session: AsyncSession, merges: Sequence[str], kept_id: str
) -> None:
    table: Any = kind.merge
    await session.execute(update(table).where(table.id.in_(merges)).values(kept_id=kept_id))


async def _refuse_beneath[R: Base](kind: Kind[R], session: AsyncSession, made: MergeRow) -> None:
    """What both merges gave can only be told apart from the last one backwards."""
    table: Any = kind.merge
    live = select(table).where(table.kept_id == made.kept_id, table.undone_at.is_(None))
    for later in await session.scalars(live):
        if made.id in later.undo["merges"]:
            raise MergedSince(f"{later.id} was made on top of {made.id}", undo_first=later.id)


def _announce[R: Base](
    kind: Kind[R], session: AsyncSession, what: str, made: MergeRow, *, now: datetime
) -> None:
    data = {kind.column: made.kept_id, "gone_id": made.gone_id, "merge_id": made.id}
    announce(session, f"{kind.word}.{what}", data, now=now, subject_id=made.kept_id)


def _columns[R: Base](kind: Kind[R], record: R) -> dict[str, Any]:
    return {field: getattr(record, field) for field in kind.whole}


def _set[R: Base](kind: Kind[R], record: R, values: dict[str, Any], *, now: datetime) -> None:
    derived = kind.derived({**_columns(kind, record), **values})
    for field, value in {**values, **derived, "updated_at": now}.items():
        setattr(record, field, value)


def _restored[R: Base](kind: Kind[R], made: MergeRow) -> R:
    created, updated = (datetime.fromisoformat(moment) for moment in made.undo["at"])
    values = made.undo["record"]
    empty: dict[str, Any] = {relation: [] for relation in kind.relations}
    columns = {**values, **kind.derived(values), **empty}
    return kind.record(id=made.gone_id, created_at=created, updated_at=updated, **columns)
