"""Every time said to a visitor names weekday, full date, time and zone, in their language."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from playbook.dates import (
    locale_of,
    say_list,
    say_meeting,
    say_month,
    say_months,
    say_opening,
    say_quarter,
    say_range,
    say_zone,
)

START = datetime(2026, 3, 17, 14, 0, tzinfo=UTC)
END = START + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("language", "locale", "zone", "said"),
    [
        ("en", None, "Europe/London", "Tuesday, 17 March 2026, 14:00–14:30 (London, UTC)"),
        (
            "en",
            "en-US",
            "America/New_York",
            "Tuesday, March 17, 2026, 10:00\u00a0AM–10:30\u00a0AM (New York, UTC-4)",
        ),
        ("sl", None, "Europe/Ljubljana", "torek, 17. marec 2026, 15:00–15:30 (Ljubljana, UTC+1)"),
        (
            "fi",
            None,
            "Europe/Helsinki",
            "tiistai 17. maaliskuuta 2026, 16.00–16.30 (Helsinki, UTC+2)",
        ),
        ("nb", None, "Europe/Oslo", "tirsdag 17. mars 2026, 15:00–15:30 (Oslo, UTC+1)"),
        ("pl", None, "Europe/Warsaw", "wtorek, 17 marca 2026, 15:00–15:30 (Warszawa, UTC+1)"),
        ("en", None, "Asia/Kolkata", "Tuesday, 17 March 2026, 19:30–20:00 (Kolkata, UTC+5:30)"),
        ("en", None, "UTC", "Tuesday, 17 March 2026, 14:00–14:30 (UTC)"),
    ],
)
def test_a_meeting_is_spelled_out(language: str, locale: str | None, zone: str, said: str) -> None:
    told = say_meeting(START, END, zone=ZoneInfo(zone), locale=locale_of(language, locale))
    assert told == said


def test_hebrew_keeps_times_in_one_piece() -> None:
    told = say_meeting(START, END, zone=ZoneInfo("Asia/Jerusalem"), locale=locale_of("he"))
    assert "יום שלישי, 17 במרץ 2026" in told
    assert "\u206616:00–16:30\u2069" in told


def test_an_opening_names_the_year_only_when_it_is_another_one() -> None:
    zone, locale = ZoneInfo("Europe/London"), locale_of("en")
    assert say_opening(START, zone=zone, locale=locale, now=START) == "Tuesday, 17 March, 14:00"
    later = START.replace(year=2027)
    assert "2027" in say_opening(later, zone=zone, locale=locale, now=START)


@pytest.mark.parametrize("language", ["en", "sl", "he", "fi", "nb", "pl"])
def test_an_opening_has_weekday_and_month_in_words_and_no_year(language: str) -> None:
    locale = locale_of(language)
    told = say_opening(START, zone=UTC, locale=locale, now=START)
    assert locale.days["format"]["wide"][1][:5] in told
    assert locale.months["format"]["wide"][3] in told
    assert "2026" not in told


def test_the_zone_says_its_distance_at_that_time() -> None:
    zone, locale = ZoneInfo("Europe/Helsinki"), locale_of("fi")
    assert say_zone(datetime(2026, 3, 1, tzinfo=zone), locale=locale) == "Helsinki, UTC+2"
    assert say_zone(datetime(2026, 7, 1, tzinfo=zone), locale=locale) == "Helsinki, UTC+3"


def test_inherited_names_do_not_leak_from_one_language_to_another() -> None:
    """babel 2.18 gives Hebrew month names in Norwegian once Hebrew was used."""
    assert say_month(3, locale=locale_of("he")) == "מרץ"
    assert say_month(3, locale=locale_of("nb")) == "mars"
    assert say_quarter(3, locale=locale_of("fi")) == "3. neljännes"


@pytest.mark.parametrize(
    ("low", "high", "currency", "language", "said"),
    [
        (25, 25, None, "en", "25"),
        (10, 15, None, "en", "10–15"),
        (50, None, None, "en", "50+"),
        (None, 5000, None, "en", "≤ 5,000"),
        (10000, 15000, "EUR", "en", "€10,000–€15,000"),
        (10000, 15000, "EUR", "fi", "10\u00a0000–15\u00a0000\u00a0€"),
        (999.5, 999.5, "EUR", "sl", "999,50\u00a0€"),
    ],
)
def test_ranges(
    low: float | None, high: float | None, currency: str | None, language: str, said: str
) -> None:
    assert say_range(low, high, locale=locale_of(language), currency=currency) == said


@pytest.mark.parametrize(("months", "said"), [(1, "1 month"), (3, "3 months"), (18, "18 months")])
def test_months(months: int, said: str) -> None:
    assert say_months(months, locale=locale_of("en")) == said


def test_lists() -> None:
    assert say_list(["a", "b", "c"], locale=locale_of("en")) == "a, b and c"
    assert say_list(["a", "b"], locale=locale_of("fi"), either=True) == "a tai b"


def test_a_visitor_locale_of_another_language_does_not_count() -> None:
    assert str(locale_of("en", "de-AT")) == "en_GB"
    assert str(locale_of("en", "en-US")) == "en_US"
    assert str(locale_of("fi", "xx-??")) == "fi"
