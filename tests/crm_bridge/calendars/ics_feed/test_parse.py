"""Strangers' calendars: one broken thing costs one thing, and nothing crashes or hangs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_bridge.calendars.ics_feed.expand import expand
from crm_bridge.calendars.ics_feed.parse import parse
from tests.crm_bridge.calendars.ics_feed.makers import (
    LJUBLJANA,
    MARCH,
    calendar,
    event,
    read,
    times,
)

GOOD = event("DTSTART:20260311T100000Z", "DURATION:PT1H", uid="good")


@pytest.mark.parametrize(
    "broken",
    [
        event("SUMMARY:no start"),
        event("DTSTART:20260230T100000Z"),
        event("DTSTART:yesterday"),
        event("DTSTART;TZID:20260311T100000"),
        "BEGIN:VEVENT\r\nDTSTART:20260311T080000Z\r\nDURATION:PT1H",  # never closed
        "END:VEVENT",
        "BEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE",
        "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nTZOFFSETTO:+9900\r\nEND:STANDARD\r\nEND:VTIMEZONE",
        "GARBAGE",
        ":::;;;===",
        "X" * 100_000,
    ],
)
def test_a_broken_thing_leaves_the_others_alone(broken: str) -> None:
    for text in (calendar(broken, GOOD), calendar(GOOD, broken)):
        assert "11 10:00-11:00" in times(text)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (("RRULE:FREQ=NEVER",), "RRULE: FREQ is NEVER"),
        (("EXDATE:soon",), "EXDATE: EXDATE is not a date"),
        (("RDATE:20261399T000000Z",), "RDATE: month must be"),
        (("DTEND:tomorrow",), "the end: DTEND is not a date"),
        (("DURATION:-PT1W1D2H3M4S",), "the end: not a duration"),
    ],
)
def test_a_broken_property_is_named_and_the_event_stands(
    lines: tuple[str, ...], fault: str
) -> None:
    ending = () if lines[0].startswith(("DTEND", "DURATION")) else ("DURATION:PT1H",)
    text = calendar(event("DTSTART:20260311T100000Z", *ending, *lines))
    assert times(text) == ["11 10:00-11:00"]
    assert any(each.what.startswith(fault) for each in read(text).faults)


def test_it_reads_what_careless_programs_write() -> None:
    text = '\ufeff\n   begin:vcalendar\nbegin:vevent\nuid:a\ndtstart;\n tzid="Europe/Oslo":2026\n\t0311T100000\nduration:PT1H\nend:vevent'
    assert times(text) == ["11 09:00-10:00"]
    assert times(text.replace("\n", "\r")) == ["11 09:00-10:00"]


def test_it_reads_other_encodings() -> None:
    text = calendar(event("DTSTART:20260311T100000Z", "DURATION:PT1H", "SUMMARY:Köln")).encode(
        "cp1252"
    )
    (found,) = parse(text, owner_zone=LJUBLJANA).events
    assert found.summary == "Köln"


def test_text_is_unescaped() -> None:
    (found,) = read(calendar(event("DTSTART:20260311T100000Z", r"SUMMARY:a\, b\; c\nd"))).events
    assert found.summary == "a, b; c\nd"


def test_it_stops_when_told_to() -> None:
    feed = parse(calendar(GOOD, GOOD), owner_zone=LJUBLJANA, give_up=lambda: True)
    assert feed.events == ()
    assert feed.faults[0].what == "given up after 0 events"


LINES = st.sampled_from(
    [
        "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE",
        "END:VTIMEZONE", "BEGIN:STANDARD", "END:STANDARD", "TZID:X", "TZOFFSETTO:+0100",
        "DTSTART:20260311T100000Z", "DTSTART;TZID=X:20260311T100000", "DTSTART:00010101T000000",
        "DTSTART;VALUE=DATE:99991231", "DTEND:20260311T110000Z", "DURATION:P99999W", "UID:a",
        "RRULE:FREQ=DAILY", "RRULE:FREQ=YEARLY;COUNT=3;BYWEEKNO=53", "EXDATE:20260312T100000Z",
        "RECURRENCE-ID:20260312T100000Z", "RECURRENCE-ID;RANGE=THISANDFUTURE:00010101T000000",
        "RDATE;VALUE=PERIOD:20260312T100000Z/P1D", "BEGIN:VFREEBUSY", "FREEBUSY:20260311T100000Z/PT1H",
        "END:VFREEBUSY", "X-WR-TIMEZONE:X", "SEQUENCE:99999999999", "", " folded", "\t", "\x00", ";=:",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.lists(LINES, max_size=40).map("\r\n".join),
        st.text(max_size=300),
        st.binary(max_size=300),
    )
)
def test_nothing_makes_it_raise(text: str | bytes) -> None:
    feed = parse(text, owner_zone=LJUBLJANA)
    for each in expand(feed, MARCH).busy:
        assert each.start < each.end
