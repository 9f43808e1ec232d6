"""Answers are told to staff in words, by the locale."""

from datetime import UTC, datetime
from typing import Any

import pytest
from babel import Locale

from contracts.turn import Answer
from crm_bridge.invites.answers import answer_rows, told
from playbook.model import Option, Question
from tests.crm_bridge.booking.makers import a_playbook
from tests.crm_bridge.invites.makers import TEXTS

AT = datetime(2026, 3, 11, tzinfo=UTC)
NEED = Question(
    id="need", kind="option", ask={}, why={}, help={},
    label={"en": "need", "pl": "potrzeba"},
    options=(Option("crm", {"en": "CRM system", "pl": "system CRM"}),),
)  # fmt: skip


def _answer(value: Any, text: str = "", **more: Any) -> Answer:
    return Answer(value=value, text=text, at=AT, **more)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"min": 20, "max": 50}, "20 – 50"),
        ({"min": 25, "max": 25}, "25"),
        ({"min": 51, "max": None}, "≥ 51"),
        ({"min": None, "max": 5000, "currency": "EUR"}, "≤ 5,000 EUR"),
        ({"min": 10000, "max": 15000, "currency": "NOK"}, "10,000 NOK – 15,000 NOK"),
        ({"asap": True}, "as soon as possible"),
        ({"by_months": 3}, "≤ 3 months"),
        ({"month": 9}, "September"),
        ({"by": "2026-06-30"}, "≤ 30 June 2026"),
        ({"quarter": 3}, "quarter 3"),
        ("Testa Labs", "Testa Labs"),
        (["crm", "other"], "CRM system, other"),
        ("crm", "CRM system"),
        (
            {"file": "fil_1", "name": "offer.pdf", "type": "pdf", "bytes": 1_234_567},
            "offer.pdf (1.2 MB)",
        ),
        ({"file": "fil_1", "name": "a.txt", "type": "txt", "bytes": 12}, "a.txt (0.1 kB)"),
    ],
)
def test_values_are_told_in_words(value: Any, wanted: str) -> None:
    assert told(_answer(value), NEED, TEXTS.of("en"), Locale.parse("en_GB")) == wanted


def test_months_have_their_plural() -> None:
    answer = _answer({"by_months": 5})
    assert told(answer, None, TEXTS.of("pl"), Locale.parse("pl")) == "≤ 5 miesięcy"


def test_what_was_not_said_is_told_as_such() -> None:
    answers = {"need": _answer(None, "rather not", status="declined")}
    (row,) = answer_rows(a_playbook(), answers, TEXTS.of("en"), Locale.parse("en_GB"))
    assert (row.value, row.said) == ("preferred not to say", "rather not")


def test_the_visitors_words_stand_beside_a_value_that_differs() -> None:
    answers = {
        "company_size": _answer({"min": 30, "max": 30}, "thirty of us"),
        "name": _answer("Robin", "robin"),
        "need": _answer("crm", "set:need:crm", source="button"),
    }
    rows = answer_rows(a_playbook(), answers, TEXTS.of("en"), Locale.parse("en_GB"))
    assert [(row.label, row.said) for row in rows] == [
        ("company size", "thirty of us"), ("name", ""), ("need", ""),
    ]  # fmt: skip
