"""What events mean for somebody's time."""

from datetime import UTC, datetime, timedelta

import pytest

from crm_bridge.calendars.ics_feed.expand import MOST_INSTANCES_OF_EVENT, expand
from crm_bridge.calendars.intervals import Interval
from tests.crm_bridge.calendars.ics_feed.makers import (
    MARCH,
    calendar,
    event,
    in_march,
    read,
    times,
)

TEN = "DTSTART:20260311T100000Z"
HOUR = "DURATION:PT1H"


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ((TEN, "DTEND:20260311T113000Z"), ["11 10:00-11:30"]),
        ((TEN, HOUR), ["11 10:00-11:00"]),
        ((TEN,), []),
        ((TEN, "DTEND:20260311T090000Z"), []),
        ((TEN, "DURATION:P1DT2H"), ["11 10:00-12:00"]),
        ((TEN, HOUR, "STATUS:TENTATIVE"), ["11 10:00-11:00"]),
        ((TEN, HOUR, "STATUS:CANCELLED"), []),
        ((TEN, HOUR, "TRANSP:TRANSPARENT"), []),
        ((TEN, HOUR, "X-MICROSOFT-CDO-BUSYSTATUS:FREE"), []),
        ((TEN, HOUR, "X-MICROSOFT-CDO-BUSYSTATUS:OOF"), ["11 10:00-11:00"]),
        (("DTSTART;VALUE=DATE:20260311", "DTEND;VALUE=DATE:20260313"), ["10 23:00-23:00"]),
        ((TEN, HOUR, "RRULE:FREQ=WEEKLY;COUNT=2"), ["11 10:00-11:00", "18 10:00-11:00"]),
        (
            (TEN, HOUR, "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20260318T100000Z"),
            ["11 10:00-11:00", "25 10:00-11:00"],
        ),
        (
            (TEN, HOUR, "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20260318"),
            ["11 10:00-11:00", "25 10:00-11:00"],
        ),
        (
            (TEN, HOUR, "RDATE:20260312T100000Z,20260313T100000Z"),
            ["11 10:00-11:00", "12 10:00-11:00", "13 10:00-11:00"],
        ),
        (
            (TEN, HOUR, "RDATE;VALUE=PERIOD:20260312T100000Z/PT2H,20260313T080000Z/20260313T090000Z"),
            ["11 10:00-11:00", "12 10:00-12:00", "13 08:00-09:00"],
        ),
    ],
)  # fmt: skip
def test_an_event_takes_this_time(lines: tuple[str, ...], wanted: list[str]) -> None:
    assert times(calendar(event(*lines))) == wanted


def test_a_moved_instance_stands_where_it_was_moved_and_not_where_it_was() -> None:
    series = event(TEN, HOUR, "RRULE:FREQ=WEEKLY;COUNT=3")
    moved = event("RECURRENCE-ID:20260318T100000Z", "DTSTART:20260319T150000Z", HOUR)
    gone = event(
        "RECURRENCE-ID:20260325T100000Z", "DTSTART:20260325T100000Z", HOUR, "STATUS:CANCELLED"
    )
    assert times(calendar(moved, series, gone)) == ["11 10:00-11:00", "19 15:00-16:00"]


def test_an_instance_moved_in_from_outside_the_window_is_seen() -> None:
    series = event("DTSTART:20260105T100000Z", HOUR, "RRULE:FREQ=YEARLY")
    moved = event("RECURRENCE-ID:20260105T100000Z", "DTSTART:20260319T150000Z", HOUR)
    assert times(calendar(series, moved)) == ["19 15:00-16:00"]


def test_this_and_future_moves_what_follows() -> None:
    series = event(TEN, HOUR, "RRULE:FREQ=WEEKLY;COUNT=3")
    later = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260318T100000Z",
        "DTSTART:20260318T130000Z",
        "DURATION:PT2H",
    )
    assert times(calendar(series, later)) == ["11 10:00-11:00", "18 13:00-15:00", "25 13:00-15:00"]


def test_the_highest_sequence_counts_wherever_it_stands() -> None:
    new = event(TEN, HOUR, "SEQUENCE:2")
    old = event("DTSTART:20260311T080000Z", HOUR, "SEQUENCE:1")
    for parts in ((new, old), (old, new)):
        assert times(calendar(*parts)) == ["11 10:00-11:00"]


def test_events_without_a_uid_are_all_different() -> None:
    one, two = event(TEN, HOUR, uid=""), event("DTSTART:20260312T100000Z", HOUR, uid="")
    assert times(calendar(one, two)) == ["11 10:00-11:00", "12 10:00-11:00"]


def test_what_the_owner_declined_does_not_take_their_time() -> None:
    text = calendar(event(TEN, HOUR, "ATTENDEE;PARTSTAT=DECLINED:mailto:Maja@polaris.test"))
    assert expand(read(text, frozenset({"maja@polaris.test"})), MARCH).busy == []
    assert len(expand(read(text, frozenset({"noam@polaris.test"})), MARCH).busy) == 1


def test_a_series_keeps_its_exact_length_over_a_change_of_the_clocks() -> None:
    night = event(
        "DTSTART;TZID=Europe/Ljubljana:20260327T220000",
        "DTEND;TZID=Europe/Ljubljana:20260328T060000",
        "RRULE:FREQ=DAILY;COUNT=2",
    )
    lengths = {each.end - each.start for each in in_march(calendar(night)).busy}
    assert lengths == {timedelta(hours=8)}


def test_a_meeting_that_runs_into_the_window_is_seen() -> None:
    long = event("DTSTART:20260227T100000Z", "DURATION:P3D", "RRULE:FREQ=YEARLY")
    assert times(calendar(long)) == ["27 10:00-10:00"]


def test_ready_made_busy_times_count() -> None:
    busy = "\r\n".join(
        [
            "BEGIN:VFREEBUSY",
            "FREEBUSY;FBTYPE=BUSY:20260311T100000Z/PT1H,20260312T100000Z/20260312T120000Z",
            "FREEBUSY;FBTYPE=FREE:20260313T100000Z/PT1H",
            "END:VFREEBUSY",
        ]
    )
    assert times(calendar(busy)) == ["11 10:00-11:00", "12 10:00-12:00"]


def test_a_rule_within_the_hour_is_not_followed_and_is_named() -> None:
    text = calendar(event("DTSTART:20200311T100000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY"))
    assert [fault.what for fault in read(text).faults] == ["a rule within the hour is not followed"]
    assert times(text) == []


def test_a_flood_of_instances_is_cut_off_and_named() -> None:
    year = Interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    text = calendar(event("DTSTART:20200311T100000Z", HOUR, "RRULE:FREQ=HOURLY"))
    found = in_march(text, year)
    assert 0 < len(found.occurrences) <= MOST_INSTANCES_OF_EVENT
    assert "cut off" in found.faults[0].what


def test_a_counted_rule_from_the_middle_ages_does_not_run_for_minutes() -> None:
    text = calendar(event("DTSTART:09000311T100000Z", HOUR, "RRULE:FREQ=HOURLY;COUNT=999999999"))
    assert len(in_march(text).occurrences) > 700


def test_the_caller_can_stop_it() -> None:
    text = calendar(*(event(TEN, HOUR, uid=str(number)) for number in range(20)))
    found = expand(read(text), MARCH, give_up=lambda: True)
    assert found.occurrences == ()
    assert found.faults[0].what == "given up: too much to expand"
