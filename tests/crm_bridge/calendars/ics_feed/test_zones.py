"""Whatever a calendar calls its zone, its times are the right instants."""

from datetime import UTC, datetime

import pytest

from crm_bridge.calendars.ics_feed.zones import resolve
from tests.crm_bridge.calendars.ics_feed.makers import calendar, event, read, times, vtimezone

SUMMER, WINTER = datetime(2026, 7, 1, 12, 0), datetime(2026, 1, 15, 12, 0)


@pytest.mark.parametrize(
    ("tzid", "summer", "winter"),
    [
        ("Europe/Ljubljana", 10, 11),
        ("europe/ljubljana", 10, 11),
        ("/mozilla.org/20070129_1/America/New_York", 16, 17),
        ("/freeassociation.sourceforge.net/Tzfile/America/Argentina/Buenos_Aires", 15, 15),
        ("America/Los Angeles", 19, 20),
        ("US-Eastern", 16, 17),
        ("TZID=Europe/Oslo", 10, 11),
        ("W. Europe Standard Time", 10, 11),
        ("Israel Standard Time", 9, 10),
        ("(UTC-05:00) Eastern Time (US & Canada)", 16, 17),
        ("(UTC-05:00) Eastern Time (US and Canada)", 16, 17),
        ("(GMT+10:00) Canberra, Melbourne, Sydney", 2, 1),
        ("(UTC+01:00) Belgrade, Bratislava, Budapest, Ljubljana, Prague", 10, 11),
        ("(UTC+02:00) Jerusalem", 9, 10),
        ("(UTC+02:00) Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius", 9, 10),
        ("Canberra, Melbourne, Sydney", 2, 1),
        ("tzone://Microsoft/Utc", 12, 12),
        ("GMT+0200", 10, 10),
        ("UTC+11", 1, 1),
        ("(UTC+05:30)", 6.5, 6.5),
        ("Etc/GMT-2", 10, 10),
        ("UTC", 12, 12),
        ("W. Europe", 10, 11),
        ("Z=-1$DO=1$DL=3 -1 1 10 -1 1$ZX=35$ZN=W. Europe", 10, 11),
        ("Z=5$DO=1$DL=4 1 1 10 -1 1$ZX=25$ZN=Eastern", 16, 17),  # its rule is of before 2007
        ("Z=-3005$DO=0$ZX=39$ZN=India", 6.5, 6.5),
        ("Z=3$DO=0$ZX=1$ZN=Somewhere", 15, 15),
    ],
)
def test_noon_is_the_right_instant(tzid: str, summer: float, winter: float) -> None:
    zone = resolve(tzid, {})
    assert zone is not None
    for wall, hour in ((SUMMER, summer), (WINTER, winter)):
        instant = zone.to_utc(wall)
        assert instant.hour + instant.minute / 60 == hour
        assert zone.to_wall(instant) == wall


@pytest.mark.parametrize(
    "tzid", ["Customized Time Zone", "Nowhere/Atlantis", "(UTC+99:00)", "x" * 500]
)
def test_an_unknown_zone_is_not_guessed(tzid: str) -> None:
    assert resolve(tzid, {}) is None


def test_an_unknown_zone_is_named_and_read_as_the_owners() -> None:
    text = calendar(event("DTSTART;TZID=Atlantis:20260311T100000", "DURATION:PT1H"))
    feed = read(text)
    assert feed.events[0].start.instant == datetime(2026, 3, 11, 9, tzinfo=UTC)
    assert [fault.what for fault in feed.faults] == ["unknown time zone 'Atlantis'"]


@pytest.mark.parametrize(
    ("tzid", "taken"),
    [
        ("GMT+01.00/+02.00", ["11 08:00-10:00"]),  # read with +2: 8 to 9; with +1: 9 to 10
        ("GMT-05.00/-04.00", ["11 14:00-16:00"]),
        ("(GMT+10.00/+11.00)", ["10 23:00-01:00"]),
        ("GMT -0500 (Standard) / GMT -0400 (Daylight)", ["11 14:00-16:00"]),
        ("(GMT+01:00) Somewhere", ["11 08:00-10:00"]),  # a place that may have summer time
        ("Z=6$DO=1$DL=3 2 1 11 1 1$ZX=0$ZN=GMT-6", ["11 15:00-17:00"]),
        (
            "Z=-1$DO=1$DL=3 -1 1 10 -1 1$ZX=25$ZN=Eastern",
            ["11 08:00-10:00"],
        ),  # name and number differ
    ],
)
@pytest.mark.parametrize("until", ["DURATION:PT1H", "DTEND;TZID={}:20260311T110000"])
def test_two_offsets_without_a_rule_take_what_either_of_them_takes(
    tzid: str, taken: list[str], until: str
) -> None:
    text = calendar(event(f"DTSTART;TZID={tzid}:20260311T100000", until.format(tzid)))
    assert times(text) == taken
    assert [fault.what for fault in read(text).faults] == [f"time zone {tzid!r}: summer unknown"]


