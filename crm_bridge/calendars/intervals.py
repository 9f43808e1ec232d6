"""Half-open intervals of time: merged, cut, compared. Pure.

Every interval is [start, end) between aware instants; touching is not overlapping.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """[start, end) between two aware instants. Empty when `end` is not after `start`."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two share a moment."""
        return self.start < other.end and other.start < self.end

    def clipped(self, window: "Interval") -> "Interval":
        """The part inside `window`; empty when there is none."""
        return Interval(max(self.start, window.start), min(self.end, window.end))

    @property
    def empty(self) -> bool:
        return self.end <= self.start


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """The same moments as disjoint intervals in order; touching ones become one."""
    merged: list[Interval] = []
    for interval in sorted(each for each in intervals if not each.empty):
        if merged and interval.start <= merged[-1].end:
            last = merged.pop()
            merged.append(Interval(last.start, max(last.end, interval.end)))
        else:
            merged.append(interval)
    return merged


def subtract(whole: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """What is left of `whole` without the moments of `taken`: disjoint, in order."""
    holes = merge(taken)
    left: list[Interval] = []
    for interval in merge(whole):
        start = interval.start
        for hole in holes:
            if hole.end <= start:
                continue
            if hole.start >= interval.end:
                break
            if hole.start > start:
                left.append(Interval(start, hole.start))
            start = hole.end
        if start < interval.end:
            left.append(Interval(start, interval.end))
    return left


def intersect(lists: Sequence[Iterable[Interval]]) -> list[Interval]:
    """The moments that every list holds. Each list's own intervals stay apart where they
    only touch; no list at all gives nothing."""
    if not lists:
        return []
    common = sorted(each for each in lists[0] if not each.empty)
    for other in lists[1:]:
        common = _both(common, sorted(each for each in other if not each.empty))
    return common


def _both(first: list[Interval], second: list[Interval]) -> list[Interval]:
    found: list[Interval] = []
    i = j = 0
    while i < len(first) and j < len(second):
        shared = first[i].clipped(second[j])
        if not shared.empty:
            found.append(shared)
        if first[i].end < second[j].end:
            i += 1
        else:
            j += 1
    return found
