"""Values as Odoo takes and gives them, by the type of their field. Pure.

Odoo gives false for nothing, a pair for a reference, and instants in whole seconds without
a zone (they are UTC). `load` takes texts alone, as from a CSV file.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

_FORMAT: Final = "%Y-%m-%d %H:%M:%S"


def given(kind: str, value: Any) -> Any:
    """A value that Odoo gave: None for nothing, a reference as its id."""
    if value is False and kind != "boolean":
        return None
    if kind == "many2one" and isinstance(value, list):
        return str(value[0])
    return value


def written(kind: str, value: Any) -> Any:
    """A value for `write`."""
    if value is None:
        return False
    return int(value) if kind == "many2one" else value


def loaded(name: str, kind: str, value: Any) -> tuple[str, str]:
    """A column and its cell for `load`."""
    column = f"{name}/.id" if kind == "many2one" else name
    if value is None:
        return column, ""
    return column, str(int(value)) if isinstance(value, bool) else str(value)


def instant(said: str) -> datetime:
    """An instant of Odoo's."""
    return datetime.strptime(said[:19], _FORMAT).replace(tzinfo=UTC)


def as_text(at: datetime) -> str:
    """An instant as Odoo compares it."""
    return at.astimezone(UTC).strftime(_FORMAT)


def flat(types: Mapping[str, str], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with each value as `given`."""
    return {name: given(types.get(name, ""), value) for name, value in row.items()}
