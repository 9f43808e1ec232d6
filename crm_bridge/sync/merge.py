"""Three-way merge of one record, field by field. Pure.

`base` is what both sides last agreed on. Who changed a field alone is right; where both
did, the field's owner decides and the loser is kept as a conflict. Two rules stand above
the owner: something is never replaced by nothing, and a consent that one side denies is
denied.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_bridge.connectors.forms import Value
from crm_bridge.connectors.vocabulary import DENIED, Owner

_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both sides changed `field`; `chosen` is what it became."""

    field: str
    base: Value
    ours: Value
    theirs: Value
    chosen: Value
    owner: Owner


@dataclass(frozen=True, slots=True)
class FieldMerge:
    """What one field becomes on both sides."""

    value: Value
    is_conflict: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """What to set here, what to set there, and what was lost on the way."""

    here: Mapping[str, Value]
    there: Mapping[str, Value]
    conflicts: tuple[Conflict, ...]


def merge_field(
    owner: Owner,
    *,
    base: Value | object,
    ours: Value,
    theirs: Value,
    ours_at: datetime | None = None,
    theirs_at: datetime | None = None,
) -> FieldMerge:
    """The value of one field. `base` is `MISSING` where the sides never agreed before."""
    ours, theirs = _some(ours), _some(theirs)
    if same(ours, theirs):
        return FieldMerge(ours)
    if ours is None or theirs is None:
        return FieldMerge(ours if theirs is None else theirs)
    if owner == "most_restrictive":
        return _restricted(base, ours, theirs)
    if base is not _MISSING and same(ours, base):
        return FieldMerge(theirs)
    if base is not _MISSING and same(theirs, base):
        return FieldMerge(ours)
    if owner == "bot_wins" or (owner == "newest" and _is_later(ours_at, theirs_at)):
        return FieldMerge(ours, is_conflict=True)
    return FieldMerge(theirs, is_conflict=True)


def _restricted(base: Value | object, ours: Value, theirs: Value) -> FieldMerge:
    """Denied when either is; a conflict when the side that gave way had newly agreed."""
    chosen = DENIED if DENIED in (ours, theirs) else theirs
    loser = theirs if same(chosen, ours) else ours
    return FieldMerge(chosen, is_conflict=base is _MISSING or not same(loser, base))


def merge(
    owners: Mapping[str, Owner],
    *,
    base: Mapping[str, Value],
    ours: Mapping[str, Value],
    theirs: Mapping[str, Value],
    ours_at: Mapping[str, datetime] | None = None,
    theirs_at: datetime | None = None,
) -> Merge:
    """Merge the fields that both `ours` and `theirs` hold."""
    here: dict[str, Value] = {}
    there: dict[str, Value] = {}
    conflicts: list[Conflict] = []
    for name, owner in owners.items():
        if name not in ours or name not in theirs:
            continue
        mine, others = _some(ours[name]), _some(theirs[name])
        before = base.get(name, MISSING)
        merged = merge_field(
            owner,
            base=before,
            ours=mine,
            theirs=others,
            ours_at=(ours_at or {}).get(name),
            theirs_at=theirs_at,
        )
        if not same(merged.value, mine):
            here[name] = merged.value
        if not same(merged.value, others):
            there[name] = merged.value
        if merged.is_conflict:
            known = before if before is not MISSING else None
            conflicts.append(Conflict(name, known, mine, others, merged.value, owner))  # type: ignore[arg-type]
    return Merge(here, there, tuple(conflicts))


MISSING: Final = _MISSING


def same(one: object, other: object) -> bool:
    """Equal and of one type: 1 is not True, and nothing is nothing in any shape."""
    one, other = _some(one), _some(other)
    return type(one) is type(other) and one == other


def _some(value: object) -> Value:
    return None if value in (None, "") else value  # type: ignore[return-value]


def _is_later(ours: datetime | None, theirs: datetime | None) -> bool:
    return ours is not None and (theirs is None or ours > theirs)


def agreed(fields: Iterable[str], ours: Mapping[str, Value], merged: Merge) -> dict[str, Value]:
    """The new base of the fields that are the same on both sides once `here` is done."""
    now = {**ours, **merged.here}
    return {name: now[name] for name in fields if name in now and name not in merged.there}
