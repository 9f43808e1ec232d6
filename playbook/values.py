"""Values as they are stored, whether a question accepts them, and how they are said back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale

from parsing.values import Email, Money, People, Phone, Timeline
from playbook.dates import isolated, say_day, say_month, say_months, say_quarter, say_range
from playbook.model import Question
from playbook.scene import Answered

MOST_PEOPLE, MOST_MONEY = 10_000_000, 10**12


def stored(value: Any, question: Question) -> Any:
    """A parsed value in the JSON shape that CONTRACTS give for its question."""
    match value:
        case People():
            return {"min": value.min, "max": value.max}
        case Money():
            return _money(value, question)
        case Timeline():
            return _timeline(value)
        case Email() | Phone():
            return value.value
        case Decimal():
            return _number(value)
    return value


def _money(value: Money, question: Question) -> dict[str, Any]:
    currency = value.currency or question.settings.get("currency", "EUR")
    ends = {"min": _number(value.min), "max": _number(value.max)}
    return {**ends, "currency": currency, **({"per": value.per} if value.per else {})}


def _timeline(value: Timeline) -> dict[str, Any]:
    found = {
        "asap": value.asap or None,
        "by_months": value.by_months,
        "month": value.month,
        "quarter": value.quarter,
        "season": value.season,
        "by": value.by.isoformat() if value.by else None,
        "none": value.none or None,
    }
    return {key: entry for key, entry in found.items() if entry is not None}


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def refused(value: Any, question: Question) -> str | None:
    """Why the question cannot take a stored value: "negative", "too_large", or None."""
    if question.kind not in ("people", "money", "number"):
        return None
    ends = [value.get("min"), value.get("max")] if isinstance(value, Mapping) else [value]
    numbers = [end for end in ends if end is not None]
    if not numbers:
        return "negative"
    if max(numbers) > most_of(question):
        return "too_large"
    return "negative" if max(numbers) < question.settings.get("min", 0) else None


def most_of(question: Question) -> int:
    """The largest number the question takes."""
    limit = MOST_PEOPLE if question.kind == "people" else MOST_MONEY
    return int(question.settings.get("max", limit))


def say_value(answer: Answered, question: Question, *, language: str, locale: Locale) -> str:
    """The answer in the visitor's language; "" where nothing was given."""
    value = answer.value
    if answer.status != "given" or value is None:
        return ""
    for option in question.options:
        if value in (option.id, option.value):
            return option.title.get(language) or option.id
    if question.kind in ("people", "money", "number"):
        return _amounts(value, locale)
    if question.kind == "timeline" and isinstance(value, Mapping):
        return _say_timeline(value, answer, locale)
    if question.kind in ("email", "phone"):
        return isolated(str(value), locale=locale)
    if question.kind == "file" and isinstance(value, Mapping):
        return isolated(str(value.get("name", "")), locale=locale)
    return str(value)


def _amounts(value: Any, locale: Locale) -> str:
    if isinstance(value, Mapping):
        low, high, currency = value.get("min"), value.get("max"), value.get("currency")
        if low is None and high is None:
            return ""
        return say_range(low, high, locale=locale, currency=currency)
    return say_range(value, value, locale=locale)


def _say_timeline(value: Mapping[str, Any], answer: Answered, locale: Locale) -> str:
    if "by_months" in value:
        return say_months(int(value["by_months"]), locale=locale)
    if "month" in value:
        return say_month(int(value["month"]), locale=locale)
    if "quarter" in value:
        return say_quarter(int(value["quarter"]), locale=locale)
    if "by" in value:
        return say_day(date.fromisoformat(str(value["by"])), locale=locale)
    return answer.text
