"""What programs really write: Exchange and Outlook, Google, Apple, Lotus, Zimbra, Yahoo."""

from datetime import UTC, datetime, timedelta

import pytest

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

TEN, HOUR = "DTSTART:20260311T100000Z", "DURATION:PT1H"
LOCAL = "DTSTART;TZID=Europe/Ljubljana:20260311T100000"
OWNERS = frozenset({"maja@polaris.test"})
DAYS_FROM_TEN = ("DTSTART;TZID=Europe/Ljubljana:20260310T100000", HOUR, "RRULE:FREQ=DAILY;COUNT=3")


def lines(*given: str) -> str:
    return "\r\n".join(given)


EXCHANGE_ZONE = lines(
    "BEGIN:VTIMEZONE", "TZID:W. Europe Standard Time",
    "BEGIN:STANDARD", "DTSTART:16010101T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
    "BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT", "END:VTIMEZONE",
)  # fmt: skip
CUSTOM_ZONE = EXCHANGE_ZONE.replace("W. Europe Standard Time", "Customized Time Zone")
LOTUS_ZONE = EXCHANGE_ZONE.replace("W. Europe Standard Time", "Central Europe").replace(
    "INTERVAL=1", "BYMINUTE=0;BYHOUR=2;WKST=MO"
)


@pytest.mark.parametrize(
    ("zone", "tzid"),
    [
        (EXCHANGE_ZONE, "W. Europe Standard Time"),
        ("", "W. Europe Standard Time"),
        (CUSTOM_ZONE, "Customized Time Zone"),
        (LOTUS_ZONE, '"Central Europe"'),
        ("", '"(GMT+01.00) Amsterdam / Berlin / Bern / Rome / Stockholm / Vienna"'),  # Zimbra
        ("", "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"),  # no quotes
    ],
)
def test_a_weekly_meeting_follows_the_clocks_of_its_zone(zone: str, tzid: str) -> None:
    weekly = event(
        f"DTSTART;TZID={tzid}:20260325T100000", HOUR,
        "RRULE:FREQ=WEEKLY;UNTIL=20260401T080000Z;INTERVAL=1;BYDAY=WE;WKST=SU",
    )  # fmt: skip
    feed = parse(calendar(zone, weekly), owner_zone=LJUBLJANA)
    found = expand(feed, MARCH.__class__(MARCH.start, MARCH.end + timedelta(days=5)))
    assert [f"{each.start:%d %H}" for each in found.busy] == ["25 09", "01 08"]
    assert feed.faults == ()


def test_an_exchange_zone_without_rules_is_read_by_its_last_observance() -> None:
    fixed = lines(
        "BEGIN:VTIMEZONE", "TZID:Customized Time Zone",
        "BEGIN:STANDARD", "DTSTART:16010101T000000", "TZOFFSETFROM:+0530", "TZOFFSETTO:+0530",
        "END:STANDARD",
        "BEGIN:DAYLIGHT", "DTSTART:16010101T000000", "TZOFFSETFROM:+0530", "TZOFFSETTO:+0530",
        "END:DAYLIGHT", "END:VTIMEZONE",
    )  # fmt: skip
    text = calendar(fixed, event("DTSTART;TZID=Customized Time Zone:20260311T100000", HOUR))
    assert times(text) == ["11 04:30-05:30"]


@pytest.mark.parametrize(
    ("shown", "transp", "takes_time"),
    [
        ("FREE", "TRANSPARENT", False),
        ("FREE", None, False),
        ("FREE", "OPAQUE", True),  # two words against each other: rather one opening too few
        ("TENTATIVE", "OPAQUE", True),
        ("TENTATIVE", None, True),
        ("OOF", "OPAQUE", True),
        ("OOF", None, True),
        ("BUSY", None, True),
        ("WORKINGELSEWHERE", "OPAQUE", False),  # can be met: as Graph has it
        ("WORKINGELSEWHERE", None, False),
        ("BUSY", "transparent", False),
        ("BUSY", "", True),
    ],
)
def test_outlooks_ways_to_show_time(shown: str, transp: str | None, takes_time: bool) -> None:
    more = [] if transp is None else [f"TRANSP:{transp}"]
    text = calendar(
        event(TEN, HOUR, "X-MICROSOFT-CDO-INTENDEDSTATUS:FREE",
              f"X-MICROSOFT-CDO-BUSYSTATUS:{shown}", *more)
    )  # fmt: skip
    assert bool(times(text)) == takes_time


