"""A route that wants all its advisors: offered when everybody is free, kept for all of them,
one invitation for the visitor, an entry or a mail for each advisor."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crm_bridge.booking import change, offer, parts, scope, service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking, Claim
from crm_bridge.booking.refusals import Clash, OpeningTaken
from crm_bridge.calendars import service as advisors
from crm_bridge.calendars.intervals import Interval
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Dispatcher
from crm_bridge.durable.in_memory import MemoryWork
from crm_bridge.invites.parts import MailParts
from crm_bridge.invites.post import PostOffice
from crm_bridge.invites.smtp import SmtpMailer
from crm_bridge.settings import Settings
from playbook.model import Route
from tests.crm_bridge.booking.makers import (
    ALWAYS,
    SAID,
    a_desk,
    a_playbook,
    at,
    make_advisor,
    make_conversation,
)
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.conftest import SmtpServer, smtp_server
from tests.crm_bridge.invites.makers import TEXTS

__all__ = ["smtp_server"]

NINE, TEN = at("12 08:00"), at("12 09:00")
MORNING = Interval(at("12 08:00"), at("12 11:00"))
ROUTE = Route(id="panel", when=ALWAYS, advisors=("maja", "noam"), choose="all", length_minutes=45)
SOLO = Route(id="solo", when=ALWAYS, advisors=("noam",))


@pytest.fixture
def desk(settings: Settings) -> Desk:
    return a_desk(settings, a_playbook([ROUTE]))


async def _booked(database: Database, desk: Desk, visitor: str, start: Any = NINE) -> str:
    async with database.transaction() as session:
        held = await service.hold(session, visitor, start, desk=desk, now=NOW)
        made = await service.confirm(session, visitor, held.hold, desk=desk, now=NOW)
    assert made.advisor_name == "Maja, Noam"
    return made.booking


async def _away(database: Database, who: str, start: str, end: str) -> None:
    async with database.transaction() as session:
        await advisors.add_time_off(session, who, Interval(at(start), at(end)), now=NOW)


async def test_offered_is_when_everybody_is_free_for_the_routes_length(
    database: Database, desk: Desk, maja: str, noam: str, visitor: str
) -> None:
    await _away(database, "noam", "12 08:00", "12 09:00")
    async with database.reading() as session:
        found = await service.openings(session, visitor, MORNING, desk=desk, now=NOW)
    assert [each.start for each in found.openings] == [
        at("12 09:00"),
        at("12 09:30"),
        at("12 10:00"),
    ]
    assert {each.end - each.start for each in found.openings} == {timedelta(minutes=45)}
    assert found.openings[0].advisors == ("maja", "noam")


async def test_why_nothing_is_offered_names_the_meeting_of_all(
    database: Database, desk: Desk, maja: str, noam: str, visitor: str
) -> None:
    await _away(database, "noam", "12 08:00", "12 09:30")
    await _away(database, "maja", "12 09:15", "12 11:00")
    async with database.reading() as session:
        found = await service.openings(session, visitor, MORNING, desk=desk, now=NOW)
    assert found.openings == ()
    assert dict(found.unavailable) == dict.fromkeys(
        ("maja", "noam"), "is free at no time at which all the others are"
    )


async def test_the_time_is_taken_from_each_of_them(
    database: Database, desk: Desk, settings: Settings, maja: str, noam: str, visitor: str
) -> None:
    await _booked(database, desk, visitor)
    alone = a_desk(settings, a_playbook([SOLO]))
    other = await make_conversation(database)
    async with database.reading() as session:
        found = await service.openings(session, other, MORNING, desk=alone, now=NOW)
        claimed = set(await session.scalars(select(Claim.advisor_id)))
    assert found.openings[0].start == at("12 09:00")
    assert claimed == {"maja", "noam"}
    with pytest.raises(OpeningTaken):
        async with database.transaction() as session:
            await service.hold(session, other, at("12 08:30"), desk=alone, now=NOW)


async def test_one_who_is_taken_keeps_the_meeting_of_all_from_being_held(
    database: Database, desk: Desk, settings: Settings, maja: str, noam: str, visitor: str
) -> None:
    alone = a_desk(settings, a_playbook([SOLO]))
    other = await make_conversation(database)
    async with database.transaction() as session:
        await service.hold(session, other, NINE, desk=alone, now=NOW)
    with pytest.raises(OpeningTaken) as refused:
        async with database.transaction() as session:
            await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    assert refused.value.nearest[0].advisors == ("maja", "noam")


async def test_moving_and_cancelling_are_for_all_of_them(
    database: Database, desk: Desk, maja: str, noam: str, visitor: str
) -> None:
    booking = await _booked(database, desk, visitor)
    async with database.transaction() as session:
        await service.move(session, booking, TEN, by="visitor", desk=desk, now=NOW)
        moved = await session.get_one(Booking, booking)
        cells = list(await session.scalars(select(Claim.advisor_id)))
    assert moved.end_at - moved.start_at == timedelta(minutes=45)
    assert cells.count("maja") == cells.count("noam") == 9
    async with database.transaction() as session:
        await service.cancel(session, booking, reason="", by="visitor", desk=desk, now=NOW)
        assert list(await session.scalars(select(Claim))) == []


async def test_one_cannot_move_it_to_where_another_is_busy(
    database: Database, desk: Desk, maja: str, noam: str, visitor: str
) -> None:
    booking = await _booked(database, desk, visitor)
    await _away(database, "maja", "12 10:00", "12 11:00")
    eleven = (at("12 10:00"), at("12 10:45"))
    with pytest.raises(Clash):
        async with database.transaction() as session:
            await change.follow(session, booking, *eleven, advisor_id="noam", desk=desk, now=NOW)
    async with database.transaction() as session:
        moved = await change.follow(
            session, booking, *eleven, advisor_id="maja", desk=desk, now=NOW
        )
    assert moved.start_at == eleven[0]


async def test_an_advisor_who_is_not_known_leaves_nothing_to_offer(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    async with database.reading() as session:
        found = await service.openings(session, visitor, MORNING, desk=desk, now=NOW)
    assert found.openings == ()
    assert ("noam", "is not known here") in found.unavailable


async def test_nothing_is_offered_beyond_what_calendars_are_known_for(
    database: Database, settings: Settings, maja: str
) -> None:
    far = scope.Scope(advisors=("maja",), window=timedelta(days=400))
    window = Interval(NOW + timedelta(days=110), NOW + timedelta(days=140))
    async with database.reading() as session:
        found = await offer.find(session, far, window, now=NOW)
    assert found.openings[-1].start < NOW + timedelta(days=120)


async def test_the_visitor_is_invited_once_and_each_advisor_gets_their_own(
    database: Database, settings: Settings, clock: Clock, smtp_server: SmtpServer
) -> None:
    settings.mail = smtp_server.mail
    desk = a_desk(settings, a_playbook([ROUTE]))
    await make_advisor(database, "maja")
    await make_advisor(database, "noam", language="sl")
    visitor = await make_conversation(database)
    mail = MailParts(PostOffice(database, clock, SmtpMailer(smtp_server.mail)), TEXTS)
    care = parts.aftercare(database, clock, desk, mail=mail, durable=MemoryWork(clock))
    news = ("booking.confirmed", "booking.moved", "booking.cancelled")
    dispatcher = Dispatcher(database, clock, {name: [("care", care.on_change)] for name in news})

    booking = await _booked(database, desk, visitor)
    await dispatcher.deliver_due()
    (to_robin,) = smtp_server.mailbox.to(str(SAID["email"]))
    assert "Maja and Noam" in to_robin.get_body(("plain",)).get_content()
    (to_maja,) = smtp_server.mailbox.to("maja@polaris.test")
    (to_noam,) = smtp_server.mailbox.to("noam@polaris.test")
    assert "With: Noam" in to_maja.get_body(("plain",)).get_content()
    assert "Nov sestanek" in str(to_noam["Subject"])

    async with database.transaction() as session:
        await change.cancel(
            session, booking, reason="", by="advisor", advisor_id="noam", desk=desk, now=NOW
        )
    await dispatcher.deliver_due()
    assert len(smtp_server.mailbox.to(str(SAID["email"]))) == 2
    assert len(smtp_server.mailbox.to("maja@polaris.test")) == 2
    assert len(smtp_server.mailbox.to("noam@polaris.test")) == 1  # he knows what he did
