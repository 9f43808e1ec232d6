"""After the commit: what a booking brings with it, done durably, each once in effect.

The outbox's news of a booking begins a durable work; works of one booking are done one
after another, so that a move never overtakes the booking it moves. What fails for good
is handed to a person, and the visitor is told what is true.
"""

import json
import logging
from datetime import datetime
from typing import Any, Final

from crm_bridge.booking import reminders
from crm_bridge.booking.checklist import LATER, REFUSED, Act, Settled, Task, work_off
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.diary import DiaryKeeper
from crm_bridge.booking.models import Booking
from crm_bridge.booking.notices import BookingNotices
from crm_bridge.booking.rooms import RoomKeeper
from crm_bridge.booking.to_a_person import HandOver, Matter
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.errors import TryLater, UsherError
from crm_bridge.core.outbox import Event, Handler
from crm_bridge.durable.port import Data, Durable, Steps
from crm_bridge.invites.meeting import Happened

log = logging.getLogger(__name__)

CHANGED: Final = "booking_changed"
REMINDER: Final = "booking_reminder"
MISSED: Final = "booking_missed"
ROOM_TRIES: Final = 6  # a minute: then the invitation goes out without a link

_HAPPENED: Final[dict[str, Happened]] = {
    "booking.confirmed": "booked",
    "booking.moved": "moved",
    "booking.cancelled": "cancelled",
    "booking.no_show": "missed",
    "booking.reminder": "reminder",
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
        """booking.no_show. Raises TryLater."""
        await self._begin(MISSED, event)

    async def _begin(self, work: str, event: Event) -> None:
        data = {"id": event.id, "name": event.name, "at": event.at.isoformat(), "data": event.data}
        await self._durable.begin(work, event.id, data, line=event.data["booking"])

    async def changed(self, steps: Steps, data: Data) -> None:
        """The work of one change."""
        event = _event(data)
        if event.name == "booking.cancelled":
            await work_off(steps, self._cancelled(event))
            return

        async def plan(_: Settled) -> str:
            return await self._plan_reminders(event)

        planned = await work_off(steps, [Task("reminders", _careful(plan))])
        for before, at in _read_plan(planned["reminders"]):
            await self._begin_reminder(steps, event, before, at)
        await work_off(steps, self._standing(event))

    def _standing(self, event: Event) -> list[Task]:
        """A meeting was booked or moved."""
        booking, sequence = event.data["booking"], event.data["sequence"]
        happened = _HAPPENED[event.name]
        by_advisor = event.data.get("by") == "advisor"

        async def room(_: Settled) -> str:
            if self._desk.settings.video.provider == "calendar":
                return await self._diary.write(booking, sequence, video=True)
            return await self._rooms.open(booking, sequence)

        async def calendar(_: Settled) -> str:
            return "theirs" if by_advisor else await self._diary.write(booking, sequence)

        async def mail_visitor(_: Settled) -> str:
            return await self._notices.to_visitor(event, happened)

        async def mail_advisor(settled: Settled) -> str:
            if by_advisor:
                return "theirs"
            there = settled["calendar"] in ("written", "changed there")
            return await self._notices.to_advisor(event, happened, with_entry=not there)

        return [
            self._task("records", self._log(event), event),
            self._task("room", room, event, tries=ROOM_TRIES),
            self._task("calendar", calendar, event, after=("room",)),
            self._task("mail_visitor", mail_visitor, event, after=("room",)),
            self._task("mail_advisor", mail_advisor, event, after=("room", "calendar")),
        ]

    def _cancelled(self, event: Event) -> list[Task]:
        booking = event.data["booking"]
        by_advisor = event.data.get("by") == "advisor"

        async def room(_: Settled) -> str:
            return await self._rooms.close(booking)

        async def calendar(_: Settled) -> str:
            return await self._diary.remove(booking)

        async def mail_visitor(_: Settled) -> str:
            return await self._notices.to_visitor(event, "cancelled")

        async def mail_advisor(_: Settled) -> str:
            if by_advisor:
                return "theirs"
            in_calendar = await self._in_calendar(booking)
            return await self._notices.to_advisor(event, "cancelled", with_entry=not in_calendar)

        async def offer(_: Settled) -> str:
            return await self._notices.say(event, "chat_cancelled") if by_advisor else "no need"

        return [
            self._task("records", self._log(event), event),
            Task("room", _careful(room), tries=ROOM_TRIES),  # a room nobody enters does no harm
            self._task("calendar", calendar, event),
            self._task("mail_visitor", mail_visitor, event),
            self._task("mail_advisor", mail_advisor, event),
            Task("say", _careful(offer)),
        ]

    async def missed(self, steps: Steps, data: Data) -> None:
        """The work of a meeting whose visitor did not come."""
        event = _event(data)

        async def mail_visitor(_: Settled) -> str:
            return await self._notices.to_visitor(event, "missed")

        tasks = [self._task("records", self._log(event), event)]
        if event.data.get("follow_up"):
            tasks.append(self._task("mail_visitor", mail_visitor, event))
        await work_off(steps, tasks)

    async def remind(self, steps: Steps, data: Data) -> None:
        """The work of one reminder, begun at its time."""
        event = _event(data)

        async def mail(_: Settled) -> str:
            async with self._database.reading() as session:
                booking = await session.get(Booking, event.data["booking"])
            live = booking is not None and booking.status == "booked"
            if booking is None or not live or booking.start_at <= self._clock.now():
                return "no need"
            return await self._notices.to_visitor(event, "reminder")

        await work_off(steps, [Task("mail_visitor", _careful(mail), tries=12)])

    async def _plan_reminders(self, event: Event) -> str:
        """The reminders of the meeting: `{hours before: when}`, as JSON."""
        async with self._database.reading() as session:
            booking = await session.get_one(Booking, event.data["booking"])
            hours: tuple[int, ...] = (24, 1)
            if booking.playbook is not None and booking.playbook_version is not None:
                published = await self._desk.playbooks.get(
                    session, booking.playbook, booking.playbook_version
                )
                hours = published.playbook.meeting.reminders_hours
        start = datetime.fromisoformat(event.data["start"])
        found = reminders.reminders(start, hours, made=event.at)
        return json.dumps({str(before): at.isoformat() for before, at in found})

    async def _begin_reminder(self, steps: Steps, event: Event, before: str, at: datetime) -> None:
        booking, sequence = event.data["booking"], event.data["sequence"]
        key = f"remind:{booking}:{sequence}:{before}"
        about = {"booking": booking, "sequence": sequence}
        data = {"id": key, "name": "booking.reminder", "at": at.isoformat(), "data": about}
        await steps.begin(REMINDER, key, data, line=booking, at=at)

    async def _in_calendar(self, booking_id: str) -> bool:
        async with self._database.reading() as session:
            return (await session.get_one(Booking, booking_id)).in_calendar

    def _log(self, event: Event) -> Act:
        async def records(_: Settled) -> str:
            await self._records(event)
            return "logged"

        return records

    def _task(self, matter: Matter, act: Act, event: Event, **more: Any) -> Task:
        """A task that a person gets if it cannot be done."""

        async def instead(_: Settled) -> str:
            if matter == "mail_visitor":
                await self._notices.say(event, "chat_mail_failed")
            return await self._people.about(event.data["booking"], matter)

        return Task(matter, _careful(act), instead=_careful(instead), **more)


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


def _read_plan(said: str) -> list[tuple[str, datetime]]:
    planned: dict[str, str] = json.loads(said) if said.startswith("{") else {}
    return [(before, datetime.fromisoformat(at)) for before, at in planned.items()]


def _event(data: Data) -> Event:
    return Event(data["id"], data["name"], data["data"], datetime.fromisoformat(data["at"]))