@pytest.mark.parametrize(
    "told",
    [
        "RECURRENCE-ID;VALUE=DATE:20260311",
        "RECURRENCE-ID:20260311T090000Z",
        "RECURRENCE-ID;TZID=Europe/Berlin:20260311T100000",
        "RECURRENCE-ID;TZID=W. Europe Standard Time:20260311T100000",
        "RECURRENCE-ID:20260311T100000",
    ],
)
def test_a_moved_instance_is_known_however_it_is_told(told: str) -> None:
    moved = event(told, "DTSTART;TZID=Europe/Ljubljana:20260311T150000", HOUR)
    wanted = ["10 09:00-10:00", "11 14:00-15:00", "12 09:00-10:00"]
    assert times(calendar(event(*DAYS_FROM_TEN), moved)) == wanted
    gone = event(told, LOCAL, "STATUS:CANCELLED")
    assert times(calendar(event(*DAYS_FROM_TEN), gone)) == [wanted[0], wanted[2]]


@pytest.mark.parametrize(
    ("told", "days"),
    [
        ("RECURRENCE-ID;VALUE=DATE:20260311", [10, 12]),
        ("RECURRENCE-ID:20260311T000000Z", [10, 12]),
        ("RECURRENCE-ID:20260311T000000", [10, 12]),
        ("RECURRENCE-ID:20260310T230000Z", [10, 12]),  # the owner's midnight
        ("RECURRENCE-ID:20260311T100000Z", [10, 11, 12]),  # of no day of the series
    ],
)
def test_a_skipped_day_of_a_series_of_days(told: str, days: list[int]) -> None:
    series = event("DTSTART;VALUE=DATE:20260310", "RRULE:FREQ=DAILY;COUNT=3")
    gone = event(told, "DTSTART;VALUE=DATE:20260311", "STATUS:CANCELLED")
    found = expand(read(calendar(series, gone)), MARCH).busy
    assert [each.start.astimezone(UTC).day + 1 for each in found] == days


def test_this_and_future_cancelled_ends_the_series() -> None:
    end = event("RECURRENCE-ID;RANGE=THISANDFUTURE:20260311T090000Z", LOCAL, "STATUS:CANCELLED")
    assert times(calendar(event(*DAYS_FROM_TEN), end)) == ["10 09:00-10:00"]


def test_apples_time_to_travel_is_not_the_meetings() -> None:
    text = event(
        LOCAL, HOUR, "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT45M",
        'X-APPLE-TRAVEL-START;ROUTING=CAR;VALUE=URI;X-ADDRESS="A, B":geo:46.05,14.51',
        "BEGIN:VALARM", "TRIGGER;X-APPLE-RELATED-TRAVEL=-PT30M:-PT1H15M", "DURATION:PT5M",
        "REPEAT:3", "END:VALARM",
    )  # fmt: skip
    assert times(calendar(text)) == ["11 09:00-10:00"]


def test_lotus_lists_a_series_by_its_periods() -> None:
    periods = (
        "RDATE;VALUE=PERIOD;TZID=Europe/Ljubljana:20260311T100000/20260311T110000,\r\n"
        " 20260318T100000/20260318T120000"
    )
    assert times(calendar(event(LOCAL, HOUR, periods))) == ["11 09:00-10:00", "18 09:00-11:00"]


def test_yahoos_empty_values_cost_nothing() -> None:
    text = event(LOCAL, HOUR, "CLASS:PRIVATE", "SEQUENCE:", "TRANSP:", "STATUS:", "X-YAHOO-YID:x")
    assert times(calendar(text)) == ["11 09:00-10:00"]


def test_a_fold_within_a_character_leaves_the_character_whole() -> None:
    text = calendar(event(TEN, HOUR)).encode()
    folded = text.replace(b"UID:a", b"UID:a\r\nSUMMARY:K\xc3\r\n \xb6ln")
    (found,) = parse(folded, owner_zone=LJUBLJANA).events
    assert found.summary == "Köln"
    broken = text.replace(b"UID:a", b"UID:a\r\nSUMMARY:K\xc3\r\n \xb6ln \xff\xfe")
    assert len(expand(parse(broken, owner_zone=LJUBLJANA), MARCH).busy) == 1


