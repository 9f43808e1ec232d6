"""What the company that stays takes over from the one that goes. Pure.

The kept company's own values stand; its empty fields are filled in.
"""

from collections.abc import Mapping
from typing import Any, Final

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
    changes = {
        field: gone[field]
        for field in FIELDS
        if kept[field] in (None, "") and gone[field] not in (None, "")
        if not (sized and field.startswith("employees"))
    }
    if kept["lifecycle_stage"] == _FIRST_STAGE != gone["lifecycle_stage"]:
        changes["lifecycle_stage"] = gone["lifecycle_stage"]
    together = {**gone["properties"], **kept["properties"]}
    if together != kept["properties"]:
        changes["properties"] = together
    stamps = {
        field: stamp
        for field, stamp in gone["provenance"].items()
        if field in changes or field not in kept["provenance"]
    }
    if changes and stamps:
        changes["provenance"] = {**kept["provenance"], **stamps}
    return changes


def given_back(
    now: Mapping[str, Any], before: Mapping[str, Any], taken: Mapping[str, Any]
) -> dict[str, Any]:
    """The columns to put back when a merge is undone: those that still hold what the merge
    put there. What somebody wrote since stays."""
    return {field: before[field] for field in taken if now[field] == taken[field]}
