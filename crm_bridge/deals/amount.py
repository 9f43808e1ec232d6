"""Amounts of money as whole minor units of a currency. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.numbers import get_currency_precision


@dataclass(frozen=True, slots=True)
class Amount:
    """`minor` units (cents) of an ISO 4217 currency."""

    minor: int
    currency: str


def to_minor(amount: Decimal, currency: str) -> int:
    """An amount in whole minor units, half up ("12.5" EUR -> 1250)."""
    scaled = amount.scaleb(get_currency_precision(currency))
    return int(scaled.to_integral_value(ROUND_HALF_UP))


def to_major(minor: int, currency: str) -> Decimal:
    """Minor units as an amount (1250 EUR -> 12.50)."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def expected(budget: Any) -> Amount | None:
    """What a budget answer `{min, max, currency}` is expected to bring: the middle of a
    range, else the end that is known; None for anything else."""
    if not isinstance(budget, Mapping) or not isinstance(budget.get("currency"), str):
        return None
    ends = [
        Decimal(str(end))
        for end in (budget.get("min"), budget.get("max"))
        if isinstance(end, int | float) and not isinstance(end, bool)
    ]
    if not ends:
        return None
    currency = budget["currency"]
    return Amount(to_minor(sum(ends, Decimal()) / len(ends), currency), currency)
