"""A meeting's whole life against a real CalDAV server and a real mail server: booked, moved
by the visitor, moved and deleted by the advisor in their own calendar, booked again."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from crm_bridge.booking import attendance, service
from crm_bridge.booking.models import Booking
from crm_bridge.core.database import Database
from crm_bridge.core.egress import Egress
from crm_bridge.settings import Settings
from crm_bridge.tickets.models import Ticket
from tests.crm_bridge.booking.makers import at, make_conversation
from tests.crm_bridge.booking.round import MAJA, ROBIN, Round, a_round, invite, times_offered
from tests.crm_bridge.calendars.places.radicale import RadicalePlace, radicale
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.conftest import SmtpServer, smtp_server

__all__ = ["smtp_server"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def radicale_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with radicale(tmp_path_factory.mktemp("radicale")) as url:
        yield url


@pytest.fixture
async def house(
    settings: Settings, database: Database, smtp_server: SmtpServer, radicale_url: str
) -> AsyncIterator[Round[RadicalePlace]]:
    async with Egress(private_hosts=["127.0.0.1"]) as egress:
        place = RadicalePlace(radicale_url, egress)
        async with a_round(settings, database, smtp_server, place) as house:
            yield house
        place.close()


async def test_one_party_invites_and_every_change_reaches_both_sides(
    house: Round[RadicalePlace],
) -> None:
    booking = await house.booked()
    (seen,) = house.place.written()
    assert (seen.start, seen.guests) == (at("12 08:00"), 0)
    (to_robin,), (to_maja,) = house.mails(ROBIN), house.mails(MAJA)
    assert invite(to_robin)[0] == "REQUEST"
    assert invite(to_maja)[0] == "none"  # it stands in her calendar: a second one would double it
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
    method, event = invite(told)
    assert (method, event["SEQUENCE"], event["DTSTART"].dt) == ("REQUEST", 2, at("12 10:00"))
    assert "had to move" in told.get_body(("plain",)).get_content()
    assert len(house.mails(MAJA)) == 2  # she knows what she did

    house.place.delete(moved.uid)
    await house.settle()
    gone = await house.row(booking)
    assert (gone.status, gone.ended_by) == ("cancelled", "advisor")
    told = house.mails(ROBIN)[-1]
    method, event = invite(told)
    assert (method, event["SEQUENCE"], event["UID"]) == ("CANCEL", 3, gone.uid)
    assert times_offered(told) == ["10:00", "10:30", "11:30"]  # nearest to 11:00, in her hours
    assert house.desk.page_url(booking) in told.get_body(("plain",)).get_content()
    assert house.place.texts() == []


async def test_who_lost_their_meeting_books_another_on_its_page(
    house: Round[RadicalePlace],
) -> None:
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
    house: Round[RadicalePlace],
) -> None:
    booking = await house.booked()
    other = await make_conversation(house.database, {"name": "Kim", "email": "kim@oak.example"})
    desk = house.desk
    house.place.move_written(at("12 09:00"), at("12 09:30"))
    async with house.database.transaction() as session:
        held = await service.hold(session, other, at("12 09:00"), desk=desk, now=NOW)
        await service.confirm(session, other, held.hold, desk=desk, now=NOW)
    await house.settle()
    assert (await house.row(booking)).start_at == at("12 08:00")
    async with house.database.reading() as session:
        (ticket,) = await session.scalars(select(Ticket))
    assert ticket.occasion == f"booking_clash:{booking}"


async def test_who_did_not_come_is_offered_other_times(house: Round[RadicalePlace]) -> None:
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
    assert invite(told[0])[0] == "none"
