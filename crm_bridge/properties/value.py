"""A property's value in its one form, out of whatever was written. Pure.

Numbers and money are decimal text ("1200.50"), money with its currency, dates ISO 8601,
choices by the option's own spelling. Source for currencies: ISO 4217 by way of babel.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, get_args

from babel.core import get_global

from crm_bridge.core.errors import Invalid
from parsing.fold import fold

Kind = Literal["text", "number", "money", "date", "option", "multi_option", "boolean", "reference"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_SIGNS: Final = {"€": "EUR", "$": "USD", "£": "GBP", "₪": "ILS", "zł": "PLN", "kr": "NOK"}
_TRUE: Final = frozenset(["true", "yes", "1", "da", "כן", "kylla", "ja", "tak"])
_FALSE: Final = frozenset(["false", "no", "0", "ne", "לא", "ei", "nei", "nie"])
_NUMBER: Final = re.compile(r"[+-]?\d[\d\s.,'’]*")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[./-]\s?(\d{1,2})[./-]\s?(\d{4})")
# What one is in the unit that stands first, by dimension.
_UNITS: Final[tuple[Mapping[str, Decimal], ...]] = (
    {"m": Decimal(1), "cm": Decimal("0.01"), "mm": Decimal("0.001"), "km": Decimal(1000)},
    {"kg": Decimal(1), "g": Decimal("0.001"), "t": Decimal(1000)},
    {"h": Decimal(1), "min": 1 / Decimal(60), "d": Decimal(24)},
    {"m2": Decimal(1), "ha": Decimal(10000), "km2": Decimal(1_000_000)},
)


class BadValue(Invalid):
    code = "bad_property_value"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a property's values are: see `PropertyRow`."""

    kind: Kind
    unit: str | None = None
    options: Sequence[str] = ()


def normalise(shape: Shape, value: Any) -> Any:
    """The value in its one form; None where it is empty. Raises BadValue."""
    if value is None or value in ("", []):
        return None
    match shape.kind:
        case "number":
            return _measured(shape, value)
        case "money":
            return _money(shape, value)
        case "date":
            return _date(str(value))
        case "boolean":
            return _boolean(value)
        case "option":
            return _option(shape, str(value))
        case "multi_option":
            parts = value if isinstance(value, list) else re.split(r"[;|]", str(value))
            return sorted({_option(shape, str(part)) for part in parts if str(part).strip()})
        case _:
            return str(value).strip()


def _decimal(value: Any) -> Decimal:
    """A number as it is; of a text, the number in it, however its thousands are parted."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(str(value))
        if not number.is_finite():
            raise BadValue(f"no number: {value}")
        return number
    text = str(value)
    found = _NUMBER.search(fold(text).text)
    if found is None:
        raise BadValue(f"no number: {text}")
    digits = re.sub(r"[\s'’]", "", found[0]).rstrip(".,")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        separators = {letter for letter in digits if letter in ".,"}
        groups = re.split(r"[.,]", digits.lstrip("+-"))
        parted = 0 < len(groups[0]) <= 3 and not groups[0].startswith("0")
        threes = all(len(group) == 3 for group in groups[1:])
        thousands = parted and threes and len(separators) == 1
        whole, part = digits[:last], "" if thousands else digits[last + 1 :]
        whole = whole if not thousands else digits
        digits = re.sub(r"[.,]", "", whole) + (f".{part}" if part else "")
    try:
        return Decimal(digits)
    except InvalidOperation as fault:
        raise BadValue(f"no number: {text}") from fault


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _measured(shape: Shape, value: Any) -> str:
    number = _decimal(value)
    if isinstance(value, int | float):
        return _plain(round(number, 9))
    text = str(value)
    written = re.sub(r"[\d\s.,'’+-]", "", fold(text).text).replace("²", "2")
    if shape.unit and written and written != shape.unit:
        scale = next((units for units in _UNITS if shape.unit in units), {})
        if written not in scale:
            raise BadValue(f"{text} cannot be told in {shape.unit}")
        number = number * scale[written] / scale[shape.unit]
    return _plain(round(number, 9))


def _money(shape: Shape, value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        amount, currency = value.get("amount", ""), str(value.get("currency", ""))
    else:
        amount, currency = value, _currency(str(value))
    currency = (currency or shape.unit or "").upper()
    if currency not in get_global("all_currencies"):
        raise BadValue(f"no currency: {value}")
    return {"amount": _plain(_decimal(amount)), "currency": currency}


def _currency(text: str) -> str:
    found = re.search(r"\b[A-Za-z]{3}\b", text)
    if found and found[0].upper() in get_global("all_currencies"):
        return found[0].upper()
    return next((code for sign, code in _SIGNS.items() if sign in text.lower()), "")


def _date(text: str) -> str:
    """ISO 8601, or day, month, year as all of Europe writes it; never month first."""
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError:
        pass
    found = _DAY_FIRST.fullmatch(text.strip())
    try:
        if found:
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day).isoformat()
    except ValueError as fault:
        raise BadValue(f"no date: {text}") from fault
    raise BadValue(f"no date: {text}")


def _boolean(value: Any) -> bool:
    said = fold(str(value)).text.strip()
    if said in _TRUE:
        return True
    if said in _FALSE:
        return False
    raise BadValue(f"neither yes nor no: {value}")


def _option(shape: Shape, text: str) -> str:
    wanted = fold(text).text.strip()
    for option in shape.options:
        if fold(option).text == wanted:
            return option
    raise BadValue(f"{text} is none of: {', '.join(shape.options)}", options=list(shape.options))
