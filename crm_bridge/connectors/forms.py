"""Values between a CRM's fields and ours: names in two parts, flags, numbers. Pure.

`there` and `here` are inverse to each other for every value that both sides can hold.
"""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from crm_bridge.connectors.vocabulary import Form

type Value = str | int | bool | None

_MOST_MONEY: Final = Decimal(10) ** 13  # whatever is above it is no deal
_TRUE = {"true", "yes", "1", "on"}
_FALSE = {"false", "no", "0", "off"}


class Unreadable(ValueError):
    """A value of the CRM that is nothing of ours."""


def plain(text: str) -> str:
    """One line of text as it is compared: NFC, single spaces, no space around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def here(form: Form, raw: Sequence[Any]) -> Value:
    """Our value of what the CRM's field or fields hold. None: nothing. Raises Unreadable."""
    if form == "person_name":
        return plain(" ".join(str(part) for part in raw if part not in (None, ""))) or None
    one = raw[0]
    if one is None or (isinstance(one, str) and not one.strip()):
        return None
    if form == "flag":
        return _flag(one)
    if form == "whole":
        return _whole(one)
    if form == "money":
        return _money(one)
    if form == "date":
        return str(one)[:10]
    if isinstance(one, dict | list):
        raise Unreadable(f"{type(one).__name__} instead of a plain value")
    return plain(str(one)) or None


def there(form: Form, value: Value, *, parts: int) -> list[Any]:
    """What to write into the CRM's field or fields for our value."""
    if form == "person_name" and parts > 1:
        first, _, last = plain(str(value or "")).rpartition(" ")
        return [first or None, last or None, *([None] * (parts - 2))]
    if form == "money" and value is not None:
        return [float(str(value))]
    return [value]


def money(amount: Decimal) -> str:
    """An amount as it is compared: no zeros at its end, no exponent."""
    return format(amount.normalize(), "f")


def _money(one: Any) -> str | None:
    """An amount. Nought is nothing: it is what CRMs say where nobody has said a sum."""
    try:
        amount = Decimal(str(one))
    except InvalidOperation as fault:
        raise Unreadable(f"{one!r} is no amount") from fault
    if not amount.is_finite() or abs(amount) > _MOST_MONEY:
        raise Unreadable(f"{one!r} is no amount")
    return money(amount) if amount else None


def _flag(one: Any) -> bool:
    said = str(one).strip().casefold()
    if said in _TRUE:
        return True
    if said in _FALSE:
        return False
    raise Unreadable(f"{one!r} is neither true nor false")


def _whole(one: Any) -> int:
    try:
        number = float(str(one))
    except ValueError as fault:
        raise Unreadable(f"{one!r} is no number") from fault
    if not number.is_integer() or abs(number) > 2**53:
        raise Unreadable(f"{one!r} is no whole number")
    return int(number)
