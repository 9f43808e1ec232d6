"""What an advisor does to a meeting in their own calendar, wherever it is: read back, done to
the meeting, and told to the visitor with times to meet instead. Real but for the provider."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from crm_bridge.core.database import Database
from crm_bridge.core.egress import Egress
from crm_bridge.settings import Settings
from crm_bridge.tickets.models import Ticket
from tests.crm_bridge.booking.makers import at
from tests.crm_bridge.booking.round import (
    MAJA,
    ROBIN,
    AnyPlace,
    Round,
    a_round,
    invite,
    times_offered,
)
from tests.crm_bridge.calendars.places.google import GooglePlace
from tests.crm_bridge.calendars.places.ics import IcsPlace
from tests.crm_bridge.calendars.places.microsoft import MicrosoftPlace
from tests.crm_bridge.calendars.places.place import Event
from tests.crm_bridge.calendars.places.radicale import RadicalePlace, radicale
from tests.crm_bridge.calendars.places.serving import serving
from tests.crm_bridge.invites.conftest import SmtpServer, smtp_server

__all__ = ["smtp_server"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def _somewhere(kind: str, egress: Egress, folder: Path) -> Iterator[AnyPlace]:
    if kind == "caldav":
        with radicale(folder) as url:
            place = RadicalePlace(url, egress)
            yield place
            place.close()
        return
    served = {"google": GooglePlace, "microsoft": MicrosoftPlace, "ics": IcsPlace}[kind](egress)
    with serving(served.app) as served.url:
        yield served


@pytest.fixture
async def house(
    request: pytest.FixtureRequest,
    settings: Settings,
    database: Database,
    smtp_server: SmtpServer,
    tmp_path: Path,
) -> AsyncIterator[Round[AnyPlace]]:
    """Maja's calendar of a kind; it takes our meetings, or (not written) she is invited by
    mail."""
    kind, writes = request.param
    async with Egress(private_hosts=["127.0.0.1"]) as egress:
        with _somewhere(kind, egress, tmp_path) as place:
            async with a_round(settings, database, smtp_server, place, writes=writes) as house:
                yield house


def _kinds(*kinds: str, writes: bool) -> pytest.MarkDecorator:
    given = [pytest.param((kind, writes), id=kind) for kind in kinds]
    return pytest.mark.parametrize("house", given, indirect=True)


WRITTEN = _kinds("google", "microsoft", writes=True)
INVITED = _kinds("google", "microsoft", "ics", "caldav", writes=False)


@WRITTEN
async def test_moved_there_it_is_moved_and_deleted_there_it_is_cancelled(
    house: Round[AnyPlace],
) -> None:
    booking = await house.booked()
    (seen,) = house.place.written()
    assert (seen.start, seen.guests) == (at("12 08:00"), 0)
    assert invite(house.mails(MAJA)[0])[0] == "none"  # it stands in her calendar already

    house.place.move_written(at("12 10:00"), at("12 10:30"))
    await house.settle()
    row = await house.row(booking)
    assert (row.start_at, row.end_at, row.status) == (at("12 10:00"), at("12 10:30"), "booked")
    told = house.mails(ROBIN)[-1]
    method, event = invite(told)
    assert (method, event["SEQUENCE"], event["DTSTART"].dt) == ("REQUEST", 1, at("12 10:00"))
    assert "had to move" in told.get_body(("plain",)).get_content()
    (said,) = await house.said(booking)
    assert "moved on our side" in said
    assert "12 March 2026, 11:00–11:30 (Oslo, UTC+1)" in said

    house.place.delete_written()
    await house.settle()
    row = await house.row(booking)
    assert (row.status, row.ended_by) == ("cancelled", "advisor")
    told = house.mails(ROBIN)[-1]
    method, event = invite(told)
    assert (method, event["SEQUENCE"], event["UID"]) == ("CANCEL", 2, row.uid)
    assert times_offered(told) == ["10:00", "10:30", "11:30"]
    assert len(house.mails(MAJA)) == 1  # she knows what she did
    assert house.place.written() == []


@_kinds("google", writes=True)
async def test_moved_to_a_time_that_is_over_a_person_is_told(
    house: Round[AnyPlace],
) -> None:
    booking = await house.booked()
    house.place.move_written(at("10 08:00"), at("10 08:30"))
    await house.settle()
    row = await house.row(booking)
    assert (row.start_at, row.status) == (at("12 08:00"), "booked")
    async with house.database.reading() as session:
        (ticket,) = await session.scalars(select(Ticket))
    assert ticket.occasion == f"booking_past:{booking}"
    assert len(house.mails(ROBIN)) == 1


@INVITED
async def test_an_invitation_that_is_moved_then_declined_there(house: Round[AnyPlace]) -> None:
    booking = await house.booked()
    method, event = invite(house.mails(MAJA)[0])
    assert method == "REQUEST"
    taken_up = Event(str(event["UID"]), at("12 08:00"), at("12 08:30"))
    house.place.put(taken_up)
    await house.settle()

    later = replace(taken_up, start=at("12 10:00"), end=at("12 10:30"))
    house.place.put(later)
    await house.settle()
    assert (await house.row(booking)).start_at == at("12 10:00")

    house.place.put(replace(later, declined=True))
    await house.settle()
    row = await house.row(booking)
    assert (row.status, row.ended_by) == ("cancelled", "advisor")
    methods = [invite(each)[0] for each in house.mails(ROBIN)]
    assert methods == ["REQUEST", "REQUEST", "CANCEL"]
    assert times_offered(house.mails(ROBIN)[-1]) == ["10:00", "10:30", "11:30"]


@INVITED
async def test_shown_as_free_time_it_stands(house: Round[AnyPlace]) -> None:
    """Who marks the meeting as free, or as working elsewhere, has not said no to it."""
    booking = await house.booked()
    taken_up = Event((await house.row(booking)).uid, at("12 08:00"), at("12 08:30"))
    for event in (taken_up, replace(taken_up, free=True)):
        house.place.put(event)
        await house.settle()
    assert (await house.row(booking)).status == "booked"
    later = replace(taken_up, start=at("12 10:00"), end=at("12 10:30"), free=True)
    house.place.put(later)
    await house.settle()
    assert (await house.row(booking)).start_at == at("12 10:00")
    house.place.delete(taken_up.name)
    await house.settle()
    assert (await house.row(booking)).status == "cancelled"
