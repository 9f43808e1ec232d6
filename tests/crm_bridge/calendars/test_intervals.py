"""Intervals against a set of minutes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.calendars.intervals import Interval, intersect, merge, subtract

BASE = datetime(2026, 3, 1, tzinfo=UTC)


def _interval(pair: tuple[int, int]) -> Interval:
    return Interval(BASE + timedelta(minutes=pair[0]), BASE + timedelta(minutes=pair[1]))


PAIRS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: _interval(pair)), max_size=6
)


def _minutes(intervals: list[Interval]) -> set[int]:
    found: set[int] = set()
    for each in intervals:
        first = (each.start - BASE) // timedelta(minutes=1)
        end = (each.end - BASE) // timedelta(minutes=1)
        found |= set(range(first, end))
    return found


def _tidy(intervals: list[Interval]) -> bool:
    return all(not each.empty for each in intervals) and all(
        one.end < other.start for one, other in pairwise(intervals)
    )


@given(PAIRS)
def test_merging_keeps_the_minutes_and_leaves_no_neighbours(some: list[Interval]) -> None:
    merged = merge(some)
    assert _minutes(merged) == _minutes(some)
    assert _tidy(merged)


@given(PAIRS, PAIRS)
def test_subtracting_takes_exactly_the_minutes_away(
    whole: list[Interval], taken: list[Interval]
) -> None:
    left = subtract(whole, taken)
    assert _minutes(left) == _minutes(whole) - _minutes(taken)
    assert _tidy(left)


@given(PAIRS, PAIRS, PAIRS)
def test_intersecting_keeps_what_all_have(
    one: list[Interval], two: list[Interval], three: list[Interval]
) -> None:
    merged = [merge(one), merge(two), merge(three)]
    wanted = _minutes(one) & _minutes(two) & _minutes(three)
    assert _minutes(intersect(merged)) == wanted


def test_touching_is_not_overlapping() -> None:
    assert not _interval((0, 10)).overlaps(_interval((10, 20)))
    assert _interval((0, 11)).overlaps(_interval((10, 20)))
    assert intersect([]) == []
