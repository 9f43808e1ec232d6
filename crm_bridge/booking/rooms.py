"""The video room of a meeting is made, moved and taken away with it."""

from typing import Final

from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.calendars import repository as advisors
from crm_bridge.core.database import Database
from crm_bridge.video.port import Meeting, Room

OPENING: Final = "opening"  # asked for, and not answered yet


class RoomKeeper:
    """Keeps rooms as bookings are. Safe to do twice."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database = database
        self._desk = desk

    async def open(self, booking_id: str, sequence: int) -> str:
        """See that the meeting has a room at its time; how that went.

        Raises VideoUnreachable or VideoRefused.
        """
        booking, meeting = await self._meeting(booking_id)
        if booking.sequence != sequence or booking.status != "booked":
            return "overtaken"
        if booking.video_room not in (None, OPENING):
            await self._desk.video.move(booking.video_room or "", meeting)
            return "moved"
        if booking.video_url is not None:
            return "needs no making"
        room = None
        if booking.video_room == OPENING:
            room = await self._desk.video.find(meeting)
        if room is None:
            await self._note(booking_id, OPENING)
            room = await self._desk.video.open(meeting)
        await self._note(booking_id, room)
        return "opened" if room else "none"

    async def close(self, booking_id: str) -> str:
        """Take the room of a cancelled meeting away. Raises VideoUnreachable, VideoRefused."""
        booking, meeting = await self._meeting(booking_id)
        room_id = booking.video_room
        if room_id == OPENING:
            found = await self._desk.video.find(meeting)
            room_id = found.id if found else None
        if room_id is not None:
            await self._desk.video.close(room_id)
            await self._note(booking_id, None)
        return "closed"

    async def _meeting(self, booking_id: str) -> tuple[Booking, Meeting]:
        async with self._database.reading() as session:
            booking = await session.get_one(Booking, booking_id)
            (advisor,) = await advisors.list_advisors(session, [booking.advisor_id])
        title = booking.titles.get(advisor.language) or booking.titles.get("en") or "Meeting"
        topic = f"{title} – {advisor.name}"
        return booking, Meeting(
            booking.id, topic, booking.start_at, booking.end_at, host=advisor.email
        )

    async def _note(self, booking_id: str, room: Room | str | None) -> None:
        async with self._database.transaction() as session:
            booking = await session.get_one(Booking, booking_id, with_for_update=True)
            if isinstance(room, Room):
                booking.video_room, booking.video_url = room.id, room.url
            else:
                booking.video_room = room
