"""Calendar text is right by RFC 5545 and 5546, whatever people are called."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from crm_bridge.invites.ics import Method, Person, calendar_text
from tests.crm_bridge.invites.makers import START, an_entry

METHODS: tuple[Method, ...] = ("REQUEST", "CANCEL", "PUBLISH")


def _event(text: bytes) -> tuple[Calendar, dict[str, object]]:
    calendar = Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_request_asks_its_one_attendee_to_answer() -> None:
    calendar, event = _event(calendar_text(an_entry(sequence=3), "REQUEST"))
    assert calendar["METHOD"] == "REQUEST"
    assert event["ATTENDEE"] == "mailto:robin@testalabs.io"
    assert dict(event["ATTENDEE"].params) == {
        "CN": "Robin Berg",
        "CUTYPE": "INDIVIDUAL",
        "PARTSTAT": "NEEDS-ACTION",
        "ROLE": "REQ-PARTICIPANT",
        "RSVP": "TRUE",
    }
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (
        "bkg_1@polaris.test", 3, "CONFIRMED",
    )  # fmt: skip


def test_a_cancellation_has_the_same_uid_and_organizer_and_says_so() -> None:
    _, asked = _event(calendar_text(an_entry(), "REQUEST"))
    calendar, event = _event(calendar_text(an_entry(sequence=1), "CANCEL"))
    assert (calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert (event["UID"], event["ORGANIZER"]) == (asked["UID"], asked["ORGANIZER"])
    assert event["SEQUENCE"] > asked["SEQUENCE"]
    assert event["ATTENDEE"] == asked["ATTENDEE"]


def test_a_file_to_keep_names_nobody_but_the_organizer() -> None:
    _, event = _event(calendar_text(an_entry(), "PUBLISH"))
    assert "ATTENDEE" not in event


def test_times_are_in_utc_and_need_no_zone_of_their_own() -> None:
    local = START.astimezone(timezone(timedelta(hours=1)))
    text = calendar_text(an_entry(start=local, end=local + timedelta(minutes=30)), "REQUEST")
    assert b"\r\nDTSTART:20260312T080000Z\r\n" in text
    assert b"\r\nDTEND:20260312T083000Z\r\n" in text
    assert b"\r\nDTSTAMP:20260311T090000Z\r\n" in text
    assert b"VTIMEZONE" not in text


@pytest.mark.parametrize("method", METHODS)
def test_another_library_finds_it_whole(method: Method) -> None:
    read = vobject.readOne(calendar_text(an_entry(), method).decode())
    assert read.validate(raiseException=True)
    assert read.vevent.dtstart.value == START


PEOPLE = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8"), st.sampled_from('";:,\\\r\n\t^éžשלום漢字👍🏽‮')
    ),
    max_size=90,
)


@settings(max_examples=150, deadline=None)
@given(name=PEOPLE, summary=PEOPLE, description=PEOPLE, method=st.sampled_from(METHODS))
def test_whatever_people_write_stays_where_it_belongs(
    name: str, summary: str, description: str, method: Method
) -> None:
    entry = an_entry(
        attendee=Person(name, "robin@testalabs.io"),
        organizer=Person(name, "usher@polaris.test"),
        summary=summary,
        description=description,
    )
    text = calendar_text(entry, method)
    lines = text.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() is not None for line in lines)  # no fold within a character
    assert b"\n" not in text.replace(b"\r\n", b"")
    unfolded = text.replace(b"\r\n ", b"").split(b"\r\n")
    names = [line.split(b":")[0].split(b";")[0] for line in unfolded if line]
    assert names.count(b"ORGANIZER") == 1
    assert names.count(b"ATTENDEE") == (0 if method == "PUBLISH" else 1)
    assert names.count(b"BEGIN") == names.count(b"END") == 2
    assert len(names) == len(set(names)) + 2
    _, event = _event(text)
    shown = "".join(each if each.isprintable() else " " for each in summary).strip()
    assert str(event["SUMMARY"]) == shown


def test_microseconds_are_no_part_of_a_stamp() -> None:
    stamp = datetime(2026, 3, 11, 9, 0, 0, 999999, tzinfo=UTC)
    _, event = _event(calendar_text(an_entry(stamp=stamp), "REQUEST"))
    assert event["DTSTAMP"].dt == datetime(2026, 3, 11, 9, 0, 0, tzinfo=UTC)
