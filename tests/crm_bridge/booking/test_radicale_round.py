"""A meeting's whole life against a real CalDAV server and a real mail server: booked, moved
by the visitor, moved and deleted by the advisor in their own calendar, booked again."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from icalendar import Calendar
from sqlalchemy import select

import crm_bridge.app
from crm_bridge.booking import attendance, parts, service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.core.database import Database
from crm_bridge.settings import Egress as EgressSettings
from crm_bridge.settings import Settings
from crm_bridge.tickets.models import Ticket
from tests.crm_bridge.booking.makers import (
    OnePlaybook,
    a_playbook,
    at,
    make_advisor,
    make_conversation,
)
from tests.crm_bridge.calendars.places.radicale import PASSWORD, USER, RadicalePlace, radicale
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.conftest import SmtpServer, smtp_server

__all__ = ["smtp_server"]

ROBIN, MAJA = "robin@testalabs.io", "maja@polaris.test"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def radicale_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with radicale(tmp_path_factory.mktemp("radicale")) as url:
        yield url


@dataclass
class Round:
    """The application with Maja's calendar at the server."""

    app: FastAPI
    database: Database
    smtp: SmtpServer
    place: RadicalePlace
    calendar: str

    async def settle(self) -> None:
        """Read her calendar, and deliver all news."""
        await self.app.state.calendars.syncer.sync(self.calendar)
        while await self.app.state.dispatcher.deliver_due():
            pass

    async def booked(self, language: str = "en") -> str:
        visitor = await make_conversation(self.database, language=language)
        desk: Desk = self.app.state.desk
        async with self.database.transaction() as session:
            held = await service.hold(session, visitor, at("12 08:00"), desk=desk, now=NOW)
            made = await service.confirm(session, visitor, held.hold, desk=desk, now=NOW)
        await self.settle()
        return made.booking

    async def row(self, booking: str) -> Booking:
        async with self.database.reading() as session:
            return await session.get_one(Booking, booking)

    def mails(self, address: str) -> list[Any]:
        return self.smtp.mailbox.to(address)


@pytest.fixture
async def house(
    settings: Settings, database: Database, smtp_server: SmtpServer, radicale_url: str
) -> AsyncIterator[Round]:
    settings.mail = smtp_server.mail
    settings.egress = EgressSettings(private_hosts="127.0.0.1")
    app = crm_bridge.app.create_app(settings)
    state = app.state
    state.desk = Desk(settings, state.desk.video, OnePlaybook(a_playbook()), state.calendars.desk)
    parts.install(app)
    state.dispatcher._handlers = handlers = crm_bridge.app.handlers(app)
    state.dispatcher._by_name = {name: run for pairs in handlers.values() for name, run in pairs}
    place = RadicalePlace(radicale_url, state.calendars.egress)
    await make_advisor(database, "maja")
    async with database.transaction() as session:
        secret = {"url": place.url, "username": USER, "password": PASSWORD}
        connected: ConnectedCalendar = await state.calendars.connections.connect(
            session, "maja", "caldav", name=place.url, secret=secret, writes=True, now=NOW
        )
    round_ = Round(app, database, smtp_server, place, connected.id)
    await round_.settle()
    yield round_
    place.close()
    await state.database.close()
    await state.calendars.egress.close()


def _invite(message: Any) -> tuple[str, Any]:
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            (event,) = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
            return str(part.get_param("method")), event
    return "none", None