def test_a_bare_cr_in_somebodys_text_makes_no_property() -> None:
    text = calendar(event("DESCRIPTION:one\rSTATUS:CANCELLED", TEN, HOUR))
    assert times(text) == ["11 10:00-11:00"]
    assert times(calendar(event(TEN, HOUR)).replace("\r\n", "\r\r\n")) == ["11 10:00-11:00"]
    assert times(calendar(event(TEN, HOUR)).replace("\r\n", "\r")) == ["11 10:00-11:00"]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (("DTSTART;VALUE=DATE:20260311",), ["10 23:00-23:00"]),
        (("DTSTART:20260311", "DTEND:20260312"), ["10 23:00-23:00"]),
        (("DTSTART;TZID=America/New_York;VALUE=DATE:20260311",), ["10 23:00-23:00"]),
        (("DTSTART;VALUE=DATE:20260311", "DURATION:PT24H"), ["10 23:00-23:00"]),
        ((TEN, "DURATION:-PT1H"), []),
        ((TEN, "DTEND;VALUE=DATE:20260312"), ["11 10:00-23:00"]),
        (("DTSTART:2026-03-11T10:00:00Z", "DTEND:2026-03-11T11:00:00Z"), ["11 10:00-11:00"]),
        (("DTSTART:20260311t100000z", HOUR), ["11 10:00-11:00"]),
        (("DTSTART:20260311T230000Z", "DTEND:20260311T240000Z"), ["11 23:00-00:00"]),
        # an end without a zone is meant in its start's: read in another it would end before
        (("DTSTART;TZID=America/New_York:20260311T100000", "DTEND:20260311T110000"),
         ["11 14:00-15:00"]),
        ((TEN, HOUR, "RRULE:FREQ=WEEKLY;COUNT=2;"), ["11 10:00-11:00", "18 10:00-11:00"]),
        ((TEN, HOUR, "RRULE:FREQ=DAILY;COUNT=5;UNTIL=20260312T100000Z"),
         ["11 10:00-11:00", "12 10:00-11:00"]),
        ((TEN, HOUR, "RRULE:FREQ=WEEKLY;BYDAY=WE, FR;COUNT=2"),
         ["11 10:00-11:00", "13 10:00-11:00"]),
    ],
)  # fmt: skip
def test_an_event_takes_this_time(given: tuple[str, ...], wanted: list[str]) -> None:
    assert times(calendar(event(*given))) == wanted


@pytest.mark.parametrize(
    "skipped",
    [
        "EXDATE;TZID=America/New_York:20260311T050000",
        "EXDATE:20260311T100000",
        "EXDATE:20260311T090000Z",
        "EXDATE;TZID=W. Europe Standard Time:20260311T100000",
    ],
)
def test_an_instance_skipped_in_another_zone_is_skipped(skipped: str) -> None:
    assert times(calendar(event(*DAYS_FROM_TEN, skipped))) == ["10 09:00-10:00", "12 09:00-10:00"]


def _hours(count: int) -> list[str]:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    return [f"{start + timedelta(hours=2 * each):%Y%m%dT%H%M%SZ}" for each in range(count)]


def test_thousands_of_dates_in_one_line_all_count() -> None:
    """A line that is too long is left out, and these would be times that nobody blocks."""
    series = ("DTSTART:20260301T000000Z", HOUR, "RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=300")
    for many in (["EXDATE:" + ",".join(_hours(5000))], [f"EXDATE:{each}" for each in _hours(5000)]):
        assert times(calendar(event(*series, *many))) == []
    extra = event("DTSTART:20260301T000000Z", HOUR, "RDATE:" + ",".join(_hours(5000)))
    assert len(times(calendar(extra))) == 31 * 12


def test_a_rule_with_thousands_of_values_is_named() -> None:
    rule = "RRULE:FREQ=YEARLY;BYMONTHDAY=" + ",".join(str(each % 31 + 1) for each in range(20_000))
    text = calendar(event(TEN, HOUR, rule))
    assert [each.what for each in read(text).faults] == ["RRULE: BYMONTHDAY has 20000 values"]
    assert times(text) == ["11 10:00-11:00"]


def test_the_newest_of_an_event_that_is_there_twice_counts() -> None:
    cancelled = event(TEN, HOUR, "SEQUENCE:3", "STATUS:CANCELLED")
    before = event(TEN, HOUR, "SEQUENCE:2")
    for parts in ((cancelled, before), (before, cancelled)):
        assert times(calendar(*parts)) == []
    series = event(*DAYS_FROM_TEN, "SEQUENCE:5")
    moved = event("RECURRENCE-ID:20260311T090000Z", "DTSTART:20260311T140000Z", HOUR, "SEQUENCE:1")
    assert "11 14:00-15:00" in times(calendar(series, moved))


def test_an_instance_that_its_owner_declined_takes_no_time() -> None:
    declined = event(
        "RECURRENCE-ID:20260311T090000Z", LOCAL, HOUR,
        "ATTENDEE;PARTSTAT=DECLINED:mailto:maja@polaris.test",
    )  # fmt: skip
    feed = read(calendar(event(*DAYS_FROM_TEN), declined), OWNERS)
    assert [each.start.day for each in expand(feed, MARCH).busy] == [10, 12]
