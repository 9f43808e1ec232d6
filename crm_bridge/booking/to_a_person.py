"""What could not be done for a booking is handed to a person: one ticket a matter, but for a
calendar that cannot be written. That is one matter of the advisor, however many meetings are
booked, moved and cancelled meanwhile."""

from functools import partial
from typing import Final, Literal

from crm_bridge.booking.models import Booking
from crm_bridge.calendars import repository as advisors
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.written_time import written
from crm_bridge.tickets import service as tickets

Matter = Literal[
    "room",
    "mail_visitor",
    "mail_cancelled",
    "mail_missed",
    "reminder",
    "mail_advisor",
    "records",
    "clash",
    "past",
]
CalendarMatter = Literal["calendar", "removal"]

_SUBJECTS: Final[dict[Matter, str]] = {
    "room": "No video room could be made",
    "mail_visitor": "The visitor's mail about the meeting could not be delivered",
    "mail_cancelled": "The visitor's mail about the cancellation could not be delivered",
    "mail_missed": "The mail that offers the visitor another time could not be delivered",
    "reminder": "The visitor's reminder could not be delivered",
    "mail_advisor": "The advisor's mail about the meeting could not be delivered",
    "records": "A meeting is missing among the activities",
    "clash": "The advisor moved a meeting onto another one",
    "past": "The advisor moved a meeting to a time that is over",
}
# what the person is asked to do
_NEXT: Final[dict[Matter, str]] = {
    "room": "The meeting stands and its invitation went out without a link. Make a room and"
    " send the link to the visitor.",
    "mail_visitor": "The meeting stands as it is told here. Reach the visitor another way.",
    "mail_cancelled": "The meeting is cancelled, and no mail has told the visitor. Reach them another"
    " way.",
    "mail_missed": "The visitor did not come, and no mail has offered them another time. Reach them"
    " another way.",
    "reminder": "The meeting stands. Remind the visitor another way.",
    "mail_advisor": "Tell the advisor another way.",
    "records": "The meeting is as it is told here, and its mails are not held up by this. See that"
    " its deal is at the right stage.",
    "clash": "The visitor still has the old time. Move one of the two meetings.",
    "past": "The visitor still has the old time. Put the meeting back there, or move or cancel it.",
}
_AWAY: Final = (
    "What follows could not be written there; each was sent to the advisor by mail instead, as an"
    " entry that puts it in or takes it out. See that their calendar is as told here: what is still"
    " to be taken out keeps its time busy. If the calendar (usher advisor calendars) stays away,"
    " connect it again (usher advisor connect). The meetings are at the console, and in the API by"
    " their ids."
)
_TO_DO: Final[dict[CalendarMatter, str]] = {"calendar": "put in", "removal": "take out"}


class HandOver:
    """Opens tickets about bookings."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def about(self, booking_id: str, matter: Matter, *, missing: str = "") -> str:
        """Open the ticket, or bring it up to date; safe to do twice. `missing` is what the
        records lack ("Meeting moved"): each gets a ticket of its own."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            booking = await session.get_one(Booking, booking_id)
            (advisor,) = await advisors.list_advisors(session, [booking.advisor_id])
            person, when = booking.visitor, written(booking.start_at, advisor.timezone)
            lines = [
                *([f"Log by hand: {missing}."] if missing else []),
                _NEXT[matter],
                f"Meeting: {when}, {booking.status}, {advisor.name}",
                *(
                    f"{each}: {person[each]}"
                    for each in ("name", "email", "phone")
                    if person.get(each)
                ),
                f"Booking: {booking.id}",
            ]
            await tickets.open_ticket(
                session,
                f"{_SUBJECTS[matter]}: {when}, {advisor.name}",
                body="\n".join(lines),
                conversation_id=booking.conversation_id,
                contact_id=booking.contact_id,
                occasion=f"booking_{matter}:{booking.id}" + (f":{missing}" if missing else ""),
                now=now,
            )
        return "handed over"

    async def about_calendar(self, booking_id: str, matter: CalendarMatter, advisor_id: str) -> str:
        """Note the meeting in the one ticket about this advisor's calendar; safe to do twice."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            booking = await session.get_one(Booking, booking_id)
            (advisor,) = await advisors.list_advisors(session, [advisor_id])
            await tickets.gather(
                session,
                f"calendar_away:{advisor_id}",
                partial(_away, advisor.name),
                head=_AWAY,
                line=f"{_TO_DO[matter]}: {written(booking.start_at, advisor.timezone)}",
                key=booking.id,
                now=now,
            )
        return "handed over"


def _away(name: str, meetings: int) -> str:
    several = "1 meeting" if meetings == 1 else f"{meetings} meetings"
    return f"The calendar of {name} could not be written: {several} to see to"