async def test_one_party_invites_and_every_change_reaches_both_sides(house: Round) -> None:
    booking = await house.booked()
    (seen,) = house.place.written()
    assert (seen.start, seen.guests) == (at("12 08:00"), 0)
    (to_robin,), (to_maja,) = house.mails(ROBIN), house.mails(MAJA)
    assert _invite(to_robin)[0] == "REQUEST"
    assert _invite(to_maja)[0] == "none"  # it stands in her calendar: a second one would double it
    assert "in your calendar already" in to_maja.get_body(("plain",)).get_content()

    async with house.database.transaction() as session:
        desk = house.app.state.desk
        await service.move(session, booking, at("12 09:00"), by="visitor", desk=desk, now=NOW)
    await house.settle()
    (seen,) = house.place.written()
    assert seen.start == at("12 09:00")

    house.place.move_written(at("12 10:00"), at("12 10:30"))
    await house.settle()
    moved = await house.row(booking)
    assert (moved.start_at, moved.status, moved.advisor_id) == (at("12 10:00"), "booked", "maja")
    told = house.mails(ROBIN)[-1]
    method, event = _invite(told)
    assert (method, event["SEQUENCE"], event["DTSTART"].dt) == ("REQUEST", 2, at("12 10:00"))
    assert "had to move" in told.get_body(("plain",)).get_content()
    assert len(house.mails(MAJA)) == 2  # she knows what she did

    house.place.delete(moved.uid)
    await house.settle()
    gone = await house.row(booking)
    assert (gone.status, gone.ended_by) == ("cancelled", "advisor")
    told = house.mails(ROBIN)[-1]
    method, event = _invite(told)
    assert (method, event["SEQUENCE"], event["UID"]) == ("CANCEL", 3, gone.uid)
    said = told.get_body(("plain",)).get_content()
    _, _, times = said.partition("These times are free")
    offered = [line[-5:] for line in times.splitlines() if line.startswith("- Thursday, 12 March")]
    assert offered == ["10:00", "10:30", "11:30"]  # the nearest to 11:00, within her hours
    assert house.app.state.desk.page_url(booking) in said
    assert house.place.texts() == []


async def test_who_lost_their_meeting_books_another_on_its_page(house: Round) -> None:
    booking = await house.booked()
    house.place.delete((await house.row(booking)).uid)
    await house.settle()
    page = house.app.state.desk.page_url(booking).removeprefix("http://bridge.test")
    transport = httpx.ASGITransport(app=house.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge.test") as client:
        shown = await client.get(page)
        assert f'action="{page}/again"' in shown.text
        start = at("12 09:30")
        assert start.isoformat() in shown.text
        answer = await client.post(f"{page}/again", data={"start": start.isoformat()})
        assert answer.status_code == 303
        again = await client.get(answer.headers["Location"])
        assert "Your meeting is booked." in again.text
    await house.settle()
    async with house.database.reading() as session:
        (new,) = await session.scalars(select(Booking).where(Booking.status == "booked"))
    assert (new.start_at, new.advisor_id, new.visitor["email"]) == (start, "maja", ROBIN)
    assert new.uid != booking
    assert [each.start for each in house.place.written()] == [start]


async def test_an_advisor_who_moves_a_meeting_onto_another_is_told_and_the_visitor_keeps_theirs(
    house: Round,
) -> None:
    booking = await house.booked()
    other = await make_conversation(house.database, {"name": "Kim", "email": "kim@oak.example"})
    desk: Desk = house.app.state.desk
    house.place.move_written(at("12 09:00"), at("12 09:30"))
    async with house.database.transaction() as session:
        held = await service.hold(session, other, at("12 09:00"), desk=desk, now=NOW)
        await service.confirm(session, other, held.hold, desk=desk, now=NOW)
    await house.settle()
    assert (await house.row(booking)).start_at == at("12 08:00")
    async with house.database.reading() as session:
        (ticket,) = await session.scalars(select(Ticket))
    assert ticket.occasion == f"booking_clash:{booking}"


async def test_who_did_not_come_is_offered_other_times(house: Round) -> None:
    booking = await house.booked()
    later = at("12 08:00") + timedelta(minutes=20)
    async with house.database.transaction() as session:
        desk = house.app.state.desk
        for _ in range(2):
            await attendance.note(session, booking, came=False, desk=desk, now=later)
    await house.settle()
    told = house.mails(ROBIN)[1:]
    assert len(told) == 1
    assert str(told[0]["Subject"]).strip().startswith("We missed you")
    assert _invite(told[0])[0] == "none"
