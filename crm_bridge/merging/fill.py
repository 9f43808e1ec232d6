"""What the record that stays takes over, of whichever kind it is. Pure.

Its own values stand; what it lacks is filled in.
"""

from collections.abc import Iterable, Mapping
from typing import Any


def empty_filled(
    kept: Mapping[str, Any], gone: Mapping[str, Any], fields: Iterable[str]
) -> dict[str, Any]:
    """The fields that `kept` lacks and `gone` has."""
    return {
        field: gone[field]
        for field in fields
        if kept[field] in (None, "") and gone[field] not in (None, "")
    }


def joined(
    kept: Mapping[str, Any], gone: Mapping[str, Any], fields: Iterable[str]
) -> dict[str, Any]:
    """The fields that hold names and values, where `gone` knows a name that `kept` does not."""
    return {
        field: together
        for field in fields
        if (together := {**gone[field], **kept[field]}) != kept[field]
    }


def stamped_alike(
    kept: Mapping[str, Any], gone: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    """The changes with the provenance of what was taken over."""
    stamps = {
        field: stamp
        for field, stamp in gone["provenance"].items()
        if field in changes or field not in kept["provenance"]
    }
    if not changes or not stamps:
        return dict(changes)
    return {**changes, "provenance": {**kept["provenance"], **stamps}}


def given_back(
    now: Mapping[str, Any], before: Mapping[str, Any], taken: Mapping[str, Any]
) -> dict[str, Any]:
    """The columns to put back when a merge is undone: those that still hold what the merge
    put there. What somebody wrote since stays."""
    return {field: before[field] for field in taken if now[field] == taken[field]}
