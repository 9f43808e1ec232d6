"""What the contact that stays takes over from the one that goes. Pure.

Nothing that is known is replaced by anything else: the kept contact's own values stand,
its empty fields are filled in, and its life-cycle stage is the further of the two.
"""

from collections.abc import Mapping
from typing import Any, Final

from crm_bridge.contacts.lifecycle import STAGES, furthest

FIELDS: Final = (
    "name",
    "language",
    "timezone",
    "country",
    "company_id",
    "company_matched_by",
    "owner",
    "created_by_conversation",
)


def taken_over(kept: Mapping[str, Any], gone: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `kept` that change, with their new values.

    Both hold every name of `FIELDS`, and lifecycle_stage, properties, source, provenance.
    """
    changes = {
        field: gone[field]
        for field in FIELDS
        if kept[field] in (None, "") and gone[field] not in (None, "")
    }
    if "company_id" not in changes:
        changes.pop("company_matched_by", None)
    stage = gone["lifecycle_stage"]
    further = furthest(kept["lifecycle_stage"], stage) if stage in STAGES else stage
    if stage != "other" and further != kept["lifecycle_stage"]:
        changes["lifecycle_stage"] = further
    for field in ("properties", "source"):
        together = {**gone[field], **kept[field]}
        if together != kept[field]:
            changes[field] = together
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
