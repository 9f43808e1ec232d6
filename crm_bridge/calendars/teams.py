"""Openings of several advisors together: somebody, everybody, somebody first. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.openings import (
    Diary,
    Opening,
    Wanted,
    openings_of_all,
    openings_of_any,
    starts,
)

PATIENCE = timedelta(days=14)
"""How long one waits for one's own advisor before a colleague is offered."""


def openings_owner_first(
    owner: Diary, others: Sequence[Diary], wanted: Wanted, *, now: datetime
) -> list[Opening]:
    """The owner's openings, or (who has none in the next `PATIENCE`) anybody's."""
    near = replace(wanted, between=Interval(now, now + PATIENCE))
    if starts(owner, near):
        return openings_of_any([owner], wanted)
    return openings_of_any([owner, *others], wanted)


def openings_with_fixed(
    fixed: Sequence[Diary], others: Sequence[Diary], wanted: Wanted
) -> list[Opening]:
    """The times at which every fixed advisor and at least one of the others can be met."""
    free: dict[datetime, list[str]] = {}
    ends: dict[datetime, datetime] = {}
    for other in others:
        for opening in openings_of_all([*fixed, other], wanted):
            free.setdefault(opening.start, []).append(other.advisor)
            ends[opening.start] = opening.end
    always = [diary.advisor for diary in fixed]
    return [
        Opening(start, ends[start], (*always, *advisors))
        for start, advisors in sorted(free.items())
    ]
