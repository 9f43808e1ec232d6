"""A calendar that is away opens one ticket, however many meetings it misses."""

import pytest

from crm_bridge.booking.to_a_person import HandOver
from crm_bridge.core.database import Database
from crm_bridge.settings import Settings
from crm_bridge.tickets import service as tickets
from tests.crm_bridge.booking.failing_house import Calendars, House, furnished
from tests.crm_bridge.booking.makers import SAID, make_advisor, make_conversation
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.conftest import SmtpServer, smtp_server

__all__ = ["smtp_server"]

AWAY = Calendars(away=True)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def _book(house: House, start: str) -> str:
    """Another visitor books; the booking's id."""
    house.visitor = await make_conversation(house.database)
    return (await house.book(start)).id


async def test_one_ticket_lists_every_meeting_of_the_outage(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    house = await furnished(database, settings, smtp_server, calendars=AWAY)
    nine, half_past, ten = [await _book(house, f"12 {at}") for at in ("08:00", "08:30", "09:00")]
    await house.cancel()  # the last of them
    (ticket,) = await house.tickets()
    assert ticket.subject == "The calendar of Maja could not be written: 3 meetings to see to"
    assert ticket.body.splitlines()[1:] == [
        f"- put in: Thu, 12 Mar 2026, 09:00 CET ({nine})",
        f"- put in: Thu, 12 Mar 2026, 09:30 CET ({half_past})",
        f"- take out: Thu, 12 Mar 2026, 10:00 CET ({ten})",
    ]
    assert SAID["name"] not in ticket.body  # it is not erased with a visitor
    assert SAID["email"] not in ticket.body
    assert len(house.smtp.mailbox.to("maja@polaris.test")) == 4  # and still told of each


async def test_the_next_outage_opens_the_ticket_again_without_what_was_seen_to(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    house = await furnished(database, settings, smtp_server, calendars=AWAY)
    await _book(house, "12 08:00")
    (ticket,) = await house.tickets()
    async with database.transaction() as session:
        await tickets.update(session, ticket.id, {"status": "closed"}, now=NOW)
    booking = await _book(house, "12 09:00")
    (ticket,) = await house.tickets()
    assert (ticket.status, ticket.closed_at) == ("open", None)
    assert ticket.body.splitlines()[1:] == [f"- put in: Thu, 12 Mar 2026, 10:00 CET ({booking})"]


async def test_another_advisors_calendar_has_a_ticket_of_its_own(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    await make_advisor(database, "noam")
    house = await furnished(database, settings, smtp_server)
    booking = await _book(house, "12 08:00")
    people = HandOver(database, house.clock)
    for advisor in ("maja", "noam", "noam"):  # one of them is the booking's own
        await people.about_calendar(booking, "calendar", advisor)
    assert [each.subject for each in await house.tickets()] == [
        "The calendar of Maja could not be written: 1 meeting to see to",
        "The calendar of Noam could not be written: 1 meeting to see to",
    ]
