"""Questions to Salesforce in its own language, SOQL. Pure.

Source: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from crm_bridge.connectors.port import Position

MODIFIED: Final = "SystemModstamp"  # unlike LastModifiedDate, no import can set it
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r"})


def text(value: str) -> str:
    """A text as a literal."""
    return f"'{value.translate(_ESCAPED)}'"


def instant(value: datetime) -> str:
    """An instant as a literal."""
    utc = value.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def select(
    fields: Sequence[str], table: str, *, where: str = "", order: str = "", limit: int | None = None
) -> str:
    """A query."""
    parts = [f"SELECT {', '.join(fields)}", f"FROM {table}"]
    parts += [f"WHERE {where}"] if where else []
    parts += [f"ORDER BY {order}"] if order else []
    parts += [f"LIMIT {limit}"] if limit else []
    return " ".join(parts)


def among(field: str, values: Iterable[str]) -> str:
    """Whether a field has one of these values."""
    return f"{field} IN ({', '.join(text(one) for one in values)})"


def after(place: Position | None) -> str:
    """The rows after a place in the order of (SystemModstamp, Id); from its timestamp on
    where it names no row."""
    if place is None:
        return ""
    at = instant(place.modified)
    if not place.id:
        return f"{MODIFIED} >= {at}"
    return f"({MODIFIED} > {at} OR ({MODIFIED} = {at} AND Id > {text(place.id)}))"
