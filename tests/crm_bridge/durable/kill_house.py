"""A bridge that dies by kill -9 in the middle of what follows a booking, again and again.

`python -m tests.crm_bridge.durable.kill_house DATABASE_URL FOLDER`, on an empty database
with its tables. Each life is a forked process: it takes up what the former left, books a
meeting (and then moves or cancels it, lets its reminder fall due, or says that the visitor
did not come, when all of the booking is done), and dies at its own point of that: just before
a thing is done in the world, or when it is done and nobody has noted it. The last one lives
until all is done, and prints what there is in the world as one JSON line.
"""

import asyncio
import json
import os
import signal
import sys
import traceback
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dbos
from pydantic import SecretStr
from sqlalchemy import func, select

import crm_bridge.app  # noqa: F401 - every table is known
from crm_bridge.activities.models import Activity
from crm_bridge.booking import attendance, parts, service
from crm_bridge.booking.desk import Desk
from crm_bridge.calendars.port import Entry, Written
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from crm_bridge.core.outbox import Delivery, Dispatcher, DomainEvent, Event
from crm_bridge.durable.engine import DbosWork
from crm_bridge.invites.outbox_folder import OutboxFolder
from crm_bridge.invites.parts import MailParts
from crm_bridge.invites.post import PostOffice
from crm_bridge.routing.follow import BookingFollower
from crm_bridge.settings import Settings
from crm_bridge.tickets.models import Ticket
from crm_bridge.video.port import Meeting, Room
from tests.crm_bridge.booking.makers import (
    OnePlaybook,
    a_playbook,
    at,
    make_advisor,
    make_conversation,
)
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.makers import TEXTS

DONE = {
    "book": ("records", "room", "calendar", "visitor", "advisor"),
    "move": ("calendar", "visitor"),
    "cancel": ("removal", "visitor", "advisor"),
    "remind": ("reminder",),
    "miss": ("records", "visitor"),
}
LIVES = [
    (change, f"{when} {what}")
    for change, done in DONE.items()
    for what in done
    for when in ("before", "after")
]
STARTS = [
    at(f"{day} {clock}")
    for day in (13, 16, 17, 18, 20, 23)
    for clock in ("08:00", "08:30", "09:00", "09:30", "10:00")
]
LATER = at("19 08:00")  # where the first moved meeting goes; the next ones half an hour later each
PATIENCE_SECONDS = 20
HEARD = ("booking.confirmed", "booking.moved", "booking.cancelled", "booking.no_show")
REMINDED = timedelta(hours=24)  # before the meeting
LEAD = timedelta(seconds=1)


class Fate:
    """Dies at `point`, once."""

    def __init__(self, point: str) -> None:
        self.point = point
        self.armed = False  # from the change on: what a former life left is done in peace

    def meet(self, point: str) -> None:
        if self.armed and point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


class World:
    """What the outside has: files in a folder."""

    def __init__(self, folder: Path, fate: Fate) -> None:
        self.folder = folder
        self.fate = fate

    def put(self, kind: str, name: str, text: str) -> None:
        self.fate.meet(f"before {kind}")
        place = self.folder / kind
        place.mkdir(exist_ok=True)
        (place / name).write_text(text)
        self.fate.meet(f"after {kind}")

    def drop(self, kind: str, name: str) -> None:
        self.fate.meet("before removal")
        (self.folder / kind / name).unlink(missing_ok=True)
        self.fate.meet("after removal")

    def names(self, kind: str) -> list[str]:
        return sorted(each.name for each in (self.folder / kind).glob("*"))


class Rooms:
    """A provider like Zoom: each call makes another room; they can be looked for."""

    def __init__(self, world: World) -> None:
        self._world = world

    def room(self, meeting: Meeting) -> str | None:
        return None

    async def open(self, meeting: Meeting) -> Room | None:
        name = f"{meeting.booking}.{uuid.uuid4().hex}"
        self._world.put("room", name, "")
        return Room(f"https://rooms.test/{name}", name)

    async def find(self, meeting: Meeting) -> Room | None:
        for name in self._world.names("room"):
            if name.startswith(meeting.booking):
                return Room(f"https://rooms.test/{name}", name)
        return None

    async def move(self, room_id: str, meeting: Meeting) -> None: ...

    async def close(self, room_id: str) -> None: ...


class Calendars:
    """A calendar that knows an event by its UID."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def reread(
        self, advisor_ids: Sequence[str], *, patience_seconds: float = 4.0
    ) -> None: ...

    async def can_make_video(self, advisor_id: str) -> bool:
        return False

    async def write(self, advisor_id: str, entry: Entry) -> Written | None:
        self._world.put("calendar", entry.uid, entry.place)
        return Written(ref=entry.uid)

    async def remove(self, advisor_id: str, uid: str) -> None:
        self._world.drop("calendar", uid)


class Mail:
    """Files that know their recipient, so that one can die beside them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._folder = OutboxFolder(world.folder / "mail")

    async def send(self, message: Any, name: str) -> None:
        recipient = name.rpartition("-")[2]
        what = "reminder" if name.startswith("remind:") else recipient
        self._world.fate.meet(f"before {what}")
        await self._folder.send(message, name)
        self._world.put(f"sendings_{recipient}", uuid.uuid4().hex, name)
        self._world.fate.meet(f"after {what}")

    async def check(self) -> str:
        return "ok"


