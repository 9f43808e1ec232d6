"""Public holidays are days off, unless the advisor says otherwise."""

from datetime import date

import pytest

from crm_bridge.calendars.hours import Period
from crm_bridge.calendars.hours_document import HoursInvalid, read_hours

OFFICE = {"weekly": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:00"}]}
NINE_TO_FIVE = (Period(540, 1020),)


def test_a_holiday_of_the_country_is_a_day_off_every_year() -> None:
    hours = read_hours({**OFFICE, "holidays": "SI"})
    assert hours.on(date(2026, 6, 25)) == ()  # a Thursday, the day of statehood
    assert hours.on(date(2027, 6, 25)) == ()
    assert hours.on(date(2026, 6, 24)) == NINE_TO_FIVE
    assert read_hours(OFFICE).on(date(2026, 6, 25)) == NINE_TO_FIVE


def test_parts_of_countries_have_their_own() -> None:
    epiphany = date(2026, 1, 6)
    assert read_hours({**OFFICE, "holidays": "DE-BY"}).on(epiphany) == ()
    assert read_hours({**OFFICE, "holidays": "DE-BE"}).on(epiphany) == NINE_TO_FIVE


def test_what_is_written_for_the_date_counts_more() -> None:
    dates = [{"date": "2026-06-25", "hours": [{"from": "10:00", "to": "12:00"}]}]
    hours = read_hours({**OFFICE, "dates": dates, "holidays": "SI"})
    assert hours.on(date(2026, 6, 25)) == (Period(600, 720),)


@pytest.mark.parametrize("code", ["XX", "Slovenia!", "DE-XX", "-"])
def test_a_code_without_a_table_is_refused(code: str) -> None:
    with pytest.raises(HoursInvalid, match="holidays"):
        read_hours({**OFFICE, "holidays": code})
