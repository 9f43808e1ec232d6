"""Where each value of a record came from, kept beside it: field -> who set it and when.

Who: "conversation:ID" (typed by a visitor), "derived:WHAT" (worked out from another value),
"api:KEY", "rep:USER", "import:NAME". Pure.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

Provenance = dict[str, Any]


def stamped(
    provenance: Mapping[str, Any], fields: Iterable[str], *, by: str, at: datetime
) -> Provenance:
    """`provenance` with `fields` set by `by` at `at`."""
    stamp = {"by": by, "at": at.isoformat()}
    return {**provenance, **dict.fromkeys(fields, stamp)}


def set_by(provenance: Mapping[str, Any], field: str) -> str | None:
    """Who set `field` last, or None when nobody did."""
    stamp = provenance.get(field)
    return str(stamp["by"]) if stamp else None


def may_replace(provenance: Mapping[str, Any], field: str, value: object, *, by: str) -> bool:
    """Whether `by` may set `field`, which holds `value` now: it is empty, worked out from
    something else, or was set by `by` before."""
    setter = set_by(provenance, field)
    return value in (None, "") or setter == by or (setter or "").startswith("derived:")
