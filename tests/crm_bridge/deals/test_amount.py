"""Money is kept in whole minor units, exactly."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.deals.amount import Amount, expected, to_major, to_minor


@pytest.mark.parametrize(
    ("budget", "amount"),
    [
        ({"min": 10000, "max": 15000, "currency": "EUR"}, Amount(1_250_000, "EUR")),
        ({"min": 10000, "max": None, "currency": "PLN"}, Amount(1_000_000, "PLN")),
        ({"max": 99.99, "currency": "NOK"}, Amount(9_999, "NOK")),
        ({"min": 100, "max": 101, "currency": "JPY"}, Amount(101, "JPY")),
        ({"min": None, "max": None, "currency": "EUR"}, None),
        ({"min": 1, "max": 2}, None),
        ("a lot", None),
        (None, None),
        ({"min": True, "currency": "EUR"}, None),
    ],
)
def test_a_budget_is_expected_to_bring_its_middle(budget: Any, amount: Amount | None) -> None:
    assert expected(budget) == amount


@given(st.integers(0, 10**15), st.sampled_from(["EUR", "PLN", "ILS", "NOK", "JPY", "KWD"]))
def test_nothing_is_lost_on_the_way_out_and_back(minor: int, currency: str) -> None:
    assert to_minor(to_major(minor, currency), currency) == minor


def test_halves_are_rounded_up() -> None:
    assert to_minor(Decimal("0.005"), "EUR") == 1
