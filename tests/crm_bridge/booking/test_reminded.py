"""Reminders are mailed at their times, each once, and none for what was moved or cancelled."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crm_bridge.booking import parts, service
from crm_bridge.booking.desk import Desk
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Dispatcher
from crm_bridge.durable.in_memory import MemoryWork
from crm_bridge.invites.parts import MailParts
from crm_bridge.invites.port import MailUndeliverable
from crm_bridge.invites.post import PostOffice
from crm_bridge.settings import Settings
from crm_bridge.tickets.models import Ticket
from tests.crm_bridge.booking.makers import a_desk, at, make_advisor, make_conversation
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.makers import TEXTS

START = at("16 09:00")
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Post:
    """Keeps the subjects of what was sent to the visitor."""

    def __init__(self) -> None:
        self.subjects: list[str] = []
        self.refuses = False

    async def send(self, message: Any, name: str) -> None:
        if self.refuses:
            raise MailUndeliverable("550 no such user")
        if "robin" in str(message["To"]):
            self.subjects.append(str(message["Subject"]))

    async def check(self) -> str:
        return "ok"


class Round:
    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.clock, self.post = database, Clock(NOW), Post()
        self.desk: Desk = a_desk(settings)
        self.works = MemoryWork(self.clock)
        mail = MailParts(PostOffice(database, self.clock, self.post), TEXTS)
        care = parts.aftercare(database, self.clock, self.desk, mail=mail, durable=self.works)
        names = ("booking.confirmed", "booking.moved", "booking.cancelled")
        handlers = {name: [("care", care.on_change)] for name in names}
        self.dispatcher = Dispatcher(database, self.clock, handlers)

    async def booked(self) -> str:
        visitor = await make_conversation(self.database)
        async with self.database.transaction() as session:
            held = await service.hold(session, visitor, START, desk=self.desk, now=NOW)
            made = await service.confirm(session, visitor, held.hold, desk=self.desk, now=NOW)
        await self.dispatcher.deliver_due()
        self.post.subjects.clear()
        return made.booking

    async def pass_time(self, until: Any) -> int:
        """Let the clock be `until`; how many mails came."""
        before = len(self.post.subjects)
        self.clock._offset = (self.clock._offset or HOUR * 0) + (until - self.clock.now())
        await self.works.run_waiting(until)
        return len(self.post.subjects) - before


@pytest.fixture
async def house(database: Database, settings: Settings) -> Round:
    await make_advisor(database, "maja")
    return Round(database, settings)


async def test_a_day_and_an_hour_before_and_never_again(house: Round) -> None:
    await house.booked()
    came = [
        await house.pass_time(START - 25 * HOUR),
        await house.pass_time(START - 24 * HOUR),
        await house.pass_time(START - 2 * HOUR),
        await house.pass_time(START - HOUR),
        await house.pass_time(START + HOUR),
    ]
    assert came == [0, 1, 0, 1, 0]
    a_day, an_hour = house.post.subjects
    assert (a_day.split(":")[0], an_hour.split(":")[0]) == ("Reminder", "Soon")


async def test_a_moved_meeting_is_reminded_of_at_its_new_time_alone(house: Round) -> None:
    booking = await house.booked()
    later = START + 24 * HOUR
    async with house.database.transaction() as session:
        await service.move(session, booking, later, by="visitor", desk=house.desk, now=NOW)
    await house.dispatcher.deliver_due()
    house.post.subjects.clear()
    assert await house.pass_time(START - HOUR) == 0
    assert await house.pass_time(later - 24 * HOUR) == 1
    assert await house.pass_time(later - HOUR) == 1


async def test_a_cancelled_meeting_is_not_reminded_of(house: Round) -> None:
    booking = await house.booked()
    async with house.database.transaction() as session:
        await service.cancel(session, booking, reason="", by="visitor", desk=house.desk, now=NOW)
    await house.dispatcher.deliver_due()
    house.post.subjects.clear()
    assert await house.pass_time(START - HOUR) == 0


async def test_a_reminder_that_cannot_be_delivered_is_handed_to_a_person(house: Round) -> None:
    booking = await house.booked()
    house.post.refuses = True
    await house.pass_time(START - 24 * HOUR)
    async with house.database.reading() as session:
        (ticket,) = await session.scalars(select(Ticket))
    assert ticket.occasion == f"booking_reminder:{booking}"
    assert "The meeting stands. Remind the visitor another way." in ticket.body
