"""A meeting's whole life in an advisor's real calendar, through all of Usher: booked and moved in
the chat, moved on the page, moved and deleted by the advisor there, others cancelled in the
chat and on the page; every change in the calendar, in a mail that libical accepts, and told."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from icalendar import Calendar, Event

from crm_bridge.core.egress import Egress
from tests.cases.visitor import Visitor
from tests.crm_bridge.calendars.places.radicale import PASSWORD, USER, RadicalePlace, radicale
from tests.crm_bridge.invites.libical import faults
from tests.e2e.records import Records, invite
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

ADVISORS = ("maja", "noam", "kari")
TOLD = {
    "en": ("a chatbot", "retail", "40", "15000 EUR", "within 3 months", "Robin Berg", "Testa Labs"),
    "sl": ("chatbot", "trgovina", "40", "15000 EUR", "v 3 mesecih", "Robin Berg", "Testa Labs"),
}
SKIP = {"en": "skip", "sl": "preskoči"}
MOVE = {"en": "can we move it to Friday?", "sl": "ali lahko prestavimo na petek?"}
CANCEL = {"en": "please cancel the meeting", "sl": "prosim odpovejte sestanek"}
MOVED_BY_ADVISOR = {"en": "moved on our side", "sl": "morali sestanek prestaviti"}
CANCELLED_BY_ADVISOR = {"en": "cancelled on our side", "sl": "morali sestanek odpovedati"}


@pytest.fixture(scope="module")
def places(
    stack: Stack, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RadicalePlace, ...]]:
    """A calendar for each advisor, connected by the command and forgotten again."""
    stack.environment["USHER_CALENDAR_PASSWORD"] = PASSWORD
    with radicale(tmp_path_factory.mktemp("radicale")) as base:
        found = tuple(RadicalePlace(base, Egress()) for _ in ADVISORS)

        def connect(advisor: str, place: RadicalePlace) -> str:
            told = stack.usher(
                *("advisor", "connect", "caldav", advisor, place.url),
                *("--username", USER, "--json"),
            )
            return str(json.loads(told)["id"])

        with ThreadPoolExecutor(len(ADVISORS)) as side_by_side:
            connected = list(side_by_side.map(connect, ADVISORS, found))
        yield found
        for calendar in connected:
            stack.usher("advisor", "disconnect", calendar)
        for place in found:
            place.close()


def _booked(stack: Stack, language: str, address: str) -> Visitor:
    visitor = Visitor.arrive(stack.url, language=language)
    for text in (*TOLD[language], address, SKIP[language]):
        heard = visitor.say(text)
    visitor.press(_openings(heard)[0]["payload"])
    return visitor


def _openings(heard: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [opening for event in heard for opening in event.get("openings") or ()]


def _event_of(places: tuple[RadicalePlace, ...], sequence: int) -> tuple[RadicalePlace, Event]:
    """The one event that stands in a calendar, as soon as it has that SEQUENCE."""

    def found() -> tuple[RadicalePlace, Event] | None:
        standing = [(place, text) for place in places for text in place.texts()]
        if len(standing) != 1:
            return None
        (event,) = Calendar.from_ical(standing[0][1]).walk("VEVENT")
        return (standing[0][0], event) if event.get("SEQUENCE", 0) == sequence else None

    return wait_for(f"an event with SEQUENCE {sequence}", found)


def _page(stack: Stack, mail: EmailMessage) -> str:
    """The visitor's own page, as the mail names it."""
    link = re.search(rf"{re.escape(stack.url)}/b/[\w-]+", mail.get_body(("plain",)).get_content())
    assert link
    return link.group(0)


def _accepted(mails: list[EmailMessage]) -> None:
    for mail in mails:
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                assert faults(part.get_payload(decode=True)) == []


@pytest.mark.parametrize("language", TOLD)
def test_a_meeting_lives_in_the_advisors_calendar(
    stack: Stack, places: tuple[RadicalePlace, ...], language: str
) -> None:
    records, address = Records.of(stack), f"robin.{language}@testa-labs.io"
    visitor = _booked(stack, language, address)
    _, booked = _event_of(places, 0)
    heard = visitor.say(MOVE[language])
    visitor.press(next(one for event in heard for one in event.get("buttons") or ())["payload"])
    _, moved = _event_of(places, 1)
    assert moved.start.weekday() == 4  # Friday
    assert moved["UID"] == booked["UID"]

    page = _page(stack, records.mails_to(address, at_least=2)[0])
    start = re.findall(r'name="start" value="([^"]+)"', httpx.get(page).text)[5]
    moved_there = httpx.post(f"{page}/move", data={"start": start}, headers={"Origin": stack.url})
    assert moved_there.status_code == 303
    place, moved = _event_of(places, 2)
    assert moved.start.isoformat() == start

    later = timedelta(minutes=30)
    place.move_written(moved.start + later, moved.end + later)
    told = records.mails_to(address, at_least=4)[3]
    method, event = invite(told)
    assert (method, event["SEQUENCE"], event["DTSTART"].dt) == ("REQUEST", 3, moved.start + later)
    visitor.hear(lambda one: MOVED_BY_ADVISOR[language] in (one.get("text") or ""))

    place.delete_written()
    method, event = invite(records.mails_to(address, at_least=5)[4])
    assert (method, event["SEQUENCE"], event["UID"]) == ("CANCEL", 4, booked["UID"])
    visitor.hear(lambda one: CANCELLED_BY_ADVISOR[language] in (one.get("text") or ""))
    _accepted(records.mails_to(address))


@pytest.mark.parametrize(("language", "by"), [("en", "chat"), ("sl", "page")])
def test_a_cancelled_meeting_leaves_the_calendar(
    stack: Stack, places: tuple[RadicalePlace, ...], language: str, by: str
) -> None:
    records, address = Records.of(stack), f"berg.{language}@testa-labs.io"
    visitor = _booked(stack, language, address)
    _event_of(places, 0)
    if by == "chat":
        heard = visitor.say(CANCEL[language])
        sure = next(one for event in heard for one in event.get("buttons") or ())
        visitor.press(sure["payload"])
    else:
        page = _page(stack, records.mails_to(address)[0])
        assert httpx.post(f"{page}/cancel", headers={"Origin": stack.url}).status_code == 303
    mails = records.mails_to(address, at_least=2)
    assert [invite(mail)[0] for mail in mails] == ["REQUEST", "CANCEL"]
    _accepted(mails)
    wait_for("an empty calendar", lambda: not any(place.texts() for place in places))