class House:
    """One life."""

    def __init__(self, url: str, folder: Path, change: str, point: str) -> None:
        self.change = change
        self.fate = Fate(point)
        self.world = World(folder, self.fate)
        self.clock = Clock(NOW)
        self.settings = Settings(
            _env_file=None,
            var=folder,
            database_url=url,
            public_url="http://bridge.test",
            internal_key=SecretStr("x"),
            secret_key=SecretStr("x"),
        )
        self.database = Database(make_engine(url))
        self.desk = Desk(
            self.settings, Rooms(self.world), OnePlaybook(a_playbook()), Calendars(self.world)
        )
        self.durable = DbosWork(self.settings, self.clock)
        mail = MailParts(PostOffice(self.database, self.clock, Mail(self.world)), TEXTS)
        self.follower = BookingFollower(self.database, self.clock)
        care = parts.aftercare(
            self.database,
            self.clock,
            self.desk,
            mail=mail,
            durable=self.durable,
            records=self.records,
        )
        handlers = {name: [("aftercare", care.on_change)] for name in HEARD}
        handlers["booking.no_show"] = [("no-show", care.on_no_show)]
        self.dispatcher = Dispatcher(self.database, self.clock, handlers)

    async def records(self, event: Event) -> None:
        self.fate.meet("before records")
        await self.follower(event)
        self.fate.meet("after records")

    async def live(self, number: int, *, last: bool) -> None:
        await self.durable.start()
        if self.change == "remind":
            await self._settled()  # a reminder that the former life left is not this life's
        booking = None if last else await self._book(STARTS[number])
        if self.change == "remind":
            self.pass_time(STARTS[number] - REMINDED - LEAD)
        self.fate.armed = self.change in ("book", "remind")
        delivering = asyncio.create_task(self.dispatcher.run())
        if booking is not None and self.change != "book":
            await self._settled()
            self.fate.armed = True
            await self._then(booking, number)
        await self._settled()
        delivering.cancel()
        if last:
            print(json.dumps(await self._told()))
        await self.durable.stop()
        await self.database.close()

    async def _book(self, start: Any) -> str:
        visitor = await make_conversation(self.database)
        async with self.database.transaction() as session:
            held = await service.hold(session, visitor, start, desk=self.desk, now=NOW)
            made = await service.confirm(session, visitor, held.hold, desk=self.desk, now=NOW)
        return made.booking

    def pass_time(self, moment: datetime) -> None:
        """Let the clock show `moment` now."""
        self.clock._offset = moment - datetime.now(UTC)

    async def _then(self, booking: str, number: int) -> None:
        if self.change == "remind":
            await asyncio.sleep(PATIENCE_SECONDS)  # the reminder comes meanwhile, and death with it
            return
        async with self.database.transaction() as session:
            if self.change == "miss":
                after = STARTS[number] + timedelta(hours=1)
                self.pass_time(after)
                await attendance.note(session, booking, came=False, desk=self.desk, now=after)
                return
            if self.change == "cancel":
                await service.cancel(
                    session, booking, reason="", by="visitor", desk=self.desk, now=NOW
                )
                return
            to = LATER + timedelta(minutes=30 * (number - len(DONE["book"]) * 2))
            await service.move(session, booking, to, by="visitor", desk=self.desk, now=NOW)

    async def _settled(self) -> None:
        """Until nothing is left to do."""
        for _ in range(PATIENCE_SECONDS * 10):
            await asyncio.sleep(0.1)
            if await self._all_done():
                return

    async def _all_done(self) -> bool:
        waiting = await self._works(["ENQUEUED", "PENDING"])
        async with self.database.reading() as session:
            undelivered = await session.scalar(
                select(func.count()).select_from(Delivery).where(Delivery.done_at.is_(None))
            )
            unheard = await session.scalar(
                select(func.count())
                .select_from(DomainEvent)
                .where(DomainEvent.fanned_out.is_(False), DomainEvent.name.in_(HEARD))
            )
        return not waiting and not undelivered and not unheard

    async def _works(self, status: list[str]) -> list[Any]:
        found: list[Any] = await dbos.DBOS.list_workflows_async(status=status)
        return found

    async def _told(self) -> dict[str, Any]:
        async with self.database.reading() as session:
            logged = await session.scalars(select(Activity.booking_id))
            tickets = await session.scalar(select(func.count()).select_from(Ticket))
            return {
                "records": sorted(each for each in logged if each),
                "rooms": [name.split(".")[0] for name in self.world.names("room")],
                "calendar": self.world.names("calendar"),
                "mails": self.world.names("mail"),
                "tickets": tickets,
                "reminders": len(await self._works(["DELAYED"])),
            }


def one_life(url: str, folder: Path, number: int, change: str, point: str) -> int:
    """Live in a child process; how it ended (a negative signal)."""
    child = os.fork()
    if child == 0:
        ended = 1
        try:
            asyncio.run(House(url, folder, change, point).live(number, last=not point))
            ended = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(ended)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def main(url: str, folder: Path) -> None:
    async def furnish() -> None:
        database = Database(make_engine(url))
        await make_advisor(database, "maja")
        await database.close()

    asyncio.run(furnish())
    for number, (change, point) in enumerate(LIVES):
        ended = one_life(url, folder, number, change, point)
        assert ended == -signal.SIGKILL, (change, point, ended)
    assert one_life(url, folder, len(LIVES), "", "") == 0


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
