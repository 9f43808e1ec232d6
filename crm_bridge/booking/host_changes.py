"""What an advisor does to a meeting in their own calendar is done to the meeting: moved
there, it is moved; deleted, declined or cancelled there, it is cancelled, and the
visitor is told and offered other times. The advisor's word holds: they need no opening.

The calendar is asked for what is true now, because news may come late or twice.
"""

import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import change, repository, together
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.booking.refusals import Clash
from crm_bridge.booking.states import BookingOver, WrongState
from crm_bridge.booking.to_a_person import HandOver
from crm_bridge.calendars import repository as calendars
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event

log = logging.getLogger(__name__)


class HostChanges:
    """The outbox's handlers of calendar.entry_moved and calendar.entry_gone."""

    def __init__(self, database: Database, clock: Clock, desk: Desk) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._people = HandOver(database, clock)

    async def on_entry_moved(self, event: Event) -> None:
        """Move the meeting to where the calendar has it; onto another meeting, or to a time that
        is over: a person is told, and the visitor keeps the time they have."""
        now = self._clock.now()
        ahead: str | None = None
        try:
            async with self._database.transaction() as session:
                booking = await _standing(session, event)
                times = await _times(session, event)
                if booking is None or times is None:
                    return
                ahead = booking.id if booking.start_at > now else None
                await change.follow(
                    session,
                    booking.id,
                    *times,
                    advisor_id=event.data["advisor"],
                    desk=self._desk,
                    now=now,
                )
        except Clash as clash:
            await self._people.about(clash.booking_id, "clash")
        except (BookingOver, WrongState):
            if ahead is not None:
                await self._people.about(ahead, "past")
            else:
                log.info("an advisor moved a meeting that has begun or is over")

    async def on_entry_gone(self, event: Event) -> None:
        """Cancel the meeting, unless it stands in the calendar again."""
        async with self._database.transaction() as session:
            booking = await _standing(session, event)
            if booking is None or await _times(session, event) is not None:
                return
            try:
                await change.cancel(
                    session,
                    booking.id,
                    reason="taken out of the advisor's calendar",
                    by="advisor",
                    advisor_id=event.data["advisor"],
                    desk=self._desk,
                    now=self._clock.now(),
                )
            except (BookingOver, WrongState):
                log.info("an advisor removed a meeting that has begun or is over")


async def _standing(session: AsyncSession, event: Event) -> Booking | None:
    """The booked meeting that the news is about."""
    booking = await repository.get_by_uid(session, event.data["uid"])
    if booking is None or booking.status != "booked":
        return None
    theirs = event.data["advisor"] in await together.ids_of(session, booking)
    return booking if theirs else None


async def _times(session: AsyncSession, event: Event) -> tuple[datetime, datetime] | None:
    """When the meeting is by that calendar now."""
    for entry in await calendars.entries_by_uid(session, event.data["uid"]):
        if entry.calendar_id == event.data["calendar"]:
            return entry.start_at, entry.end_at
    return None
