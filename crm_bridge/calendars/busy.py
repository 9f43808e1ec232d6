"""The busy index: what calendars say about advisors' time, and whether it can be trusted."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars import diary_rows, found_entries, repository
from crm_bridge.calendars.found_entries import Found
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.calendars.port import INTERNAL, Changes

SHORTEST_LIMIT = timedelta(minutes=1)


class Readable(Protocol):
    """What tells how old our knowledge of a calendar is (`models.ConnectedCalendar`)."""

    @property
    def kind(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def limit_minutes(self) -> int: ...

    @property
    def synced_at(self) -> datetime | None: ...

    @property
    def created_at(self) -> datetime: ...


async def take_changes(
    session: AsyncSession,
    calendar: ConnectedCalendar,
    changes: Changes,
    *,
    now: datetime,
    read_at: datetime | None = None,
    ours: Collection[str] = (),
    window: Interval | None = None,
) -> None:
    """Bring the busy index up to date with what a calendar told at `now`.

    `ours` are the UIDs among `changes.uids` that are bookings of ours: they take no time
    here. What the advisor did to them is announced (see `port`), but for those that were
    written since `read_at`, when the reading began.
    """
    entries = await repository.entries_of(
        session, calendar.id, uids=ours, refs=changes.events.keys()
    )
    refs = {ref for ref, uid in changes.uids.items() if uid in ours} | {
        each.ref for each in entries
    }
    await repository.replace_busy(
        session, calendar, changes.events.items(), all_events=changes.complete, ours=refs
    )
    if changes.complete and window is not None:
        entries += [
            each
            for each in await repository.entries_ahead(session, calendar.id, window)
            if each not in entries
        ]
    found = Found(calendar, changes, frozenset(ours), entries)
    await found_entries.take(session, found, now=now, read_at=read_at or now)
    calendar.cursor = changes.cursor
    calendar.synced_at = now
    calendar.problem = "; ".join(changes.faults)[:500] or None


def stale_since(calendar: Readable, now: datetime) -> datetime | None:
    """When the calendar was last read, if that is too long ago to be trusted; the internal
    one is always fresh. One that was never read is stale since it was connected."""
    if calendar.kind == INTERNAL:
        return None
    read = calendar.synced_at or calendar.created_at
    fresh = calendar.synced_at is not None and now - read <= timedelta(
        minutes=calendar.limit_minutes
    )
    return None if fresh else read


async def stale_calendars(
    session: AsyncSession, advisor_ids: Iterable[str], *, now: datetime
) -> dict[str, tuple[Readable, datetime]]:
    """The stale calendar of each advisor who has one, and when it was last read."""
    stale: dict[str, tuple[Readable, datetime]] = {}
    unread = await diary_rows.unread_since(session, list(advisor_ids), now - SHORTEST_LIMIT)
    for calendar in unread:
        since = stale_since(calendar, now)
        if since is not None:
            stale.setdefault(calendar.advisor_id, (calendar, since))
    return stale


async def busy_of(
    session: AsyncSession, advisor_ids: Iterable[str], window: Interval
) -> dict[str, list[Interval]]:
    """The busy times of each advisor that overlap `window`; advisors with none are left out."""
    busy: dict[str, list[Interval]] = {}
    for advisor, interval in await repository.busy_between(session, advisor_ids, window):
        busy.setdefault(advisor, []).append(interval)
    return busy
