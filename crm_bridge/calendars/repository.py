"""The SQL of advisors, calendars and busy times."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import batched
from typing import Final, NamedTuple, cast

from sqlalchemy import Integer, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars import busy_bits
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import (
    Advisor,
    BusyBits,
    BusyInterval,
    CalendarEntry,
    ConnectedCalendar,
)
from crm_bridge.calendars.port import INTERNAL
from crm_bridge.core.database import Instant
from crm_bridge.core.one_of import one_of
from crm_bridge.core.prepared import Prepared, Runner

IN_A_STATEMENT: Final = 500  # SQLite takes some thousand values in one


async def list_advisors(
    session: AsyncSession, ids: Sequence[str] | None = None, *, active_only: bool = False
) -> list[Advisor]:
    """The advisors of those ids (None: all), by id."""
    statement = select(Advisor).order_by(Advisor.id)
    if ids is not None:
        statement = statement.where(Advisor.id.in_(ids))
    if active_only:
        statement = statement.where(Advisor.active.is_(True))
    return list(await session.scalars(statement))


_advisor, _busy = cast("Table", Advisor.__table__), cast("Table", BusyInterval.__table__)
_LOCK: Final = Prepared(
    select(_advisor.c.id, _advisor.c.buffer_before_minutes, _advisor.c.buffer_after_minutes)
    .where(one_of(_advisor.c.id, "advisors"))
    .order_by(_advisor.c.id)
    .with_for_update()
)
_RAISE: Final = Prepared(
    update(_advisor)
    .where(one_of(_advisor.c.id, "advisors"))
    .values(lock_version=_advisor.c.lock_version + 1)
)
_BUSY: Final = Prepared(
    select(_busy.c.advisor_id, _busy.c.start_at, _busy.c.end_at).where(
        one_of(_busy.c.advisor_id, "advisors"),
        _busy.c.kind == "busy",
        _busy.c.end_at > bindparam("from", type_=Instant()),
        _busy.c.start_at < bindparam("to", type_=Instant()),
    )
)


class Locked(NamedTuple):
    """What takes an advisor's time needs of them, read under their row's lock."""

    id: str
    buffer_before_minutes: int
    buffer_after_minutes: int


async def lock_advisors(session: AsyncSession, ids: Iterable[str]) -> list[Locked]:
    """The advisors of those ids, their rows locked in the order of their ids until the end
    of the transaction, and read after the lock was had."""
    wanted = {"advisors": sorted(set(ids))}
    locked = [Locked(*row) for row in await _LOCK.all(session, wanted)]
    await _RAISE.run(session, wanted)
    return locked


async def calendars_of(
    session: AsyncSession, advisor_ids: Iterable[str]
) -> list[ConnectedCalendar]:
    """Every calendar of the advisors, the oldest first."""
    return list(
        await session.scalars(
            select(ConnectedCalendar)
            .where(ConnectedCalendar.advisor_id.in_(list(advisor_ids)))
            .order_by(ConnectedCalendar.id)
        )
    )


async def busy_between(
    session: AsyncSession, advisor_ids: Iterable[str], window: Interval
) -> list[tuple[str, Interval]]:
    """The busy times of the advisors that overlap `window`, as (advisor id, interval)."""
    values = {"advisors": list(advisor_ids), "from": window.start, "to": window.end}
    rows = await _BUSY.all(session, values)
    return [(advisor, Interval(start, end)) for advisor, start, end in rows]


async def busy_events(
    session: AsyncSession, calendar_id: str, window: Interval
) -> dict[str, tuple[Interval, ...]]:
    """The events of a calendar that overlap `window`, each with its times, in order of time."""
    rows = await session.execute(
        select(BusyInterval.source_event, BusyInterval.start_at, BusyInterval.end_at)
        .where(
            BusyInterval.calendar_id == calendar_id,
            BusyInterval.end_at > window.start,
            BusyInterval.start_at < window.end,
        )
        .order_by(BusyInterval.start_at)
    )
    found: dict[str, tuple[Interval, ...]] = {}
    for event, start, end in rows:
        found[event] = (*found.get(event, ()), Interval(start, end))
    return found


async def busy_count(session: AsyncSession, calendar_id: str) -> int:
    """How many busy times a calendar told."""
    counted = select(func.count()).where(BusyInterval.calendar_id == calendar_id)
    return await session.scalar(counted) or 0


async def replace_busy(
    session: AsyncSession,
    calendar: ConnectedCalendar,
    events: Iterable[tuple[str, Sequence[Interval]]],
    *,
    all_events: bool = False,
    ours: Collection[str] = (),
) -> None:
    """Store the times of events in place of what was stored for them (`all_events`: in place
    of everything of that calendar). `ours` are the events that are bookings of ours."""
    known = list(events)
    if all_events:
        await session.execute(delete(BusyInterval).where(BusyInterval.calendar_id == calendar.id))
    for some in batched((event for event, _ in known), IN_A_STATEMENT):
        if not all_events:
            await session.execute(
                delete(BusyInterval).where(
                    BusyInterval.calendar_id == calendar.id, BusyInterval.source_event.in_(some)
                )
            )
    rows = [
        {
            "advisor_id": calendar.advisor_id,
            "calendar_id": calendar.id,
            "source_event": event,
            "start_at": each.start,
            "end_at": each.end,
            "kind": "ours" if event in ours else "busy",
        }
        for event, intervals in known
        for each in intervals
        if not each.empty
    ]
    if rows:
        await session.execute(insert(BusyInterval), rows)
    if known or all_events:
        await rebuild_bits(session, calendar.advisor_id)


async def rebuild_bits(session: AsyncSession, advisor_id: str) -> None:
    """Derive an advisor's bitmaps anew from their busy intervals."""
    taken = await session.execute(
        select(BusyInterval.start_at, BusyInterval.end_at).where(
            BusyInterval.advisor_id == advisor_id, BusyInterval.kind == "busy"
        )
    )
    packed = busy_bits.pack(Interval(start, end) for start, end in taken)
    await session.execute(delete(BusyBits).where(BusyBits.advisor_id == advisor_id))
    if packed:
        await session.execute(
            insert(BusyBits),
            [
                {"advisor_id": advisor_id, "stretch": stretch, "bits": bits}
                for stretch, bits in packed.items()
            ],
        )
    digest = busy_bits.digest_of(packed)
    await session.execute(
        update(Advisor).where(Advisor.id == advisor_id).values(busy_digest=digest)
    )


