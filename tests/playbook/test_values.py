"""Values are stored in the shapes that others rely on, and said back as people write them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from parsing.values import Email, Money, People, Phone, Timeline
from playbook.dates import locale_of
from playbook.scene import Answered
from playbook.values import refused, say_value, stored
from tests.playbook.sources import consulting


@pytest.mark.parametrize(
    ("question", "parsed", "value"),
    [
        ("company_size", People(25, 25), {"min": 25, "max": 25}),
        ("company_size", People(50, None), {"min": 50, "max": None}),
        (
            "budget",
            Money(Decimal("10000"), Decimal("15000"), "EUR"),
            {"min": 10000, "max": 15000, "currency": "EUR"},
        ),
        ("budget", Money(None, Decimal("99.5")), {"min": None, "max": 99.5, "currency": "EUR"}),
        (
            "budget",
            Money(Decimal(500), Decimal(500), "PLN", per="month"),
            {"min": 500, "max": 500, "currency": "PLN", "per": "month"},
        ),
        ("timeline", Timeline(asap=True), {"asap": True}),
        ("timeline", Timeline(by_months=3), {"by_months": 3}),
        ("timeline", Timeline(month=6), {"month": 6}),
        ("timeline", Timeline(by=date(2026, 6, 1)), {"by": "2026-06-01"}),
        ("timeline", Timeline(quarter=3), {"quarter": 3}),
        ("email", Email("a@b.io", "a@c.io"), "a@b.io"),
        ("phone", Phone("+38640123456"), "+38640123456"),
        ("name", "Jane Doe", "Jane Doe"),
    ],
)
def test_stored(question: str, parsed: Any, value: Any) -> None:
    assert stored(parsed, consulting().question(question)) == value


@pytest.mark.parametrize(
    ("question", "value", "why"),
    [
        ("company_size", {"min": 25, "max": 25}, None),
        ("company_size", {"min": 250, "max": None}, None),
        ("company_size", {"min": 0, "max": 0}, "negative"),
        ("company_size", {"min": None, "max": None}, "negative"),
        ("company_size", {"min": 600_000, "max": 600_000}, "too_large"),
        ("budget", {"min": 10**9, "max": None, "currency": "EUR"}, "too_large"),
        ("name", "Jane", None),
    ],
)
def test_refused(question: str, value: Any, why: str | None) -> None:
    assert refused(value, consulting().question(question)) == why


@pytest.mark.parametrize(
    ("question", "value", "language", "said"),
    [
        ("need", "chatbot", "en", "Chatbot"),
        ("company_size", {"min": 25, "max": 25}, "en", "25"),
        ("company_size", {"min": 1, "max": 1}, "en", "Just me"),
        ("timeline", {"asap": True}, "en", "As soon as possible"),
        ("timeline", {"by_months": 4}, "fi", "4 kuukautta"),
        ("timeline", {"month": 6}, "pl", "czerwiec"),
        ("timeline", {"by": "2026-06-01"}, "en", "Monday, 1 June 2026"),
        ("timeline", {"season": "summer"}, "en", "their words"),
        ("email", "a@b.io", "he", "\u2066a@b.io\u2069"),
        ("budget", {"min": None, "max": None}, "en", ""),
    ],
)
def test_said_back(question: str, value: Any, language: str, said: str) -> None:
    answer = Answered(value, text="their words")
    asked = consulting().question(question)
    assert say_value(answer, asked, language=language, locale=locale_of(language)) == said


@pytest.mark.parametrize("status", ["declined", "unknown"])
def test_what_was_not_given_is_not_said_back(status: str) -> None:
    answer, question = Answered(None, status), consulting().question("budget")
    assert say_value(answer, question, language="en", locale=locale_of("en")) == ""
