"""The text of a recurrence rule ("FREQ=WEEKLY;BYDAY=MO") read into a Rule. Pure.

Lenient where calendars in the wild are (spaces, a trailing semicolon, lower case, unknown
X- parts, second 60); strict where guessing would put a meeting at a wrong time.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import cast

from crm_bridge.calendars.recurrence import FREQUENCIES, WEEKDAYS, BadRule, Frequency, Rule, Weekday

_UNTIL = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z?))?$")
_BYDAY = re.compile(r"^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$")
_LARGEST_INTERVAL = 100_000
_MOST_VALUES = 400

_LISTS: dict[str, tuple[str, int, int, bool]] = {  # part -> field, least, most, negative too
    "BYMONTH": ("months", 1, 12, False),
    "BYWEEKNO": ("week_numbers", 1, 53, True),
    "BYYEARDAY": ("year_days", 1, 366, True),
    "BYMONTHDAY": ("month_days", 1, 31, True),
    "BYHOUR": ("hours", 0, 23, False),
    "BYMINUTE": ("minutes", 0, 59, False),
    "BYSECOND": ("seconds", 0, 60, False),
    "BYSETPOS": ("positions", 1, 366, True),
}


def read_rule(text: str, *, to_wall: Callable[[datetime], datetime] | None = None) -> Rule:
    """The rule that `text` says. `to_wall` turns an UNTIL in UTC into DTSTART's wall time;
    without it such an UNTIL is taken as it is written (floating times).

    An UNTIL that is only a date includes that whole day: Google writes it so beside timed
    events, and without the day the last meeting would be lost. Raises BadRule.
    """
    parts = _parts(text)
    frequency = parts.pop("FREQ", "")
    if frequency not in FREQUENCIES:
        raise BadRule(f"FREQ is {frequency or 'missing'}")
    if parts.get("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise BadRule("only the Gregorian calendar is known")
    count = _number(parts["COUNT"], "COUNT", 1, 10**9) if "COUNT" in parts else None
    until = _until(parts["UNTIL"], to_wall) if "UNTIL" in parts else None
    lists = {
        field: _numbers(parts[part], part, least=least, most=most, negative=negative)
        for part, (field, least, most, negative) in _LISTS.items()
        if part in parts
    }
    if "seconds" in lists:
        lists["seconds"] = tuple(dict.fromkeys(min(second, 59) for second in lists["seconds"]))
    return Rule(
        frequency=cast(Frequency, FREQUENCIES.index(frequency)),
        interval=_number(parts.get("INTERVAL", "1"), "INTERVAL", 1, _LARGEST_INTERVAL),
        count=count,
        until=until,
        week_start=_week_start(parts.get("WKST", "MO")),
        weekdays=_weekdays(parts["BYDAY"]) if "BYDAY" in parts else (),
        **lists,
    )


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in text.upper().replace(" ", "").split(";"):
        name, equals, value = piece.partition("=")
        if not piece:
            continue
        if not equals or not value:
            raise BadRule(f"{piece!r} is not NAME=VALUE")
        if name in parts:
            raise BadRule(f"{name} is there twice")
        parts[name] = value
    return parts


def _number(text: str, part: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,9}", text) or not least <= int(text) <= most:
        raise BadRule(f"{part}={text} is not a number from {least} to {most}")
    return int(text)


def _numbers(text: str, part: str, *, least: int, most: int, negative: bool) -> tuple[int, ...]:
    values = text.split(",")
    if len(values) > _MOST_VALUES:
        raise BadRule(f"{part} has {len(values)} values")
    found = []
    for value in values:
        bare = value[1:] if negative and value.startswith("-") else value
        number = _number(bare, part, least, most)
        found.append(-number if bare is not value else number)
    return tuple(dict.fromkeys(found))


def _until(text: str, to_wall: Callable[[datetime], datetime] | None) -> datetime:
    found = _UNTIL.match(text)
    if found is None:
        raise BadRule(f"UNTIL={text} is not a date or time")
    year, month, day, hour, minute, second, utc = found.groups()
    try:
        if hour is None:
            return datetime.combine(datetime(int(year), int(month), int(day)), time(23, 59, 59))  # noqa: DTZ001
        at = datetime(  # noqa: DTZ001 - wall time of DTSTART's zone
            int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59)
        )
    except ValueError as fault:
        raise BadRule(f"UNTIL={text}: {fault}") from fault
    if utc and to_wall is not None:
        return to_wall(at.replace(tzinfo=UTC))
    return at


def _week_start(text: str) -> int:
    if text not in WEEKDAYS:
        raise BadRule(f"WKST={text} is not a weekday")
    return WEEKDAYS.index(text)


def _weekdays(text: str) -> tuple[Weekday, ...]:
    found = []
    for value in text.split(","):
        day = _BYDAY.match(value)
        if day is None or (day[1] and not 1 <= abs(int(day[1])) <= 53):
            raise BadRule(f"BYDAY={value} is not a weekday")
        found.append((WEEKDAYS.index(day[2]), int(day[1] or 0)))
    return tuple(dict.fromkeys(found))
