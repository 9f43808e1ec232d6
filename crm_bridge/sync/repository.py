"""All SQL of the sync's own tables."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.ids import new_id
from crm_bridge.core.insert import insert_unless_there
from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.sync.models import CrmConflict, CrmConnection, CrmCursor, CrmLink, CrmPoison

_ANY: Final = Prepared(select(cast("Table", CrmConnection.__table__).c.id).limit(1))


async def is_connected(on: Runner) -> bool:
    """Whether there is any CRM beside us; asked at every event."""
    return await _ANY.one(on, {}) is not None


async def connections(session: AsyncSession) -> Sequence[CrmConnection]:
    """Every connection, by name."""
    return (await session.scalars(select(CrmConnection).order_by(CrmConnection.name))).all()


async def connection_named(session: AsyncSession, name: str) -> CrmConnection | None:
    """The connection of that name."""
    return (await session.scalars(select(CrmConnection).filter_by(name=name))).one_or_none()


async def lease(
    session: AsyncSession, connection_id: str, *, by: str, until: datetime, now: datetime
) -> bool:
    """Take or renew the right to work on a connection; False while another has it."""
    free = or_(
        CrmConnection.leased_until.is_(None),
        CrmConnection.leased_until <= now,
        CrmConnection.leased_by == by,
    )
    taken = await session.execute(
        update(CrmConnection)
        .where(CrmConnection.id == connection_id, free)
        .values(leased_by=by, leased_until=until)
        .returning(CrmConnection.id)
    )
    return taken.first() is not None


async def release(session: AsyncSession, connection_id: str, *, by: str) -> None:
    """Give back the right to work on a connection."""
    await session.execute(
        update(CrmConnection)
        .where(CrmConnection.id == connection_id, CrmConnection.leased_by == by)
        .values(leased_until=None)
    )


# Links


async def links_by_external(
    session: AsyncSession, connection_id: str, kind: str, ids: Collection[str]
) -> dict[str, CrmLink]:
    """External id -> link."""
    wanted = select(CrmLink).filter_by(connection_id=connection_id, kind=kind)
    rows = await session.scalars(wanted.where(CrmLink.external_id.in_(ids)))
    return {row.external_id: row for row in rows if row.external_id}


async def links_by_record(
    session: AsyncSession, connection_id: str, kind: str, ids: Collection[str]
) -> dict[str, CrmLink]:
    """Our id -> link."""
    wanted = select(CrmLink).filter_by(connection_id=connection_id, kind=kind)
    rows = await session.scalars(wanted.where(CrmLink.record_id.in_(ids)))
    return {row.record_id: row for row in rows if row.record_id}


async def due(
    session: AsyncSession, connection_id: str, kind: str, *, now: datetime, limit: int
) -> Sequence[CrmLink]:
    """Links whose push is due, the longest waiting first."""
    wanted = (
        select(CrmLink)
        .filter_by(connection_id=connection_id, kind=kind)
        .where(CrmLink.next_at <= now)
        .order_by(CrmLink.next_at, CrmLink.id)
        .limit(limit)
    )
    return (await session.scalars(wanted)).all()


async def mark(
    session: AsyncSession, connection_id: str, kind: str, record_id: str, *, now: datetime
) -> bool:
    """Have a record of ours pushed soon; False where it must not be (gone, erased)."""
    values = {
        "id": new_id("lnk"),
        "connection_id": connection_id,
        "kind": kind,
        "record_id": record_id,
        "next_at": now,
        "state": "linked",
        "adopted": False,
        "base": {},
        "seen": {},
        "sent": {},
        "generation": 1,
        "attempts": 0,
    }
    if await insert_unless_there(session, CrmLink, values):
        return True
    marked = await session.execute(
        update(CrmLink)
        .filter_by(connection_id=connection_id, kind=kind, record_id=record_id)
        .where(CrmLink.state.in_(("linked", "poison")))
        .values(generation=CrmLink.generation + 1, next_at=now, attempts=0, state="linked")
        .returning(CrmLink.id)
    )
    return marked.first() is not None


async def not_in_pass(
    session: AsyncSession, connection_id: str, kind: str, pass_id: str
) -> Sequence[CrmLink]:
    """Links that a complete pass of the CRM's records did not meet."""
    wanted = (
        select(CrmLink)
        .filter_by(connection_id=connection_id, kind=kind, state="linked")
        .where(
            CrmLink.external_id.is_not(None),
            or_(CrmLink.pass_id.is_(None), CrmLink.pass_id != pass_id),
        )
    )
    return (await session.scalars(wanted)).all()


