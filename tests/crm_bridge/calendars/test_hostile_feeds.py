"""Strangers' calendars cost themselves, never the house nor their neighbours."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.port import CalendarRefused, Changes
from crm_bridge.calendars.taken import GiveUp, TooMuch, worked_out
from tests.crm_bridge.calendars.places.ics import IcsPlace
from tests.crm_bridge.calendars.places.place import WINDOW

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
GOOD = "BEGIN:VEVENT\r\nUID:good\r\nDTSTART:20260312T110000Z\r\nDTEND:20260312T120000Z\r\nEND:VEVENT\r\n"
LUNCH = Interval(datetime(2026, 3, 12, 11, tzinfo=UTC), datetime(2026, 3, 12, 12, tzinfo=UTC))


async def _read(place: IcsPlace, text: str) -> Changes:
    place.raw = f"{HEAD}{text}END:VCALENDAR\r\n".encode()
    place.version += 1
    return await place.calendar().changes(None, WINDOW)


@pytest.mark.parametrize(
    "bad",
    [
        "BEGIN:VEVENT\r\nUID:bad\r\nDTSTART:yesterday\r\nEND:VEVENT\r\n",
        "BEGIN:VEVENT\r\nUID:bad\r\nDTSTART:20260312T110000Z\r\nRRULE:FREQ=NEVER\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n",
        "BEGIN:VEVENT\r\nUID:bad\r\nDTSTART:19700101T000000Z\r\nDTEND:19700101T000001Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\n",
    ],
)  # fmt: skip
async def test_one_broken_event_costs_that_event_and_is_told(ics_place: IcsPlace, bad: str) -> None:
    changes = await _read(ics_place, GOOD + bad)
    assert changes.events["good"] == (LUNCH,)
    assert any("bad" in fault for fault in changes.faults)
    again = await ics_place.calendar().changes(changes.cursor, WINDOW)
    assert again.faults == changes.faults  # still told when nothing changed


async def test_a_page_that_asks_to_sign_in_is_no_empty_calendar(ics_place: IcsPlace) -> None:
    ics_place.raw = b"<!doctype html><title>Sign in</title>"
    with pytest.raises(CalendarRefused):
        await ics_place.calendar().changes(None, WINDOW)


async def test_two_feeds_with_one_name_for_different_zones_do_not_mix(ics_place: IcsPlace) -> None:
    """icalendar keeps definitions by TZID for the process; ours are of their file."""

    def feed(offset: str) -> str:
        zone = (
            "BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\nBEGIN:STANDARD\r\n"
            f"DTSTART:16010101T000000\r\nTZOFFSETFROM:{offset}\r\nTZOFFSETTO:{offset}\r\n"
            "END:STANDARD\r\nEND:VTIMEZONE\r\n"
        )
        return (
            zone + "BEGIN:VEVENT\r\nUID:x\r\nDTSTART;TZID=Customized Time Zone:20260312T120000\r\n"
            "DURATION:PT1H\r\nEND:VEVENT\r\n"
        )

    starts = [
        (await _read(ics_place, feed(offset))).events["x"][0].start.hour
        for offset in ("+0100", "+0500", "-0300")
    ]
    assert starts == [11, 7, 15]


@pytest.mark.parametrize(
    ("tzid", "hour"),
    [
        ("(UTC-05:00) Eastern Time (US & Canada)", 16),
        ("tzone://Microsoft/Utc", 12),
        ("US-Eastern", 16),
        ("GMT+0200", 10),
        ("W. Europe Standard Time", 11),
    ],
)
async def test_names_of_zones_that_are_not_iana_are_understood(
    ics_place: IcsPlace, tzid: str, hour: int
) -> None:
    event = f'BEGIN:VEVENT\r\nUID:x\r\nDTSTART;TZID="{tzid}":20260312T120000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n'
    changes = await _read(ics_place, event)
    assert changes.events["x"][0].start == datetime(2026, 3, 12, hour, tzinfo=UTC)
    assert changes.faults == ()


async def test_an_until_without_a_time_keeps_its_last_day(ics_place: IcsPlace) -> None:
    event = (
        "BEGIN:VEVENT\r\nUID:x\r\nDTSTART;TZID=Europe/Ljubljana:20260310T090000\r\n"
        "DURATION:PT1H\r\nRRULE:FREQ=DAILY;UNTIL=20260313\r\nEND:VEVENT\r\n"
    )
    changes = await _read(ics_place, event)
    assert [each.start.day for each in changes.events["x"]] == [10, 11, 12, 13]


async def test_when_it_was_written_is_no_change(ics_place: IcsPlace) -> None:
    event = "BEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:{}\r\nDTSTART:20260312T110000Z\r\nEND:VEVENT\r\n"
    first = await _read(ics_place, GOOD + event.format("20260301T000000Z"))
    ics_place.raw = f"{HEAD}{GOOD}{event.format('20260302T000000Z')}END:VCALENDAR\r\n".encode()
    ics_place.version += 1
    again = await ics_place.calendar().changes(first.cursor, WINDOW)
    assert dict(again.events) == {}


async def test_a_feed_that_takes_too_long_is_given_up_and_others_go_on() -> None:
    """The deadline is asked for by the work; meanwhile the loop turns."""

    def endless(give_up: GiveUp) -> int:
        turns = 0
        while not give_up():
            turns += 1
            time.sleep(0.001)
        return turns

    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    with pytest.raises(TooMuch):
        await worked_out(endless, seconds=0.3)
    ticking.cancel()
    assert ticks >= 3


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=50",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=WEEKLY;BYWEEKNO=53;BYMONTH=6;COUNT=3",
    ],
)
async def test_series_that_never_come_round_end(ics_place: IcsPlace, rule: str) -> None:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART:19000101T000000Z\r\nDURATION:PT1M\r\n"
        f"RRULE:{rule}\r\nEND:VEVENT\r\n"
        for n in range(20)
    )
    changes = await _read(ics_place, GOOD + events)
    assert changes.events["good"] == (LUNCH,)
