"""Working hours as they are written and stored, and every fault in what was written. Pure.

    {"weekly": [{"days": ["mon", "tue"], "from": "09:00", "to": "17:00"}],
     "dates": [{"date": "2026-12-24", "hours": [{"from": "09:00", "to": "12:00"}]},
               {"date": "2026-12-25", "hours": []}],
     "holidays": "SI"}

A `to` at or before `from` is on the next day, except that 00:00 to 00:00 is no time at
all; `to` may be 24:00. `holidays` are the days off of a country (`public_holidays`),
where `dates` says nothing else. Times are multiples of five minutes, as bookings are.
"""

import re
from collections.abc import Container, Mapping
from datetime import date
from typing import Any

from crm_bridge.calendars.hours import DAY_MINUTES, Period, WorkingHours
from crm_bridge.calendars.public_holidays import HolidaysUnknown, public_holidays
from crm_bridge.core.errors import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = re.compile(r"^([01]?\d|2[0-4]):([0-5]\d)$")
_CELL_MINUTES = 5


class HoursInvalid(Invalid):
    """Working hours that cannot be read; `detail` says where and why."""

    code = "working_hours_invalid"


def read_hours(document: Mapping[str, Any]) -> WorkingHours:
    """Working hours out of their document. Raises HoursInvalid."""
    unknown = set(document) - {"weekly", "dates", "holidays"}
    if unknown:
        raise HoursInvalid(
            f"unknown: {', '.join(sorted(unknown))} (weekly, dates and holidays are known)"
        )
    weekly: dict[int, tuple[Period, ...]] = {}
    for entry in _entries(document, "weekly"):
        period = _period(entry)
        for day in _weekdays(entry):
            weekly[day] = (*weekly.get(day, ()), *period)
    dates: dict[date, tuple[Period, ...]] = {}
    for entry in _entries(document, "dates"):
        found: tuple[Period, ...] = ()
        for hours in _entries(entry, "hours"):
            found = (*found, *_period(hours))
        on = _date(entry)
        dates[on] = (*dates.get(on, ()), *found)
    return WorkingHours(
        weekly={day: tuple(sorted(periods)) for day, periods in weekly.items()},
        dates={day: tuple(sorted(periods)) for day, periods in dates.items()},
        days_off=_holidays(document),
    )


def _holidays(document: Mapping[str, Any]) -> Container[date]:
    code = document.get("holidays")
    if not code:
        return frozenset()
    try:
        return public_holidays(str(code))
    except HolidaysUnknown as fault:
        raise HoursInvalid(fault.detail) from fault


def _entries(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    entries = document.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise HoursInvalid(f"{key} must be a list of objects")
    return entries


def _weekdays(entry: Mapping[str, Any]) -> list[int]:
    days = entry.get("days")
    if not isinstance(days, list) or not days:
        raise HoursInvalid("a weekly entry needs days, e.g. [mon, tue]")
    for day in days:
        if day not in DAYS:
            raise HoursInvalid(f"{day!r} is not a day; the days are {', '.join(DAYS)}")
    return [DAYS.index(day) for day in days]


def _date(entry: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(str(entry["date"]))
    except (KeyError, ValueError) as fault:
        raise HoursInvalid("a dates entry needs a date, e.g. 2026-12-24") from fault


def _period(entry: Mapping[str, Any]) -> tuple[Period, ...]:
    start, end = _minutes(entry.get("from")), _minutes(entry.get("to"))
    if start == DAY_MINUTES:
        raise HoursInvalid("a period cannot begin at 24:00; that is 00:00 of the next day")
    if start == end == 0:
        return ()
    return (Period(start, end if end > start else end + DAY_MINUTES),)


def _minutes(text: Any) -> int:
    found = _TIME.match(text) if isinstance(text, str) else None
    if found is None:
        raise HoursInvalid(f"{text!r} is not a time of day, e.g. 09:00")
    minutes = int(found[1]) * 60 + int(found[2])
    if minutes > DAY_MINUTES:
        raise HoursInvalid(f"{text!r} is past the end of the day")
    if minutes % _CELL_MINUTES:
        raise HoursInvalid(f"{text!r} is not a multiple of five minutes")
    return minutes
