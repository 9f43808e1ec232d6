"""Dates and times are spelled out the way each language does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_bridge.invites import spelled
from playbook.dates import locale_of

AT = datetime(2026, 3, 12, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "locale", "date", "clock"),
    [
        ("en", None, "Thursday, 12 March 2026", "09:05"),
        ("en", "en-US", "Thursday, March 12, 2026", "9:05 AM"),
        ("en", "sl-SI", "Thursday, 12 March 2026", "09:05"),
        ("en", "xx-nonsense-", "Thursday, 12 March 2026", "09:05"),
        ("sl", None, "četrtek, 12. marec 2026", "09:05"),
        ("fi", None, "torstai 12. maaliskuuta 2026", "9.05"),
        ("he", None, "יום חמישי, 12 במרץ 2026", "9:05"),
    ],
)
def test_a_date_and_a_time(language: str, locale: str | None, date: str, clock: str) -> None:
    zone, where = ZoneInfo("Europe/Ljubljana"), locale_of(language, locale)
    assert spelled.date(AT, zone, where) == date
    assert spelled.clock(AT, zone, where).replace("\u00a0", " ") == clock


def test_a_zone_is_named_as_it_is_at_that_time_of_the_year() -> None:
    zone, english = ZoneInfo("Europe/Ljubljana"), locale_of("en")
    summer = AT + timedelta(days=120)
    assert spelled.zone_name(AT, zone, english) == "Central European Standard Time (UTC+1)"
    assert spelled.zone_name(summer, zone, english) == "Central European Summer Time (UTC+2)"
    assert spelled.zone_name(AT, ZoneInfo("Etc/GMT-3"), english) == "UTC+3"
