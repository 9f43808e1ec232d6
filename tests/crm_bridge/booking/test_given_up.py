"""What fails for good after a booking is handed to a person, and the visitor is told what is
true: the meeting stands, without its link, its entry or its mail."""

import pytest

from crm_bridge.booking import service
from crm_bridge.core.database import Database
from crm_bridge.invites.smtp import SmtpMailer
from crm_bridge.settings import Settings
from tests.crm_bridge.booking.failing_house import (
    MEET,
    BadAddress,
    Calendars,
    RefusedRooms,
    furnished,
    refuse_records,
    text_of,
)
from tests.crm_bridge.booking.makers import SAID, at
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.invites.conftest import SmtpServer, smtp_server

__all__ = ["smtp_server"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_without_a_room_the_invitation_says_that_the_link_follows(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    house = await furnished(database, settings, smtp_server, rooms=RefusedRooms(), provider="zoom")
    booking = await house.book()
    assert (booking.status, booking.video_url) == ("booked", None)
    assert "the link will follow" in text_of(house.mail(SAID["email"]))
    (ticket,) = await house.tickets()
    assert ticket.subject == "No video room could be made: Thu, 12 Mar 2026, 09:00 CET, Maja"
    assert "Robin Berg" in ticket.body


async def test_an_advisor_whose_calendar_is_closed_gets_the_entry_by_mail(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    house = await furnished(database, settings, smtp_server, calendars=Calendars(revoked=True))
    booking = await house.book()
    assert booking.status == "booked"
    to_maja = house.mail("maja@polaris.test")
    assert any(part.get_content_type() == "text/calendar" for part in to_maja.walk())
    (ticket,) = await house.tickets()
    assert ticket.subject == "The calendar of Maja could not be written: 1 meeting to see to"


async def test_an_advisor_whose_calendar_is_away_knows_of_the_meeting_in_a_quarter_of_an_hour(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    house = await furnished(database, settings, smtp_server, calendars=Calendars(away=True))
    await house.book()
    assert 5 * 60 < sum(house.waited_seconds) <= 15 * 60  # it may come back meanwhile
    assert len(house.smtp.mailbox.to(SAID["email"])) == 1
    (to_maja,) = house.smtp.mailbox.to("maja@polaris.test")
    assert any(part.get_content_type() == "text/calendar" for part in to_maja.walk())
    (ticket,) = await house.tickets()
    assert ticket.subject == "The calendar of Maja could not be written: 1 meeting to see to"


async def test_a_visitor_whose_address_takes_no_mail_is_told_so_in_the_chat(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    settings.mail = smtp_server.mail
    mailer = BadAddress(SmtpMailer(smtp_server.mail))
    house = await furnished(database, settings, smtp_server, mailer=mailer)
    await house.book()
    (said,) = await house.said()
    assert said.startswith("Your meeting stands, but the mail with the invitation could not")
    assert house.desk.page_url(house.booking) in said
    await house.cancel()
    assert await house.said() == [said]  # of a cancelled meeting nobody says that it stands
    told = {each.occasion: each for each in await house.tickets()}
    assert set(told) == {
        f"booking_mail_visitor:{house.booking}",
        f"booking_mail_cancelled:{house.booking}",
    }
    cancelled = told[f"booking_mail_cancelled:{house.booking}"]
    assert "The meeting is cancelled" in cancelled.body
    assert "stands" not in cancelled.body


async def test_a_link_that_the_advisors_calendar_makes_is_in_the_invitation_and_stays(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    calendars = Calendars()
    house = await furnished(
        database, settings, smtp_server, calendars=calendars, provider="calendar"
    )
    booking = await house.book()
    assert booking.video_url == MEET
    assert calendars.entries[booking.uid].video
    assert MEET in text_of(house.mail(SAID["email"]))
    async with house.database.transaction() as session:
        await service.move(
            session, house.booking, at("12 09:00"), by="visitor", desk=house.desk, now=NOW
        )
    await house.dispatcher.deliver_due()
    entry = calendars.entries[booking.uid]
    assert (entry.start, entry.sequence, entry.video) == (at("12 09:00"), 1, True)
    assert MEET in text_of(house.mail(SAID["email"]))
    assert await house.tickets() == []


async def test_without_a_calendar_that_makes_links_the_meeting_stands_without(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    calendars = Calendars(revoked=True)
    house = await furnished(
        database, settings, smtp_server, calendars=calendars, provider="calendar"
    )
    booking = await house.book()
    assert (booking.status, booking.video_url) == ("booked", None)
    assert len(house.smtp.mailbox.to(SAID["email"])) == 1


@pytest.mark.parametrize("how", ["revoked", "away"])
async def test_a_cancelled_meeting_that_stays_in_the_calendar_is_said_to_stay_there(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str, how: str
) -> None:
    calendars = Calendars()
    house = await furnished(database, settings, smtp_server, calendars=calendars)
    await house.book()
    setattr(calendars, how, True)
    await house.cancel()
    to_maja = house.mail("maja@polaris.test")
    assert "has been taken out of your calendar" not in text_of(to_maja)
    (entry,) = [part for part in to_maja.walk() if part.get_content_type() == "text/calendar"]
    assert entry.get_param("method") == "CANCEL"
    (ticket,) = await house.tickets()
    assert ticket.body.endswith(f"- take out: Thu, 12 Mar 2026, 09:00 CET ({house.booking})")
    assert sum(house.waited_seconds) <= 15 * 60


async def test_records_that_take_nothing_leave_the_meeting_and_its_mails_as_they_are(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    calendars = Calendars()
    house = await furnished(
        database, settings, smtp_server, calendars=calendars, records=refuse_records
    )
    booking = await house.book()
    assert booking.status == "booked"
    assert booking.uid in calendars.entries
    assert await house.said() == []  # nothing is said of what is ours to mend
    assert len(house.smtp.mailbox.to(SAID["email"])) == 1
    assert len(house.smtp.mailbox.to("maja@polaris.test")) == 1
    await house.cancel()
    assert calendars.entries == {}
    assert len(house.smtp.mailbox.to(SAID["email"])) == 2
    booked, cancelled = await house.tickets()
    assert booked.subject.startswith("A meeting is missing among the activities: ")
    assert "Log by hand: Meeting booked." in booked.body
    assert "Log by hand: Meeting cancelled." in cancelled.body


async def test_who_missed_a_meeting_and_takes_no_mail_is_offered_times_in_the_chat(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    mailer = BadAddress(SmtpMailer(smtp_server.mail))
    house = await furnished(database, settings, smtp_server, mailer=mailer)
    await house.book()
    await house.miss()
    _, said = await house.said()
    assert said.startswith("We missed you at the meeting.")
    assert house.desk.page_url(house.booking) in said
    invited, missed = await house.tickets()
    assert invited.occasion == f"booking_mail_visitor:{house.booking}"
    assert missed.occasion == f"booking_mail_missed:{house.booking}"
    assert "did not come" in missed.body
    assert "stands" not in missed.body


async def test_a_missed_meeting_that_the_records_do_not_take_is_told_as_missed(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    house = await furnished(database, settings, smtp_server, records=refuse_records)
    await house.book()
    await house.miss()
    assert len(house.smtp.mailbox.to(SAID["email"])) == 2  # invited, and offered another time
    _, missed = await house.tickets()
    assert "Log by hand: The visitor did not come." in missed.body


async def test_who_came_after_all_is_not_told_that_they_were_missed(
    database: Database, settings: Settings, smtp_server: SmtpServer, maja: str
) -> None:
    house = await furnished(database, settings, smtp_server)
    await house.book()
    await house.miss(came_after_all=True)  # before the mail could be sent
    assert len(house.smtp.mailbox.to(SAID["email"])) == 1
    assert await house.said() == []
    assert await house.tickets() == []
