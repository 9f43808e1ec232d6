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
    put there. What somebody wrote since stays; of columns that hold names and values
    (properties) that is settled name by name."""
    back: dict[str, Any] = {}
    for field, value in taken.items():
        if isinstance(value, Mapping):
            parted = _parted(now[field], before[field], value)
            if parted != now[field]:
                back[field] = parted
        elif now[field] == value:
            back[field] = before[field]
    return back


def _parted(
    now: Mapping[str, Any], before: Mapping[str, Any], taken: Mapping[str, Any]
) -> dict[str, Any]:
    came = {name for name, value in taken.items() if name not in before or before[name] != value}
    theirs = {name for name in came if name in now and now[name] == taken[name]}
    return {
        name: before[name] if name in theirs else value
        for name, value in now.items()
        if name not in theirs or name in before
    }
