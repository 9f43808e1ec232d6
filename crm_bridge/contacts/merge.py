"""What the contact that stays takes over from the one that goes. Pure.

Nothing that is known is replaced by anything else: the kept contact's own values stand,
its empty fields are filled in, and its life-cycle stage is the further of the two.
"""

from collections.abc import Mapping
from typing import Any, Final

from crm_bridge.contacts.lifecycle import STAGES, furthest
from crm_bridge.merging.fill import empty_filled, joined, stamped_alike

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
WHOLE: Final = (*FIELDS, "lifecycle_stage", "properties", "source", "provenance")


def taken_over(kept: Mapping[str, Any], gone: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `kept` that change, with their new values. Both hold every name of
    `WHOLE`."""
    changes = empty_filled(kept, gone, FIELDS)
    if "company_id" not in changes:
        changes.pop("company_matched_by", None)
    stage = gone["lifecycle_stage"]
    further = furthest(kept["lifecycle_stage"], stage) if stage in STAGES else stage
    if stage != "other" and further != kept["lifecycle_stage"]:
        changes["lifecycle_stage"] = further
    changes |= joined(kept, gone, ["properties", "source"])
    return stamped_alike(kept, gone, changes)