async def count_links(session: AsyncSession, connection_id: str) -> Mapping[tuple[str, str], int]:
    """(kind, state) -> how many; what waits for its push counts as "waiting" too."""
    grouped = (
        select(CrmLink.kind, CrmLink.state, func.count(), func.count(CrmLink.next_at))
        .where(CrmLink.connection_id == connection_id)
        .group_by(CrmLink.kind, CrmLink.state)
    )
    counts: dict[tuple[str, str], int] = {}
    for kind, state, number, waiting in await session.execute(grouped):
        counts[kind, state] = number
        counts[kind, "waiting"] = counts.get((kind, "waiting"), 0) + waiting
    return counts


# Cursors


async def cursor_document(
    session: AsyncSession, connection_id: str, kind: str, stream: str
) -> Mapping[str, Any] | None:
    """Where a stream stands."""
    row = await session.get(CrmCursor, (connection_id, kind, stream))
    return row.document if row else None


async def save_cursor(
    session: AsyncSession,
    connection_id: str,
    kind: str,
    stream: str,
    document: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep where a stream stands, in the transaction that took its rows over."""
    row = await session.get(CrmCursor, (connection_id, kind, stream))
    if row is None:
        key = {"connection_id": connection_id, "kind": kind, "stream": stream}
        session.add(CrmCursor(**key, document=dict(document), at=now))
    else:
        row.document, row.at = dict(document), now


# Conflicts and poison


async def add_conflict(session: AsyncSession, values: dict[str, Any]) -> None:
    """Keep a conflict, once."""
    await insert_unless_there(session, CrmConflict, {"id": new_id("cnf"), **values})


async def conflicts(
    session: AsyncSession, *, connection_id: str | None = None, limit: int = 100
) -> Sequence[CrmConflict]:
    """The latest conflicts, newest first."""
    wanted = select(CrmConflict).order_by(CrmConflict.id.desc()).limit(limit)
    if connection_id is not None:
        wanted = wanted.filter_by(connection_id=connection_id)
    return (await session.scalars(wanted)).all()


async def set_poison(
    session: AsyncSession,
    connection_id: str,
    kind: str,
    external_id: str,
    *,
    record_id: str | None,
    error: str,
    now: datetime,
) -> None:
    """Note what keeps a record of the CRM, or some of its fields, out."""
    row = await session.get(CrmPoison, (connection_id, kind, external_id))
    if row is None:
        row = CrmPoison(connection_id=connection_id, kind=kind, external_id=external_id)
        session.add(row)
    row.record_id, row.error, row.at = record_id, error[:500], now


async def clear_poison(
    session: AsyncSession, connection_id: str, kind: str, external_ids: Sequence[str]
) -> None:
    """These records are taken over whole."""
    if external_ids:
        await session.execute(
            delete(CrmPoison)
            .filter_by(connection_id=connection_id, kind=kind)
            .where(CrmPoison.external_id.in_(external_ids))
        )


async def poison(session: AsyncSession, connection_id: str) -> Sequence[CrmPoison]:
    """What could not be taken over, newest first."""
    wanted = select(CrmPoison).filter_by(connection_id=connection_id)
    return (await session.scalars(wanted.order_by(CrmPoison.at.desc()))).all()


# Erasure


async def forget(session: AsyncSession, record_ids: Sequence[str]) -> Sequence[CrmLink]:
    """Take everything about these records out of the sync's tables. The links stay as
    tombstones with the CRM's id alone, so that the next pull does not bring them back."""
    for table in (CrmConflict, CrmPoison):
        await session.execute(delete(table).where(table.record_id.in_(record_ids)))
    rows = (await session.scalars(select(CrmLink).where(CrmLink.record_id.in_(record_ids)))).all()
    for row in rows:
        if row.external_id is None:
            await session.delete(row)
            continue
        row.record_id, row.state, row.base, row.seen, row.sent = None, "erased", {}, {}, {}
        row.error, row.version, row.next_at = None, None, None
    await session.flush()
    return [row for row in rows if row.external_id is not None]
