"""Columns that were written after the outcome, found by what they say. Pure.

A tag such as "will revert after the e-mail" is set by the salesperson who knows how it
ended: with it any model looks perfect and predicts nothing. Two signs, either is enough:
one column alone tells more of the outcome than anything known beforehand does, or many
leads carry values that are all but certain in both directions.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from crm_bridge.scoring.table import Column, is_key

# X Education: Tags .57 and Lead Quality .28 (both written by sales); the best of the
# honest columns, time spent on the site and the profile, .17.
TELLS_TOO_MUCH: Final = 0.25  # share of the outcome's entropy that one column explains
CERTAIN_WON, CERTAIN_LOST = 0.90, 0.05  # rates of winning within one value
CERTAIN_SHARE: Final = 0.10  # of leads with such values, both directions together
FEWEST: Final = 30  # leads with a value, before it counts as certain
_BINS: Final = 10
_DOUBTFUL: Final = frozenset(
    [
        *("last", "status", "stage", "outcome", "result", "reason", "closed", "won", "lost"),
        *("quality", "rating", "profile", "disposition", "duration"),
    ]
)


def leaks(columns: Sequence[Column], won: Sequence[bool]) -> dict[str, str]:
    """The columns to refuse, each with the reason in words."""
    refused = {}
    for column in columns:
        if (reason := _reason(column, won)) is not None:
            refused[column.name] = reason
    return refused


def doubtful(columns: Sequence[Column]) -> list[str]:
    """Columns whose names sound as if they were written later; for a person to judge."""
    return [column.name for column in columns if _DOUBTFUL & set(column.name.lower().split())]


def _reason(column: Column, won: Sequence[bool]) -> str | None:
    if is_key(column):
        return "names the lead: a value of its own in nearly every row"
    groups = _groups(column, won)
    told = told_share(groups)
    if told >= TELLS_TOO_MUCH:
        return f"alone explains {told:.0%} of the outcome, as only hindsight does"
    sure_won, sure_lost = _certain(groups)
    share = (sure_won + sure_lost) / max(len(won), 1)
    if sure_won and sure_lost and share >= CERTAIN_SHARE:
        return f"{share:.0%} of leads have values that are certain to win or to lose"
    return None


def _groups(column: Column, won: Sequence[bool]) -> list[tuple[int, int]]:
    """(leads, won) for each value, numbers in ten bins of equal size."""
    keys: Sequence[object] = column.values
    if column.kind == "number":
        given = sorted(value for value in column.values if isinstance(value, float))
        cuts = sorted({given[len(given) * k // _BINS] for k in range(1, _BINS)})
        keys = [
            None if not isinstance(value, float) else sum(value >= cut for cut in cuts)
            for value in column.values
        ]
    counts: dict[object, list[int]] = defaultdict(lambda: [0, 0])
    for key, outcome in zip(keys, won, strict=True):
        counts[key][0] += 1
        counts[key][1] += outcome
    return [(leads, wins) for leads, wins in counts.values()]


def told_share(groups: Sequence[tuple[int, int]]) -> float:
    """The share (0 to 1) of the outcome's entropy that the value explains, corrected for
    what chance alone explains in so many values (Miller and Madow)."""
    total = sum(leads for leads, _ in groups)
    entropy = _entropy(sum(wins for _, wins in groups) / total) if total else 0.0
    if entropy == 0:
        return 0.0
    left = sum(leads * _entropy(wins / leads) for leads, wins in groups) / total
    chance = (len(groups) - 1) / (2 * total * math.log(2))
    return max(0.0, (entropy - left - chance) / entropy)


def _entropy(share: float) -> float:
    if share in (0.0, 1.0):
        return 0.0
    return -share * math.log2(share) - (1 - share) * math.log2(1 - share)


def _certain(groups: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Leads with values that are all but certain: to be won, to be lost."""
    many = [(leads, wins / leads) for leads, wins in groups if leads >= FEWEST]
    return (
        sum(leads for leads, rate in many if rate >= CERTAIN_WON),
        sum(leads for leads, rate in many if rate <= CERTAIN_LOST),
    )
