"""Our meetings as a calendar shows them: what its advisor did to them is told.

A meeting may have been written by us, or come in by our invitation; either way its UID
is a booking's. Where it was last seen is kept, so that news is told once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars.models import CalendarEntry, ConnectedCalendar
from crm_bridge.calendars.port import Changes
from crm_bridge.core.outbox import announce


@dataclass(frozen=True, slots=True)
class Found:
    """What was read (`changes`), and the `entries` it may be about; `ours` are UIDs."""

    calendar: ConnectedCalendar
    changes: Changes
    ours: frozenset[str]
    entries: Sequence[CalendarEntry]


async def take(session: AsyncSession, found: Found, *, now: datetime, read_at: datetime) -> None:
    """Note where our meetings are in the calendar; announce what moved and what is gone."""
    changes = found.changes
    known = {entry.uid for entry in found.entries}
    by_uid = {uid: ref for ref, uid in changes.uids.items() if uid in found.ours}
    for entry in found.entries:
        ref = entry.ref if entry.ref in changes.events else by_uid.get(entry.uid, entry.ref)
        if entry.updated_at >= read_at or (ref not in changes.events and not changes.complete):
            continue
        times = changes.times(ref)
        if not times:
            await session.delete(entry)
            _tell(session, "calendar.entry_gone", entry, found, now)
            continue
        moved = (entry.start_at, entry.end_at) != (times[0].start, times[0].end)
        entry.ref, entry.version = ref, changes.versions.get(ref) or entry.version
        entry.start_at, entry.end_at = times[0].start, times[0].end
        if moved:
            entry.updated_at = now
            _tell(session, "calendar.entry_moved", entry, found, now)
    for uid, ref in by_uid.items():
        times = changes.times(ref)
        if uid not in known and times:
            session.add(
                CalendarEntry(
                    uid=uid,
                    calendar_id=found.calendar.id,
                    ref=ref,
                    version=changes.versions.get(ref),
                    start_at=times[0].start,
                    end_at=times[0].end,
                    updated_at=now,
                )
            )
    await session.flush()


def _tell(
    session: AsyncSession, name: str, entry: CalendarEntry, found: Found, now: datetime
) -> None:
    data = {
        "uid": entry.uid,
        "advisor": found.calendar.advisor_id,
        "calendar": found.calendar.id,
        "start": entry.start_at.isoformat(),
        "end": entry.end_at.isoformat(),
    }
    announce(session, name, data, now=now, subject_id=entry.uid.partition("@")[0])
