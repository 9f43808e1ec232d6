"""An advisor's time off, read through the port that outside calendars are read through.

It is written where it is decided (`service.add_time_off`), straight into the busy index,
and therefore never stale; meetings of ours are bookings and are not written here.
"""

from crm_bridge.calendars import repository
from crm_bridge.calendars.cursor import Cursor
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.port import CalendarRefused, Changes, Entry, Written
from crm_bridge.core.database import Database


class InternalCalendar:
    """`port.Calendar` over the rows of the busy index."""

    writes = False
    makes_video = False

    def __init__(self, database: Database, calendar_id: str) -> None:
        self._database = database
        self._calendar_id = calendar_id

    async def changes(self, cursor: str | None, window: Interval) -> Changes:
        """See `port.Calendar`; reading it cannot fail."""
        async with self._database.reading() as session:
            entries = await repository.busy_events(session, self._calendar_id, window)
        versions = {ref: _version(times) for ref, times in entries.items()}
        known = Cursor.read(cursor, window)
        events = dict(entries)
        if known is not None:
            before = known.data
            events = {
                ref: times for ref, times in entries.items() if before.get(ref) != versions[ref]
            }
            events |= {ref: () for ref in before if ref not in entries}
        following = Cursor(window.end, versions).write()
        return Changes(events, complete=known is None, cursor=following)

    async def write(self, entry: Entry, at: Written | None) -> Written:
        """Raises CalendarRefused."""
        raise CalendarRefused("meetings of ours are bookings: nothing is written here")

    async def remove(self, at: Written) -> None:
        """Raises CalendarRefused."""
        raise CalendarRefused("meetings of ours are bookings: nothing is written here")


def _version(times: tuple[Interval, ...]) -> str:
    return " ".join(f"{each.start.isoformat()}/{each.end.isoformat()}" for each in times)
