"""Questions to Dataverse as OData has them, and its answers' odd parts. Pure.

Source: https://learn.microsoft.com/en-us/power-apps/developer/data-platform/webapi/overview
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

NEXT: Final = "@odata.nextLink"
DELTA: Final = "@odata.deltaLink"
ETAG: Final = "@odata.etag"
# entity set -> the column of its ids, where that is not the set's name without its s
_IDS: Final = {"opportunities": "opportunityid"}


def id_column(entity_set: str) -> str:
    """The column that holds the ids of an entity set."""
    return _IDS.get(entity_set) or f"{entity_set.removesuffix('s')}id"


def text(value: str) -> str:
    """A text as a literal."""
    return "'" + value.replace("'", "''") + "'"


def by_key(entity_set: str, column: str, value: str) -> str:
    """The path of the record with an alternate key."""
    return f"{entity_set}({column}={quote(text(value), safe='')})"


def by_id(entity_set: str, record_id: str) -> str:
    """The path of the record with an id."""
    return f"{entity_set}({quote(record_id, safe='-')})"


def among(column: str, values: Iterable[str], *, also: str = "") -> dict[str, str]:
    """Parameters that ask for the rows whose column has one of these values."""
    within = "Microsoft.Dynamics.CRM.In(PropertyName=@column,PropertyValues=@values)"
    return {
        "$filter": f"{within} and {also}" if also else within,
        "@column": text(column),
        "@values": json.dumps(list(values), ensure_ascii=False),
    }


def selected(columns: Sequence[str]) -> dict[str, str]:
    """Parameters that ask for these columns."""
    return {"$select": ",".join(dict.fromkeys(columns))}


def local(link: str) -> str:
    """A link of an answer without its host: our token goes nowhere but to our own."""
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def is_deleted(row: Mapping[str, Any]) -> bool:
    """Whether a row of a delta says that a record is gone."""
    return str(row.get("@odata.context", "")).endswith("/$deletedEntity") or "reason" in row


def error_of(body: Any, status: int) -> tuple[str, str]:
    """The code and the words of an error."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return "", f"Dataverse says {status}"
    return str(error.get("code", "")), str(error.get("message", ""))[:300]
