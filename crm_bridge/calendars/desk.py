"""The outside calendars of advisors for those who book: read again, written, taken out.

See `port.AdvisorCalendars`. Every call does network work between short transactions of
its own.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from crm_bridge.calendars import repository, service
from crm_bridge.calendars.connections import Connections
from crm_bridge.calendars.models import Advisor, CalendarEntry, ConnectedCalendar
from crm_bridge.calendars.port import INTERNAL, Calendar, Entry, EntryChanged, Written
from crm_bridge.calendars.syncer import Syncer
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database

JUST_READ: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a meeting is, or is to be."""

    calendar: ConnectedCalendar
    adapter: Calendar
    entry: CalendarEntry | None = None

    @property
    def at(self) -> Written | None:
        entry = self.entry
        if entry is None:
            return None
        return Written(entry.ref, entry.version, entry.video_url, entry.calendar_id)


class CalendarDesk:
    """`AdvisorCalendars` over the connected calendars."""

    def __init__(
        self, database: Database, clock: Clock, connections: Connections, syncer: Syncer
    ) -> None:
        self._database = database
        self._clock = clock
        self._connections = connections
        self._syncer = syncer

    async def reread(self, advisor_ids: Sequence[str], *, patience_seconds: float = 4.0) -> None:
        """See `port.AdvisorCalendars`."""
        now = self._clock.now()
        async with self._database.reading() as session:
            known = await repository.calendars_of(session, advisor_ids)
        due = [
            each.id
            for each in known
            if each.kind != INTERNAL
            and not each.revoked
            and (each.synced_at is None or now - each.synced_at > JUST_READ)
        ]
        if not due:
            return
        tasks = [asyncio.create_task(self._syncer.sync(each)) for each in due]
        _, late = await asyncio.wait(tasks, timeout=patience_seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def can_make_video(self, advisor_id: str) -> bool:
        """See `port.AdvisorCalendars`."""
        place = await self._place(advisor_id, None)
        return place is not None and place.adapter.makes_video

    async def write(self, advisor_id: str, entry: Entry) -> Written | None:
        """See `port.AdvisorCalendars`."""
        place = await self._place(advisor_id, entry.uid)
        if place is None:
            return None
        if _is_there(place.entry, entry):
            return place.at
        try:
            written = await place.adapter.write(entry, place.at)
        except EntryChanged:
            place = await self._again(advisor_id, entry.uid, place)
            written = await place.adapter.write(entry, place.at)
        return await self._note(place.calendar, entry, written)

    async def remove(self, advisor_id: str, uid: str) -> None:
        """See `port.AdvisorCalendars`."""
        place = await self._place(advisor_id, uid)
        if place is None or place.entry is None or not place.entry.written or place.at is None:
            return
        try:
            await place.adapter.remove(place.at)
        except EntryChanged:  # whatever the advisor changed: the meeting is not any more
            await place.adapter.remove(Written(place.at.ref))
        async with self._database.transaction() as session:
            await repository.forget_entry(session, uid, place.calendar.id)

    async def _again(self, advisor_id: str, uid: str, before: _Place) -> _Place:
        """Where the meeting is after the calendar was read again, if only something else
        than its time was changed there. Raises EntryChanged."""
        await self._syncer.sync(before.calendar.id)
        place = await self._place(advisor_id, uid)
        old, new = before.entry, place.entry if place else None
        if place is None or old is None or new is None:
            raise EntryChanged("the advisor removed the meeting from their calendar")
        if (old.start_at, old.end_at) != (new.start_at, new.end_at):
            raise EntryChanged("the advisor moved the meeting in their calendar")
        return place

    async def _place(self, advisor_id: str, uid: str | None) -> _Place | None:
        """The calendar that has the meeting, else the advisor's first that can be written."""
        async with self._database.reading() as session:
            advisor: Advisor = await service.get(session, advisor_id)
            calendars = await repository.calendars_of(session, [advisor_id])
            entries = await repository.entries_by_uid(session, uid) if uid else []
        can = {each.id: each for each in calendars if each.writes and not each.revoked}
        for entry in sorted(entries, key=lambda each: not each.written):
            if entry.calendar_id in can:
                calendar = can[entry.calendar_id]
                return _Place(calendar, self._connections.open(calendar, advisor), entry)
        first = next(iter(can.values()), None)
        return _Place(first, self._connections.open(first, advisor)) if first else None

    async def _note(self, calendar: ConnectedCalendar, entry: Entry, written: Written) -> Written:
        """Remember what was written, so that reading it back is no news."""
        async with self._database.transaction() as session:
            noted = await session.get(CalendarEntry, (entry.uid, calendar.id))
            if noted is None:
                noted = CalendarEntry(uid=entry.uid, calendar_id=calendar.id)
                session.add(noted)
            noted.ref, noted.version = written.ref, written.version
            noted.start_at, noted.end_at = entry.start, entry.end
            noted.sequence, noted.written = entry.sequence, True
            noted.video_url = written.video_url or noted.video_url
            noted.updated_at = self._clock.now()
            return Written(written.ref, written.version, noted.video_url, calendar.id)


def _is_there(known: CalendarEntry | None, entry: Entry) -> bool:
    """Whether exactly this was written before."""
    return (
        known is not None
        and known.written
        and (known.sequence, known.start_at, known.end_at)
        == (entry.sequence, entry.start, entry.end)
    )