async def entries_of(
    session: AsyncSession,
    calendar_id: str,
    *,
    uids: Collection[str] = (),
    refs: Collection[str] = (),
) -> list[CalendarEntry]:
    """The bookings that are known to be in a calendar, by UID or by the event's id there."""
    found: dict[str, CalendarEntry] = {}
    for column, values in ((CalendarEntry.uid, uids), (CalendarEntry.ref, refs)):
        for some in batched(sorted(values), IN_A_STATEMENT):
            rows = await session.scalars(
                select(CalendarEntry).where(
                    CalendarEntry.calendar_id == calendar_id, column.in_(some)
                )
            )
            found.update((each.uid, each) for each in rows)
    return list(found.values())


async def entries_ahead(
    session: AsyncSession, calendar_id: str, window: Interval
) -> list[CalendarEntry]:
    """The bookings known to be in a calendar that overlap `window`."""
    return list(
        await session.scalars(
            select(CalendarEntry).where(
                CalendarEntry.calendar_id == calendar_id,
                CalendarEntry.start_at < window.end,
                CalendarEntry.end_at > window.start,
            )
        )
    )


async def forget_entry(session: AsyncSession, uid: str, calendar_id: str) -> None:
    """A booking is not in a calendar any more."""
    await session.execute(
        delete(CalendarEntry).where(
            CalendarEntry.uid == uid, CalendarEntry.calendar_id == calendar_id
        )
    )


async def forget_calendar(session: AsyncSession, calendar_id: str) -> None:
    """Remove a calendar and all that it told."""
    calendar = await session.get(ConnectedCalendar, calendar_id)
    for table in (BusyInterval, CalendarEntry):
        await session.execute(delete(table).where(table.calendar_id == calendar_id))
    await session.execute(delete(ConnectedCalendar).where(ConnectedCalendar.id == calendar_id))
    if calendar is not None:
        await rebuild_bits(session, calendar.advisor_id)


async def entries_by_uid(session: AsyncSession, uid: str) -> list[CalendarEntry]:
    """Every calendar that a booking is known to be in."""
    return list(await session.scalars(select(CalendarEntry).where(CalendarEntry.uid == uid)))


_calendar = cast("Table", ConnectedCalendar.__table__)
_DUE: Final = Prepared(
    select(_calendar.c.id)
    .where(
        _calendar.c.kind != INTERNAL,
        _calendar.c.next_sync_at <= bindparam("now", type_=Instant()),
    )
    .order_by(_calendar.c.next_sync_at)
    .limit(bindparam("most", type_=Integer))
)


async def due_calendars(on: Runner, *, now: datetime, limit: int) -> list[str]:
    """The ids of the outside calendars whose turn to be read has come, the longest first."""
    return [row.id for row in await _DUE.all(on, {"now": now, "most": limit})]


async def lease(session: AsyncSession, calendar_id: str, *, now: datetime, until: datetime) -> bool:
    """Take the turn to read a calendar until an instant; False where another has it."""
    taken = await session.scalars(
        update(ConnectedCalendar)
        .where(ConnectedCalendar.id == calendar_id, ConnectedCalendar.next_sync_at <= now)
        .values(next_sync_at=until)
        .returning(ConnectedCalendar.id)
    )
    return taken.first() is not None


async def forget_busy_before(session: AsyncSession, before: datetime) -> None:
    """Drop busy times that were over by `before`."""
    await session.execute(delete(BusyInterval).where(BusyInterval.end_at < before))
