"""Working hours as written: read back as they were, and every fault named."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.calendars.hours import Period, WorkingHours
from crm_bridge.calendars.hours_document import DAYS, HoursInvalid, read_hours


def _periods() -> st.SearchStrategy[tuple[Period, ...]]:
    period = st.tuples(st.integers(0, 287), st.integers(1, 288)).map(
        lambda pair: Period(pair[0] * 5, min((pair[0] + pair[1]) * 5, pair[0] * 5 + 1435))
    )
    return st.lists(period, min_size=1, max_size=3, unique=True).map(
        lambda some: tuple(sorted(some))
    )


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _written(period: Period) -> dict[str, str]:
    end = period.end if period.end <= 1440 else period.end - 1440
    return {"from": _clock(period.start), "to": _clock(end)}


def _document(hours: WorkingHours) -> dict[str, Any]:
    return {
        "weekly": [
            {"days": [DAYS[day]], **_written(period)}
            for day, periods in hours.weekly.items()
            for period in periods
        ],
        "dates": [
            {"date": day.isoformat(), "hours": [_written(period) for period in periods]}
            for day, periods in hours.dates.items()
        ],
    }


@given(
    weekly=st.dictionaries(st.integers(0, 6), _periods()),
    dates=st.dictionaries(st.dates(), st.one_of(_periods(), st.just(())), max_size=4),
)
def test_what_is_written_is_read_back(
    weekly: dict[int, tuple[Period, ...]], dates: dict[Any, tuple[Period, ...]]
) -> None:
    hours = WorkingHours(weekly=weekly, dates=dates)
    assert read_hours(_document(hours)) == hours


def test_an_end_before_the_start_is_on_the_next_day_and_no_time_is_none() -> None:
    document = {
        "weekly": [{"days": ["fri"], "from": "22:00", "to": "02:00"}],
        "dates": [{"date": "2026-12-25", "hours": [{"from": "00:00", "to": "00:00"}]}],
    }
    hours = read_hours(document)
    assert hours.weekly == {4: (Period(1320, 1560),)}
    assert list(hours.dates.values()) == [()]


@pytest.mark.parametrize(
    "document",
    [
        {"week": []},
        {"weekly": {}},
        {"weekly": [{"from": "09:00", "to": "17:00"}]},
        {"weekly": [{"days": ["monday"], "from": "09:00", "to": "17:00"}]},
        {"weekly": [{"days": ["mon"], "from": "9", "to": "17:00"}]},
        {"weekly": [{"days": ["mon"], "from": "09:03", "to": "17:00"}]},
        {"weekly": [{"days": ["mon"], "from": "24:00", "to": "17:00"}]},
        {"weekly": [{"days": ["mon"], "from": "09:00", "to": "24:30"}]},
        {"dates": [{"date": "2026-02-30", "hours": []}]},
        {"dates": [{"hours": []}]},
    ],
)
def test_a_fault_is_named(document: dict[str, Any]) -> None:
    with pytest.raises(HoursInvalid):
        read_hours(document)
