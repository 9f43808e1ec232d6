"""After the commit: what a booking brings with it, done durably, each once in effect.

The outbox's news of a booking begins a durable work; works of one booking are done one
after another, so that a move never overtakes the booking it moves. What fails for good
is handed to a person, and the visitor is told what is true.
"""

import json
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from crm_bridge.booking import reminders, together
from crm_bridge.booking.checklist import GAVE_UP, LATER, REFUSED, Act, Settled, Task, work_off
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.diary import DiaryKeeper
from crm_bridge.booking.models import Booking, Fellow
from crm_bridge.booking.notices import BookingNotices
from crm_bridge.booking.rooms import RoomKeeper
from crm_bridge.booking.to_a_person import CalendarMatter, HandOver, Matter
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.errors import TryLater, UsherError
from crm_bridge.core.outbox import Event, Handler
from crm_bridge.durable.port import Data, Durable, Steps
from crm_bridge.invites.meeting import Happened
from crm_bridge.routing.follow import BookingFollower

log = logging.getLogger(__name__)

CHANGED: Final = "booking_changed"
REMINDER: Final = "booking_reminder"
MISSED: Final = "booking_missed"
THEIRS: Final = "theirs"
ROOM_TRIES: Final = 6  # a minute: then the invitation goes out without a link
CALENDAR_TRIES: Final = 10  # a quarter of an hour: then the advisor gets the entry by mail

_HAPPENED: Final[dict[str, Happened]] = {
    "booking.confirmed": "booked",
    "booking.moved": "moved",
    "booking.cancelled": "cancelled",
    "booking.no_show": "missed",
    "booking.reminder": "reminder",
}
# where a mail does not reach the visitor
_SAID_IN_CHAT: Final[dict[Matter, str]] = {
    "mail_visitor": "chat_mail_failed",
    "mail_missed": "chat_missed",
}