def test_a_series_in_either_zone_takes_both_readings_of_each_instance() -> None:
    text = calendar(
        event(
            "DTSTART;TZID=GMT+01.00/+02.00:20260310T100000", "DURATION:PT1H",
            "RRULE:FREQ=DAILY;UNTIL=20260312T090000Z",
            "EXDATE;TZID=GMT+01.00/+02.00:20260311T100000",
        ),
        event("DTSTART;TZID=GMT+01.00/+02.00:20260313T100000", uid="b"),  # takes no time
    )  # fmt: skip
    assert times(text) == ["10 08:00-10:00", "12 08:00-10:00"]


@pytest.mark.parametrize("until", ["20260311T110000", "PT1H"])
def test_a_period_of_a_series_in_either_zone_ends_at_the_later_reading(until: str) -> None:
    text = calendar(
        event(
            "DTSTART;TZID=GMT+01.00/+02.00:20260310T100000", "DURATION:PT1H",
            f"RDATE;VALUE=PERIOD;TZID=GMT+01.00/+02.00:20260311T100000/{until}",
        ),
    )  # fmt: skip
    assert times(text) == ["10 08:00-10:00", "11 08:00-10:00"]


def test_one_feeds_custom_zone_does_not_answer_for_anothers() -> None:
    meeting = event("DTSTART;TZID=Customized Time Zone:20260311T100000", "DURATION:PT1H")
    found = [
        times(calendar(vtimezone("Customized Time Zone", offset), meeting))
        for offset in ("+0100", "-0500", "+0530")
    ]
    assert found == [["11 09:00-10:00"], ["11 15:00-16:00"], ["11 04:30-05:30"]]


def test_a_files_own_zone_follows_its_rules() -> None:
    zone = "\r\n".join([
        "BEGIN:VTIMEZONE", "TZID:Office",
        "BEGIN:STANDARD", "DTSTART:16011025T030000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD",
        "BEGIN:DAYLIGHT", "DTSTART:16010329T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE",
    ])  # fmt: skip
    series = event(
        "DTSTART;TZID=Office:20260327T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4"
    )
    assert times(calendar(zone, series)) == [
        "27 09:00-10:00", "28 09:00-10:00", "29 08:00-09:00", "30 08:00-09:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, 30)),  # in the gap: as before it
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30)),  # twice: the first
    ],
)
def test_a_files_own_zone_reads_gaps_and_doubled_hours_as_the_rfc_does(
    wall: datetime, instant: datetime
) -> None:
    zone = "\r\n".join([
        "BEGIN:VTIMEZONE", "TZID:Office",
        "BEGIN:STANDARD", "DTSTART:16011025T030000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD",
        "BEGIN:DAYLIGHT", "DTSTART:16010329T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE",
    ])  # fmt: skip
    for tzid in ("Office", "Europe/Ljubljana"):
        text = calendar(zone, event(f"DTSTART;TZID={tzid}:{wall:%Y%m%dT%H%M%S}"))
        assert read(text).events[0].start.instant == instant.replace(tzinfo=UTC)


def test_floating_times_take_the_calendars_zone_then_its_only_one_then_the_owners() -> None:
    floating = event("DTSTART:20260311T100000", "DURATION:PT1H")
    named = calendar("X-WR-TIMEZONE:America/New_York", floating)
    only = calendar(vtimezone("Anywhere", "+0300"), floating)
    several = calendar(vtimezone("One", "+0300"), vtimezone("Two", "+0400"), floating)
    assert [times(text) for text in (named, only, several)] == [
        ["11 14:00-15:00"], ["11 07:00-08:00"], ["11 09:00-10:00"],
    ]  # fmt: skip


def test_an_all_day_event_is_the_owners_day_whatever_the_calendars_zone() -> None:
    text = calendar("X-WR-TIMEZONE:America/New_York", event("DTSTART;VALUE=DATE:20260311"))
    assert times(text) == ["10 23:00-23:00"]
