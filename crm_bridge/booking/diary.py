"""A meeting stands in its advisor's own calendar, where they have one that we may write."""

from typing import Final

from crm_bridge.booking.desk import Desk
from crm_bridge.booking.meeting_facts import MeetingFacts
from crm_bridge.booking.models import Booking, Fellow
from crm_bridge.calendars.port import Entry, EntryChanged
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.invites import letters
from crm_bridge.invites.ics import Person
from crm_bridge.invites.meeting import Meeting
from crm_bridge.invites.texts import Texts

BY_CALENDAR: Final = "calendar"  # in `Booking.video_room`: the calendar made the link


class DiaryKeeper:
    """Keeps advisors' calendars as bookings are. Safe to do twice."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        desk: Desk,
        facts: MeetingFacts,
        texts: Texts,
    ) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._facts = facts
        self._texts = texts

    async def write(
        self, booking_id: str, sequence: int, *, advisor_id: str | None = None, video: bool = False
    ) -> str:
        """Have the meeting stand in the calendar of its advisor, or of one of several
        ("written"; "none" without one). With `video` the calendar makes the link, where it
        can.

        Raises CalendarUnreachable, CalendarRevoked or CalendarRefused.
        """
        async with self._database.reading() as session:
            booking = await session.get_one(Booking, booking_id)
            if booking.sequence != sequence or booking.status != "booked":
                return "overtaken"
            whose = advisor_id or booking.advisor_id
            meeting = await self._facts.of(session, booking, advisor_id=whose)
        makes_video = booking.video_room == BY_CALENDAR and whose == booking.advisor_id
        if video and not makes_video:
            makes_video = await self._desk.calendars.can_make_video(whose)
            if not makes_video:
                return "none"
        entry = self._entry(meeting, video=makes_video)
        try:
            written = await self._desk.calendars.write(whose, entry)
        except EntryChanged:
            return "changed there"  # and the news of what the advisor did is on its way
        if written is None:
            return "none"
        await self._note(booking_id, whose, written.video_url)
        return "written"

    async def remove(self, booking_id: str, *, advisor_id: str | None = None) -> str:
        """Take a cancelled meeting out of the calendar; also where we do not know to have
        written it: the answer may have been lost.

        Raises CalendarUnreachable, CalendarRevoked or CalendarRefused.
        """
        async with self._database.reading() as session:
            booking = await session.get_one(Booking, booking_id)
        await self._desk.calendars.remove(advisor_id or booking.advisor_id, booking.uid)
        return "removed"

    def _entry(self, meeting: Meeting, *, video: bool) -> Entry:
        mail = self._desk.settings.mail
        organizer = Person(mail.sender_name, mail.sender)
        told = letters.advisor_entry(
            meeting, self._texts, organizer=organizer, stamp=self._clock.now()
        )
        return Entry(
            uid=told.uid,
            sequence=told.sequence,
            start=told.start,
            end=told.end,
            zone=str(meeting.advisor.zone),
            title=told.summary,
            text=told.description,
            place=told.location,
            video=video,
        )

    async def _note(self, booking_id: str, advisor_id: str, video_url: str | None) -> None:
        async with self._database.transaction() as session:
            booking = await session.get_one(Booking, booking_id, with_for_update=True)
            if advisor_id != booking.advisor_id:
                fellow = await session.get_one(Fellow, (booking_id, advisor_id))
                fellow.in_calendar = True
                return
            booking.in_calendar = True
            if video_url and not booking.video_url:
                booking.video_url, booking.video_room = video_url, BY_CALENDAR
