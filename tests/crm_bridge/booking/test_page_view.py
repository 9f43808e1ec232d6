"""The page's language where nobody is known yet, and the days that it shows."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from crm_bridge.booking.page_view import days_of, preferred
from crm_bridge.calendars.openings import Opening
from crm_bridge.invites.meeting import Side


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de-DE,de;q=0.9", "en"),
        ("de-DE,pl;q=0.8,en;q=0.5", "pl"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("iw-IL", "he"),
        ("SL-si", "sl"),
        (";;;,,,", "en"),
    ],
)
def test_the_first_language_of_ours_counts(header: str, language: str) -> None:
    assert preferred(header) == language


def test_each_side_of_a_change_of_the_clocks_has_its_zone() -> None:
    starts = [datetime(2026, 3, day, 8, tzinfo=UTC) for day in (27, 28, 30)]
    openings = [Opening(start, start + timedelta(minutes=30), ("maja",)) for start in starts]
    side = Side("Robin", "robin@testalabs.io", "en", ZoneInfo("Europe/Oslo"))
    days = days_of(openings, side, Locale.parse("en_GB"))
    assert [day.times[0][1] for day in days] == ["09:00", "09:00", "10:00"]
    assert [day.zone[-7:] for day in days] == ["(UTC+1)", "(UTC+1)", "(UTC+2)"]