class Aftercare:
    """The outbox's handlers of booking news, and the works that they begin."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        desk: Desk,
        *,
        notices: BookingNotices,
        rooms: RoomKeeper,
        diary: DiaryKeeper,
        records: Handler,
        durable: Durable,
    ) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._notices = notices
        self._rooms = rooms
        self._diary = diary
        self._records = records
        self._durable = durable
        self._people = HandOver(database, clock)
        durable.add(CHANGED, self.changed)
        durable.add(REMINDER, self.remind)
        durable.add(MISSED, self.missed)

    async def on_change(self, event: Event) -> None:
        """booking.confirmed, booking.moved, booking.cancelled. Raises TryLater."""
        await self._begin(CHANGED, event)

    async def on_no_show(self, event: Event) -> None:
        """booking.no_show, and booking.came after it. Raises TryLater."""
        await self._begin(MISSED, event)

    async def _begin(self, work: str, event: Event) -> None:
        data = {"id": event.id, "name": event.name, "at": event.at.isoformat(), "data": event.data}
        await self._durable.begin(work, event.id, data, line=event.data["booking"])

    async def changed(self, steps: Steps, data: Data) -> None:
        """The work of one change."""
        event = _event(data)

        async def plan(_: Settled) -> str:
            return await self._plan(event)

        planned = await work_off(steps, [Task("plan", _careful(plan))])
        everybody, reminded = _read_plan(planned["plan"], event)
        if event.name == "booking.cancelled":
            await work_off(steps, self._cancelled(event, everybody))
            return
        for before, at in reminded:
            await self._begin_reminder(steps, event, before, at)
        await work_off(steps, self._standing(event, everybody))

    def _standing(self, event: Event, everybody: Sequence[str]) -> list[Task]:
        """A meeting was booked or moved."""
        booking, sequence = event.data["booking"], event.data["sequence"]
        happened = _HAPPENED[event.name]

        async def room(_: Settled) -> str:
            if self._desk.settings.video.provider == "calendar":
                return await self._diary.write(booking, sequence, video=True)
            return await self._rooms.open(booking, sequence)

        async def mail_visitor(_: Settled) -> str:
            return await self._notices.to_visitor(event, happened)

        async def tell(_: Settled) -> str:
            moved = event.name == "booking.moved" and event.data.get("by") == "advisor"
            return await self._notices.say(event, "chat_moved") if moved else "no need"

        return [
            self._task("records", self._log(event), event),
            self._task("room", room, event, tries=ROOM_TRIES),
            *(task for each in everybody for task in self._advisor_told(event, each)),
            self._task("mail_visitor", mail_visitor, event, after=("room",)),
            Task("say", _careful(tell)),
        ]

    def _advisor_told(self, event: Event, advisor_id: str) -> list[Task]:
        """A meeting was booked or moved: in an advisor's calendar, and by mail. What they did
        in their calendar themselves they are not told."""
        booking, sequence = event.data["booking"], event.data["sequence"]
        calendar, mail = _names(event, advisor_id)

        async def write(_: Settled) -> str:
            if _is_theirs(event, advisor_id):
                return THEIRS
            return await self._diary.write(booking, sequence, advisor_id=advisor_id)

        async def tell(settled: Settled) -> str:
            if _is_theirs(event, advisor_id):
                return THEIRS
            there = settled[calendar] in ("written", "changed there")
            return await self._notices.to_advisor(
                event, _HAPPENED[event.name], with_entry=not there, advisor_id=advisor_id
            )

        return [
            self._in_diary("calendar", write, event, advisor_id, after=("room",)),
            self._task("mail_advisor", tell, event, name=mail, after=("room", calendar)),
        ]

    def _cancelled(self, event: Event, everybody: Sequence[str]) -> list[Task]:
        booking = event.data["booking"]

        async def room(_: Settled) -> str:
            return await self._rooms.close(booking)

        async def mail_visitor(_: Settled) -> str:
            return await self._notices.to_visitor(event, "cancelled")

        async def offer(_: Settled) -> str:
            by_advisor = event.data.get("by") == "advisor"
            return await self._notices.say(event, "chat_cancelled") if by_advisor else "no need"

        return [
            self._task("records", self._log(event), event),
            Task("room", _careful(room), tries=ROOM_TRIES),  # a room nobody enters does no harm
            *(task for each in everybody for task in self._advisor_freed(event, each)),
            self._task("mail_cancelled", mail_visitor, event, name="mail_visitor"),
            Task("say", _careful(offer)),
        ]

    def _advisor_freed(self, event: Event, advisor_id: str) -> list[Task]:
        """A meeting was cancelled: out of an advisor's calendar, and by mail, which brings the
        cancellation for their calendar where we could not take it out."""
        calendar, mail = _names(event, advisor_id)

        async def remove(_: Settled) -> str:
            return await self._diary.remove(event.data["booking"], advisor_id=advisor_id)

        async def tell(settled: Settled) -> str:
            if _is_theirs(event, advisor_id):
                return THEIRS
            there = await self._in_calendar(event.data["booking"], advisor_id)
            taken_out = there and settled[calendar] != GAVE_UP
            return await self._notices.to_advisor(
                event, "cancelled", with_entry=not taken_out, advisor_id=advisor_id
            )

        return [
            self._in_diary("removal", remove, event, advisor_id),
            self._task("mail_advisor", tell, event, name=mail, after=(calendar,)),
        ]

    async def missed(self, steps: Steps, data: Data) -> None:
        """The work of a meeting whose visitor did not come, or did after all: then it is a
        matter of the records alone."""
        event = _event(data)

        async def mail_visitor(_: Settled) -> str:
            return await self._notices.to_visitor(event, "missed")

        tasks = [self._task("records", self._log(event), event)]
        if event.data.get("follow_up"):
            tasks.append(self._task("mail_missed", mail_visitor, event, name="mail_visitor"))
        await work_off(steps, tasks)

    async def remind(self, steps: Steps, data: Data) -> None:
        """The work of one reminder, begun at its time."""
        event = _event(data)

        async def comes() -> bool:
            async with self._database.reading() as session:
                booking = await session.get(Booking, event.data["booking"])
            live = booking is not None and booking.status == "booked"
            return live and booking is not None and booking.start_at > self._clock.now()

        async def mail(_: Settled) -> str:
            if not await comes():
                return "no need"
            return await self._notices.to_visitor(event, "reminder")

        async def instead(_: Settled) -> str:
            if not await comes():
                return "no need"
            return await self._people.about(event.data["booking"], "reminder")

        task = Task("mail_visitor", _careful(mail), instead=_careful(instead), tries=12)
        await work_off(steps, [task])

    async def _plan(self, event: Event) -> str:
        """Who meets the visitor, and when they are reminded (`{hours before: when}`), as JSON."""
        async with self._database.reading() as session:
            booking = await session.get_one(Booking, event.data["booking"])
            everybody = await together.ids_of(session, booking)
            hours: tuple[int, ...] = (24, 1)
            if booking.playbook is not None and booking.playbook_version is not None:
                published = await self._desk.playbooks.get(
                    session, booking.playbook, booking.playbook_version
                )
                hours = published.playbook.meeting.reminders_hours
        start = datetime.fromisoformat(event.data["start"])
        found = reminders.reminders(start, hours, made=event.at)
        reminded = {str(before): at.isoformat() for before, at in found}
        return json.dumps({"advisors": everybody, "reminders": reminded})

    async def _begin_reminder(self, steps: Steps, event: Event, before: str, at: datetime) -> None:
        booking, sequence = event.data["booking"], event.data["sequence"]
        key = f"remind:{booking}:{sequence}:{before}"
        about = {"booking": booking, "sequence": sequence}
        data = {"id": key, "name": "booking.reminder", "at": at.isoformat(), "data": about}
        await steps.begin(REMINDER, key, data, line=booking, at=at)

    async def _in_calendar(self, booking_id: str, advisor_id: str) -> bool:
        async with self._database.reading() as session:
            booking = await session.get_one(Booking, booking_id)
            if booking.advisor_id == advisor_id:
                return booking.in_calendar
            return (await session.get_one(Fellow, (booking_id, advisor_id))).in_calendar

    def _log(self, event: Event) -> Act:
        async def records(_: Settled) -> str:
            await self._records(event)
            return "logged"

        return records

    def _task(self, matter: Matter, act: Act, event: Event, *, name: str = "", **more: Any) -> Task:
        """A task that a person gets if it cannot be done."""

        async def instead(_: Settled) -> str:
            if matter in _SAID_IN_CHAT:
                await self._notices.say(event, _SAID_IN_CHAT[matter])
            missing = BookingFollower.SAID[event.name] if matter == "records" else ""
            return await self._people.about(event.data["booking"], matter, missing=missing)

        return Task(name or matter, _careful(act), instead=_careful(instead), **more)

    def _in_diary(
        self,
        matter: CalendarMatter,
        act: Act,
        event: Event,
        advisor_id: str,
        *,
        after: tuple[str, ...] = (),
    ) -> Task:
        """A task in an advisor's calendar."""

        async def instead(_: Settled) -> str:
            return await self._people.about_calendar(event.data["booking"], matter, advisor_id)

        name, _ = _names(event, advisor_id)
        return Task(name, _careful(act), _careful(instead), tries=CALENDAR_TRIES, after=after)


