"""Compares a wish with what a case expects, at the grain that the case names.

Conventions that differ without being wrong are listed here and nowhere else:
- Duckling closes "9:30 - 11:00" at the end of the last minute or hour, we at its beginning.
- Duckling's morning begins at 00:00 (en) or 04:00, ours at 04:00.
- Duckling's weekend begins on Friday at 18:00, ours on Saturday (Hebrew: Friday to Saturday).
- Duckling's "within two weeks" ends where the last day begins, ours where it ends.
- A week may begin on Sunday or Monday.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from parsing.values import Clock, When

_FINE = ("second", "minute", "hour")
_STEP = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_CUT = {"second": 19, "minute": 16, "hour": 13}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def differs_from_instant(when: When, expected: dict[str, Any], reference: datetime) -> str:
    """What differs from a point in time, empty when nothing does."""
    if when.also or when.excluded or when.excluded_dates or when.excluded_weekdays:
        return "more than one time read"
    if expected["value"].startswith("-"):
        return "before our era"
    value = datetime.fromisoformat(expected["value"])
    grain = expected["grain"]
    if grain in _FINE:
        instant = when.instant
        cut = _CUT[grain]
        if instant is None or instant.isoformat()[:cut] != value.isoformat()[:cut]:
            return f"expected {value} ({grain})"
        return ""
    anchored = when.anchor is not None and when.instant is not None  # nothing offered: from now
    if not anchored and (when.first is None or when.last is None):
        return f"expected {value.date()} ({grain})"
    if when.instant is not None and when.clock == Clock():  # counted from now: "in two years"
        first = when.instant.date()
        first = first.replace(month=1) if grain == "year" else first
        first = first.replace(day=1) if grain in ("month", "year") else first
        return "" if first == value.date() else f"expected {value.date()} ({grain})"
    if when.first is None or when.last is None:
        return f"expected {value.date()} ({grain})"
    if when.clock != Clock():
        return "a time of day read that was not said"
    if grain == "week":
        near = when.first in (value.date(), value.date() - timedelta(days=1))
        whole = (when.last - when.first).days == 6
        return "" if near and whole else f"expected the week of {value.date()}"
    if when.first != value.date():
        return f"expected {value.date()} ({grain})"
    if grain == "day":
        alone = when.first == when.last or when.instant is not None
        return "" if alone else f"expected one day {value.date()}"
    return "" if when.grain == grain else f"expected a {grain}"


def differs_from_interval(when: When, expected: dict[str, Any], reference: datetime) -> str:
    """What differs from a stretch of time, closed or open, empty when nothing does."""
    if when.also or when.excluded:
        return "more than one time read"
    start, end = bounds(when, reference)
    if start is not None and when.instant is not None and expected["grain"] == "hour":
        start = start.replace(minute=0, second=0)
    wanted_start = datetime.fromisoformat(expected["from"]) if expected.get("from") else None
    wanted_end = datetime.fromisoformat(expected["to"]) if expected.get("to") else None
    told = f"expected {wanted_start} to {wanted_end}, read {start} to {end}"
    if expected.get("direction") == "after":
        same = _same_start(start, wanted_start, when, reference)
        return "" if same and when.clock.before is None else told
    if _is_weekend(wanted_start, wanted_end) and when.first is not None and when.last is not None:
        friday = wanted_start.date() if wanted_start else when.first
        offered = {friday + timedelta(days=1), friday + timedelta(days=2)}
        return "" if {when.first, when.last} == offered else told
    if not _same_start(start, wanted_start, when, reference):
        return told
    step = _STEP.get(expected["grain"], timedelta())
    ends = {wanted_end, wanted_end - step} if wanted_end is not None else {None}
    if wanted_start == reference and wanted_end is not None:
        ends.add(wanted_end + timedelta(days=1))
    return "" if end in ends else told


def bounds(when: When, reference: datetime) -> tuple[datetime | None, datetime | None]:
    """The naive local beginning and end of a wish; a wish without days is about the next
    time the clock shows it."""
    first, last = when.first, when.last
    if first is None and last is None and when.clock != Clock():
        first = last = reference.date()
    start = datetime.combine(first, when.clock.not_before or time()) if first else None
    if when.instant is not None and (when.ends is not None or when.last is None):
        start = when.instant
    if when.ends is not None:
        return start, when.ends
    if last is None:
        return start, None
    if when.clock.before is not None:
        return start, datetime.combine(last, when.clock.before)
    return start, datetime.combine(last, time()) + timedelta(days=1)


def _same_start(
    start: datetime | None, wanted: datetime | None, when: When, reference: datetime
) -> bool:
    if start == wanted:
        return True
    if wanted is None:
        return when.first is None or when.clock.not_before is None
    if when.clock.part in ("morning", "early_morning") and start is not None:
        return start.date() == wanted.date() and wanted.hour <= 4
    if wanted == reference.replace(second=0):
        return start is None or (start.date() == wanted.date() and when.clock.not_before is None)
    return False


def _is_weekend(start: datetime | None, end: datetime | None) -> bool:
    if start is None or end is None:
        return False
    return start.weekday() == 4 and start.hour == 18 and end - start == timedelta(hours=54)


# booking phrases -------------------------------------------------------------------------


def differs_from_booking(when: When | None, expected: dict[str, Any]) -> str:
    """What differs from an expected booking wish, empty when nothing does."""
    if when is None:
        return "nothing clear read"
    for key, value in expected.items():
        if key in ("note", "accept_ranges", "grain", "accept_dates"):
            continue
        check = _CHECKS.get(key)
        if check is None:
            return f"the runner does not know {key!r}"
        if not check(when, value, expected):
            return f"expected {key} {value}"
    if "past" not in expected and when.past:
        return "read as past"
    return ""


def _date(when: When, value: str, expected: dict[str, Any]) -> bool:
    said = {value, *expected.get("accept_dates", ())}
    if when.first is None or when.first.isoformat() not in said:
        return False
    return when.last == when.first or expected.get("grain") == "week" or _open(expected)


def _open(expected: dict[str, Any]) -> bool:
    return bool(expected.get("from") or expected.get("onwards"))


def _range(when: When, value: list[str], expected: dict[str, Any]) -> bool:
    if when.first is None or when.last is None:
        return False
    said = [when.first.isoformat(), when.last.isoformat()]
    return said in [value, *expected.get("accept_ranges", [])]


def _time(when: When, value: str, _: dict[str, Any]) -> bool:
    return when.clock.exact == time.fromisoformat(value)


def _between(when: When, value: list[str], _: dict[str, Any]) -> bool:
    lower, upper = (time.fromisoformat(end) for end in value)
    return when.clock.not_before == lower and when.clock.before == upper


def _after(when: When, value: str, _: dict[str, Any]) -> bool:
    return when.clock.exact is None and when.clock.not_before == time.fromisoformat(value)


def _before(when: When, value: str, _: dict[str, Any]) -> bool:
    return when.clock.exact is None and when.clock.before == time.fromisoformat(value)


def _not_weekdays(when: When, value: list[str], expected: dict[str, Any]) -> bool:
    days = frozenset(_WEEKDAYS.index(day) for day in value)
    dated = "date_range" in expected  # "next week, no Fridays"
    return when.excluded_weekdays == days and (dated or when.first is None)


def _weekdays(when: When, value: list[str], _: dict[str, Any]) -> bool:
    said = {_WEEKDAYS.index(day) for day in value}
    if when.weekdays is not None:
        return when.weekdays == said
    firsts = [one.first for one in (when, *when.also)]
    return said == {first.weekday() for first in firsts if first is not None}


def _dates(when: When, value: list[str], _: dict[str, Any]) -> bool:
    firsts = [one.first for one in (when, *when.also)]
    return sorted(first.isoformat() for first in firsts if first is not None) == sorted(value)


def _from(when: When, value: str, _: dict[str, Any]) -> bool:
    return when.first == date.fromisoformat(value) and when.last is None


def _shift_days(when: When, value: int, _: dict[str, Any]) -> bool:
    return when.shift == timedelta(days=value)


_CHECKS = {
    "date": _date,
    "date_range": _range,
    "time": _time,
    "between": _between,
    "after": _after,
    "not_before": _after,
    "before": _before,
    "daypart": lambda when, value, _: when.clock.part == value,
    "part": lambda when, value, _: when.clock.part == value,
    "not_weekdays": _not_weekdays,
    "weekdays": _weekdays,
    "any_of_weekdays": _weekdays,
    "dates": _dates,
    "from": _from,
    "date_from": _from,
    "not_dayparts": lambda when, value, _: [clock.part for clock in when.excluded_clock] == value,
    "any": lambda when, value, _: when.anytime is value,
    "past": lambda when, value, _: when.past is value,
    "asap": lambda when, value, _: when.soonest is value,
    "soonest": lambda when, value, _: when.soonest is value,
    "earliest": lambda when, value, _: when.soonest is value,
    "anchor": lambda when, value, _: when.anchor == value,
    "relative": lambda when, value, _: when.anchor == value,
    "shift_days": _shift_days,
}
