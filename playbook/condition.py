"""Whether a condition of the playbook holds for the answers given so far."""

from collections.abc import Mapping
from datetime import date
from math import inf
from typing import Any, Protocol

from playbook.model import Condition, Limit

SEASON_ENDS = {"winter": 2, "spring": 5, "summer": 8, "autumn": 11}
OPERATORS = (
    "is",
    "in",
    "at_least",
    "at_most",
    "above",
    "below",
    "within_months",
    "answered",
    "not_answered",
)


class Given(Protocol):
    """An answer as anybody stores it: the value in the shape of its question."""

    @property
    def value(self) -> Any: ...

    @property
    def status(self) -> str: ...


def holds(condition: Condition, answers: Mapping[str, Given], today: date) -> bool:
    """Whether every test of `condition` holds.

    An answer that is missing, declined or unknown fulfils `not_answered` alone. A stored
    value of an unexpected shape fulfils nothing; it never raises.
    """
    return all(
        _fulfils(answers.get(question), operator, operand, today)
        for question, operator, operand in condition.tests
    )


def _fulfils(answer: Given | None, operator: str, operand: Any, today: date) -> bool:
    given = answer is not None and answer.status == "given" and answer.value is not None
    if operator == "not_answered":
        return not given
    if not given or answer is None:
        return False
    value = answer.value
    if operator == "answered":
        return True
    if operator == "is":
        return bool(value == operand)
    if operator == "in":
        return isinstance(value, str) and value in operand
    if operator == "within_months":
        months = months_until(value, today)
        return months is not None and months <= operand
    return _compares(value, operator, operand)


def _compares(value: Any, operator: str, operand: Any) -> bool:
    ends = extent(value, operand)
    if ends is None:
        return False
    low, high = ends
    limit = operand.amount if isinstance(operand, Limit) else operand
    match operator:
        case "at_least":
            return high >= limit
        case "at_most":
            return low <= limit
        case "above":
            return low > limit
        case "below":
            return high < limit
    return False


def extent(value: Any, operand: Any) -> tuple[float, float] | None:
    """Both ends of a number or range, in the currency of `operand` where it has one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value), float(value)
    if not isinstance(value, Mapping):
        return None
    low, high = value.get("min"), value.get("max")
    if (low is None and high is None) or not _numbers(low, high):
        return None
    rate = 1.0
    if isinstance(operand, Limit):
        currency = value.get("currency") or operand.currency
        if currency != operand.currency and currency not in operand.rates:
            return None
        rate = 1.0 if currency == operand.currency else operand.rates[currency]
    return (0.0 if low is None else low * rate), (inf if high is None else high * rate)


def _numbers(*ends: Any) -> bool:
    return all(
        end is None or (isinstance(end, int | float) and not isinstance(end, bool)) for end in ends
    )


def months_until(value: Any, today: date) -> int | None:
    """Whole months from `today` until a timeline is over; None when it has no end.

    A named month, quarter or season is its next one that is not over, by its last month.
    """
    if not isinstance(value, Mapping):
        return None
    if value.get("asap") is True:
        return 0
    if _whole(value.get("by_months")):
        return int(value["by_months"])
    if isinstance(value.get("by"), str):
        try:
            day = date.fromisoformat(value["by"])
        except ValueError:
            return None
        return max(0, (day.year - today.year) * 12 + day.month - today.month)
    last = _last_month(value)
    return None if last is None else (last - today.month) % 12


def _last_month(value: Mapping[str, Any]) -> int | None:
    month, quarter, season = value.get("month"), value.get("quarter"), value.get("season")
    if _whole(month) and 1 <= int(month or 0) <= 12:
        return int(month or 0)
    if _whole(quarter) and 1 <= int(quarter or 0) <= 4:
        return int(quarter or 0) * 3
    return SEASON_ENDS.get(season) if isinstance(season, str) else None


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
