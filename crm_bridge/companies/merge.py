"""What the company that stays takes over from the one that goes. Pure.

The kept company's own values stand; its empty fields are filled in.
"""

from collections.abc import Mapping
from typing import Any, Final

from crm_bridge.merging.fill import empty_filled, joined, stamped_alike

FIELDS: Final = ("country", "industry", "employees_min", "employees_max", "owner")
WHOLE: Final = (
    *FIELDS,
    "name",
    "lifecycle_stage",
    "created_by_conversation",
    "properties",
    "provenance",
)
_FIRST_STAGE: Final = "lead"


def taken_over(kept: Mapping[str, Any], gone: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `kept` that change, with their new values. Both hold every name of
    `WHOLE`. The two bounds on people are one value: both are taken, or neither."""
    sized = any(kept[field] is not None for field in ("employees_min", "employees_max"))
    fields = [field for field in FIELDS if not (sized and field.startswith("employees"))]
    changes = empty_filled(kept, gone, fields)
    if kept["lifecycle_stage"] == _FIRST_STAGE != gone["lifecycle_stage"]:
        changes["lifecycle_stage"] = gone["lifecycle_stage"]
    changes |= joined(kept, gone, ["properties"])
    return stamped_alike(kept, gone, changes)
