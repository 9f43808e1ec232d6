"""Conditions: ranges count by the end that favours the visitor, and nothing ever raises."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.condition import OPERATORS, holds, months_until
from playbook.model import ALWAYS, Condition, Limit
from playbook.scene import Answered

TODAY = date(2026, 3, 11)
EUR = {"PLN": 0.25}


def true(value: Any, operator: str, operand: Any = None, *, status: str = "given") -> bool:
    condition = Condition((("q", operator, operand),))
    return holds(condition, {"q": Answered(value, status)}, TODAY)


def test_a_condition_without_tests_always_holds() -> None:
    assert holds(ALWAYS, {}, TODAY)


@pytest.mark.parametrize(
    ("value", "operator", "operand", "expected"),
    [
        ("crm", "is", "crm", True),
        ("crm", "is", "chatbot", False),
        ("crm", "in", ("crm", "chatbot"), True),
        ("other", "in", ("crm", "chatbot"), False),
        ({"min": 5, "max": 15}, "at_least", 10, True),
        ({"min": 5, "max": 9}, "at_least", 10, False),
        ({"min": 5, "max": 15}, "at_most", 5, True),
        ({"min": 6, "max": 15}, "at_most", 5, False),
        ({"min": 50, "max": None}, "at_least", 10_000, True),
        ({"min": None, "max": 500}, "at_most", 0, True),
        ({"min": None, "max": 5000}, "below", 500, False),
        ({"min": 1, "max": 1}, "below", 2, True),
        ({"min": 5, "max": 15}, "above", 4, True),
        ({"min": 5, "max": 15}, "above", 5, False),
        (7, "at_least", 7, True),
        (True, "is", True, True),
        ({"asap": True}, "within_months", 0, True),
        ({"by_months": 3}, "within_months", 3, True),
        ({"by_months": 4}, "within_months", 3, False),
        ({"month": 6}, "within_months", 3, True),
        ({"month": 2}, "within_months", 3, False),
        ({"month": 3}, "within_months", 0, True),
        ({"quarter": 2}, "within_months", 3, True),
        ({"season": "summer"}, "within_months", 5, True),
        ({"season": "winter"}, "within_months", 6, False),
        ({"by": "2026-05-02"}, "within_months", 2, True),
        ({"by": "2025-01-01"}, "within_months", 0, True),
        ({"none": True}, "within_months", 120, False),
    ],
)
def test_a_comparison(value: Any, operator: str, operand: Any, expected: bool) -> None:
    assert true(value, operator, operand) is expected


def test_money_is_compared_in_the_currency_of_the_question() -> None:
    limit = Limit(5000, "EUR", EUR)
    assert true({"min": 30_000, "max": 30_000, "currency": "PLN"}, "at_least", limit)
    assert not true({"min": 5000, "max": 5000, "currency": "PLN"}, "at_least", limit)
    assert true({"min": 5000, "max": 5000, "currency": None}, "at_least", limit)


def test_a_currency_without_a_rate_is_not_compared() -> None:
    value = {"min": 10**9, "max": 10**9, "currency": "XAU"}
    assert not true(value, "at_least", Limit(1, "EUR", EUR))
    assert not true(value, "below", Limit(1, "EUR", EUR))


@pytest.mark.parametrize("status", ["declined", "unknown"])
def test_an_answer_that_was_not_given_counts_as_not_answered(status: str) -> None:
    assert true(None, "not_answered", status=status)
    assert not true(None, "answered", status=status)
    assert not true("crm", "is", "crm", status=status)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    )
    | st.fixed_dictionaries({"min": st.text(), "max": st.integers()})
    | st.fixed_dictionaries({"by": st.text()}),
    st.sampled_from(OPERATORS),
)
def test_a_stored_value_of_any_shape_never_raises(value: Any, operator: str) -> None:
    operands: dict[str, Any] = {"in": ("crm",), "is": "crm"}
    assert true(value, operator, operands.get(operator, 3)) in (True, False)


@given(st.integers(1, 12), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_a_month_is_always_less_than_a_year_away(month: int, today: date) -> None:
    months = months_until({"month": month}, today)
    assert months is not None
    assert 0 <= months < 12
    assert (today.month - 1 + months) % 12 + 1 == month
