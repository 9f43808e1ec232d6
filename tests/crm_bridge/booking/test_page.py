"""The visitor's page: GET shows, POST acts, in the visitor's language and direction."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from icalendar import Calendar
from lxml import html

from contracts.booking import BookingView
from crm_bridge.booking import service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from tests.crm_bridge.booking.makers import SAID, at, make_advisor, make_conversation
from tests.crm_bridge.conftest import NOW

NINE = at("12 08:00")
pytestmark = pytest.mark.usefixtures("app_with_desk")


async def _booked(
    database: Database, desk: Desk, conversation: str, start: datetime = NINE
) -> BookingView:
    async with database.transaction() as session:
        held = await service.hold(session, conversation, start, desk=desk, now=NOW)
        return await service.confirm(session, conversation, held.hold, desk=desk, now=NOW)


def _path(view: BookingView) -> str:
    return urlsplit(view.page_url).path


async def _row(database: Database, booking: str) -> Booking:
    async with database.reading() as session:
        return await service.get(session, booking)


async def test_it_shows_weekday_date_time_zone_advisor_and_room(
    client: httpx.AsyncClient, database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    answer = await client.get(_path(booked))
    page = html.fromstring(answer.text)
    words = " ".join(page.text_content().split())
    assert answer.status_code == 200
    assert "Thursday, 12 March 2026, 09:00–09:30" in words
    assert "Central European Standard Time (UTC+1)" in words
    assert "With Maja" in words
    assert booked.video_url in page.xpath("//a/@href")
    assert page.get("dir") == "ltr"


async def test_nothing_that_can_be_followed_changes_anything(
    client: httpx.AsyncClient, database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    before = await _row(database, booked.booking)
    page = html.fromstring((await client.get(_path(booked))).text)
    addresses = [*page.xpath("//a/@href"), *page.xpath("//form/@action")]
    for address in [_path(booked), f"{_path(booked)}?done=cancelled", *addresses]:
        if urlsplit(address).netloc in ("", "bridge.test"):
            await client.get(address)
            await client.head(address)
    after = await _row(database, booked.booking)
    assert (after.status, after.sequence, after.updated_at) == ("booked", 0, before.updated_at)


async def test_the_answers_are_guarded_and_kept_nowhere(
    client: httpx.AsyncClient, database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    answer = await client.get(_path(booked))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    page = html.fromstring(answer.text)
    assert page.xpath("//script | //style | //@style | //@onclick") == []
    (sheet,) = page.xpath("//link[@rel='stylesheet']/@href")
    assert (await client.get(sheet)).status_code == 200


async def test_the_meeting_is_moved_by_the_form(
    client: httpx.AsyncClient, database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    page = html.fromstring((await client.get(_path(booked))).text)
    (form,) = [form for form in page.forms if form.action.endswith("/move")]
    offered = [radio.get("value") for radio in form.xpath(".//input[@type='radio']")]
    assert NINE.isoformat() not in offered
    answer = await client.post(form.action, data={"start": offered[3]})
    assert answer.status_code == 303
    shown = await client.get(answer.headers["location"])
    assert "The meeting has been moved." in shown.text
    row = await _row(database, booked.booking)
    assert (row.start_at, row.sequence) == (datetime.fromisoformat(offered[3]), 1)


async def test_openings_are_grouped_by_day_of_the_visitors_zone(
    client: httpx.AsyncClient, database: Database, desk: Desk
) -> None:
    hours = {"weekly": [{"days": ["thu"], "from": "00:00", "to": "01:30"}]}
    await make_advisor(database, "maja", working_hours=hours)
    visitor = await make_conversation(database, timezone="America/New_York")
    booked = await _booked(database, desk, visitor, at("11 23:00"))
    page = html.fromstring((await client.get(_path(booked))).text)
    assert "Wednesday, 11 March 2026" in page.text_content()
    first = page.xpath("//fieldset")[0]
    assert first.findtext("legend") == "Wednesday, 11 March 2026"
    assert [time.text_content() for time in first.xpath(".//bdi")] == ["19:30", "20:00"]


async def test_a_time_that_is_gone_leads_to_the_nearest_ones(
    client: httpx.AsyncClient, database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    other = await make_conversation(database)
    await _booked(database, desk, other, at("12 09:00"))
    answer = await client.post(f"{_path(booked)}/move", data={"start": at("12 09:00").isoformat()})
    assert answer.status_code == 409
    page = html.fromstring(answer.text)
    assert "Somebody has just taken that time." in page.text_content()
    assert at("12 09:30").isoformat() in page.xpath("//input[@type='radio']/@value")
    assert page.xpath("//details[1]/@open")
    assert (await _row(database, booked.booking)).start_at == NINE


@pytest.mark.parametrize("start", ["", "soon", "2026-03-12T10:00:00", "x" * 30])
async def test_a_form_without_a_time_asks_for_one(
    client: httpx.AsyncClient, database: Database, desk: Desk, maja: str, visitor: str, start: str
) -> None:
    booked = await _booked(database, desk, visitor)
    answer = await client.post(f"{_path(booked)}/move", data={"start": start})
    assert answer.status_code == 422
    assert "Please choose one of the times." in answer.text


async def test_the_meeting_is_cancelled_by_the_form_and_cannot_be_moved_after(
    client: httpx.AsyncClient, database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    answer = await client.post(f"{_path(booked)}/cancel")
    assert answer.status_code == 303
    assert "has been cancelled" in (await client.get(answer.headers["location"])).text
    later = await client.get(_path(booked))
    assert "This meeting was cancelled." in later.text
    (form,) = html.fromstring(later.text).forms
    assert form.action.endswith("/again")  # nothing can be done to it but to meet another time
    refused = await client.post(f"{_path(booked)}/move", data={"start": at("12 09:00").isoformat()})
    assert refused.status_code == 409
    assert (await _row(database, booked.booking)).status == "cancelled"


async def test_a_past_meeting_is_shown_and_cannot_be_changed(
    client: httpx.AsyncClient,
    app: FastAPI,
    database: Database,
    desk: Desk,
    maja: str,
    visitor: str,
) -> None:
    booked = await _booked(database, desk, visitor)
    app.state.clock = Clock(NINE + timedelta(hours=2))
    answer = await client.get(_path(booked))
    assert "This meeting is over." in answer.text
    assert html.fromstring(answer.text).forms == []
    assert (await client.post(f"{_path(booked)}/cancel")).status_code == 409
    assert (await _row(database, booked.booking)).status == "booked"


async def test_a_hebrew_page_runs_from_right_to_left_and_is_whole(
    client: httpx.AsyncClient, database: Database, desk: Desk, maja: str
) -> None:
    visitor = await make_conversation(database, language="he", timezone="Asia/Jerusalem")
    booked = await _booked(database, desk, visitor)
    page = html.fromstring((await client.get(_path(booked))).text)
    assert (page.get("lang"), page.get("dir")) == ("he", "rtl")
    words = page.text_content()
    assert "יום חמישי, 12 במרץ 2026" in words
    assert "העברה למועד אחר" in words
    assert not re.search(r"\b(When|With|Move|Cancel)\b", words)


async def test_a_name_with_markup_is_shown_as_it_was_typed(
    client: httpx.AsyncClient, database: Database, desk: Desk, visitor: str
) -> None:
    await make_advisor(database, "maja", name="<img src=x onerror=alert(1)>")
    booked = await _booked(database, desk, visitor)
    page = html.fromstring((await client.get(_path(booked))).text)
    assert page.xpath("//img") == []
    assert "<img src=x onerror=alert(1)>" in page.text_content()


@pytest.mark.parametrize("path", ["", "/invite.ics"])
async def test_a_link_that_leads_nowhere_says_so_in_the_browsers_language(
    client: httpx.AsyncClient, path: str
) -> None:
    language = {"Accept-Language": "de-DE,sl;q=0.8,en;q=0.5"}
    answer = await client.get(f"/b/no-such-token{path}", headers=language)
    assert answer.status_code == 404
    assert "Tukaj ni sestanka" in answer.text
    assert (await client.post("/b/no-such-token/cancel")).status_code == 404


async def test_a_hold_has_no_page_yet(
    client: httpx.AsyncClient, database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    async with database.transaction() as session:
        held = await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    async with database.reading() as session:
        from crm_bridge.booking import repository

        row = await repository.get_by_hold(session, held.hold)
    assert row is not None
    assert (await client.get(f"/b/{desk.page_token(row.id)}")).status_code == 404


async def test_the_calendar_file_holds_the_meeting_under_its_own_uid(
    client: httpx.AsyncClient, database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    booked = await _booked(database, desk, visitor)
    answer = await client.get(f"{_path(booked)}/invite.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH"
    assert event["UID"] == (await _row(database, booked.booking)).uid
    assert event["DTSTART"].dt == NINE
    assert "ATTENDEE" not in event
    assert SAID["email"] not in answer.text


async def test_a_fault_of_ours_is_a_calm_page_and_changes_nothing(
    client: httpx.AsyncClient,
    app: FastAPI,
    database: Database,
    desk: Desk,
    maja: str,
    visitor: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    booked = await _booked(database, desk, visitor)
    app.state.desk = None
    later = {"start": at("12 09:00").isoformat()}
    answer = await client.post(
        f"{_path(booked)}/move", data=later, headers={"Accept-Language": "nb"}
    )
    assert answer.status_code == 500
    assert "Noe gikk galt hos oss. Ingenting er endret" in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert (await _row(database, booked.booking)).start_at == NINE
    assert "booking's page failed" in caplog.text


async def test_a_meeting_cannot_be_moved_without_end(
    client: httpx.AsyncClient, database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    desk.settings.booking.changes_per_booking = 1
    booked = await _booked(database, desk, visitor)
    statuses = [
        (await client.post(f"{_path(booked)}/move", data={"start": start.isoformat()})).status_code
        for start in (at("12 09:00"), at("12 10:00"))
    ]
    assert statuses == [303, 409]
    assert (await client.post(f"{_path(booked)}/cancel")).status_code == 303
