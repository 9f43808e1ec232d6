"""Answers told to staff: values in words, with the visitor's own words beside them. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from babel import Locale
from babel.dates import format_date, format_timedelta, get_month_names
from babel.numbers import format_decimal
from babel.units import format_unit

from contracts.turn import Answer
from crm_bridge.conversations.unanswered import unanswered
from crm_bridge.invites.letter import Row
from crm_bridge.invites.texts import Words
from playbook.model import Playbook, Question


def answer_rows(
    playbook: Playbook, answers: Mapping[str, Answer], words: Words, locale: Locale
) -> tuple[Row, ...]:
    """One row an answer, in the order of the playbook's questions, then any other."""
    asked = [question for question in playbook.questions if question.id in answers]
    known = {question.id for question in asked}
    found = [
        Row(
            _label(question, words),
            told(answers[question.id], question, words, locale),
            _said(answers[question.id]),
        )
        for question in asked
    ]
    found += [
        Row(name.replace("_", " "), told(answer, None, words, locale), _said(answer))
        for name, answer in answers.items()
        if name not in known
    ]
    return tuple(found)


def unanswered_rows(state: Mapping[str, Any], words: Words) -> tuple[Row, ...]:
    """What the visitor asked and got no answer to, of the dialogue's state."""
    return tuple(Row(words["asked_unanswered"], each) for each in unanswered(state))


def told(answer: Answer, question: Question | None, words: Words, locale: Locale) -> str:
    """An answer's value in words: an option by its title, ranges and money by the locale."""
    if answer.status in ("declined", "unknown"):
        return words[answer.status]
    value = answer.value
    if isinstance(value, Mapping):
        return _mapping(value, words, locale)
    if isinstance(value, list | tuple):
        return ", ".join(_option(str(each), question, words) for each in value)
    return _option(str(value), question, words)


def _option(value: str, question: Question | None, words: Words) -> str:
    for option in question.options if question else ():
        if option.id == value:
            return option.title.get(words.language) or option.title.get("en") or value
    return value


def _mapping(value: Mapping[str, Any], words: Words, locale: Locale) -> str:
    if "file" in value:
        return f"{value['name']} ({_size(int(value['bytes']), locale)})"
    if "min" in value or "max" in value:
        return _range(value.get("min"), value.get("max"), value.get("currency"), locale)
    if value.get("asap"):
        return words["as_soon_as_possible"]
    if value.get("none"):
        return words["no_hurry"]
    if value.get("by_months") is not None:
        months = timedelta(days=round(30.44 * float(value["by_months"])))
        span = format_timedelta(months, granularity="month", threshold=24.0, locale=locale)
        return f"≤ {span}"
    if value.get("month"):
        return str(get_month_names("wide", "stand-alone", locale)[int(value["month"])])
    if value.get("by"):
        return f"≤ {format_date(date.fromisoformat(str(value['by'])), 'long', locale=locale)}"
    return ", ".join(f"{name} {each}" for name, each in value.items() if each not in (None, False))


def _size(size: int, locale: Locale) -> str:
    """Bytes as people write them, in the larger of kilobytes and megabytes that fits."""
    unit, amount = ("megabyte", size / 1e6) if size >= 1e6 else ("kilobyte", max(size / 1e3, 0.1))
    rounded = round(amount, 1) if amount < 10 else round(amount)
    return str(format_unit(rounded, f"digital-{unit}", "short", locale=locale))


def _range(low: Any, high: Any, currency: Any, locale: Locale) -> str:
    def number(value: Any) -> str:
        amount = format_decimal(value, locale=locale)
        return f"{amount} {currency}" if currency else str(amount)

    if low is not None and high is not None:
        return number(low) if low == high else f"{number(low)} – {number(high)}"
    if high is not None:
        return f"≤ {number(high)}"
    return f"≥ {number(low)}" if low is not None else "–"


def _label(question: Question, words: Words) -> str:
    label = question.label.get(words.language) or question.label.get("en") or question.id
    return label[:1].upper() + label[1:]  # beside "Name" and "Company", at the head of a line


def _said(answer: Answer) -> str:
    """The visitor's words, unless they are the value itself."""
    same = isinstance(answer.value, str) and answer.value.casefold() == answer.text.casefold()
    return "" if same or answer.source == "button" else answer.text