def _careful(act: Act) -> Act:
    """What goes wrong becomes what is done about it: nothing may end the work."""

    async def run(settled: Settled) -> str:
        try:
            return await act(settled)
        except TryLater as fault:
            log.warning("a step of a booking waits: %s", fault.code)
            return LATER
        except UsherError as fault:
            log.warning("a step of a booking is refused: %s", fault.code)
            return REFUSED
        except Exception:
            log.exception("a step of a booking failed; trying again")
            return LATER

    return run


def _names(event: Event, advisor_id: str) -> tuple[str, str]:
    """What the two tasks for an advisor are called: the calendar's and the mail's."""
    own = advisor_id == event.data["advisor"]
    return ("calendar", "mail_advisor") if own else (f"calendar {advisor_id}", f"mail {advisor_id}")


def _is_theirs(event: Event, advisor_id: str) -> bool:
    """Whether the advisor did it in their own calendar."""
    who = event.data.get("who", event.data["advisor"])
    return event.data.get("by") == "advisor" and who == advisor_id


def _read_plan(said: str, event: Event) -> tuple[list[str], list[tuple[str, datetime]]]:
    if not said.startswith("{"):
        return [event.data["advisor"]], []
    planned = json.loads(said)
    reminded: dict[str, str] = planned["reminders"]
    return planned["advisors"], [
        (at, datetime.fromisoformat(when)) for at, when in reminded.items()
    ]


def _event(data: Data) -> Event:
    return Event(data["id"], data["name"], data["data"], datetime.fromisoformat(data["at"]))
