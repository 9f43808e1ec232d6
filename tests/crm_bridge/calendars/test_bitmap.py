"""Minutes as bits against sets of minutes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.calendars.bitmap import (
    Frame,
    Places,
    minute_ceil,
    minute_floor,
    positions,
    rounded_outward,
    runs,
    spread_down,
    spread_up,
)
from crm_bridge.calendars.intervals import Interval

BASE = datetime(2026, 3, 1, tzinfo=UTC)
SETS = st.sets(st.integers(0, 3000), max_size=30)


def _bits(numbers: set[int]) -> int:
    return sum(1 << number for number in numbers)


@given(SETS)
def test_positions_and_runs_read_back_what_was_set(numbers: set[int]) -> None:
    assert positions(_bits(numbers)) == sorted(numbers)
    found = [range(*run) for run in runs(_bits(numbers))]
    assert {each for run in found for each in run} == numbers
    assert all(run.stop not in numbers for run in found)


@given(SETS, st.integers(0, 200))
def test_spreading_sets_the_neighbours(numbers: set[int], by: int) -> None:
    down = {each - step for each in numbers for step in range(by + 1) if each >= step}
    up = {each + step for each in numbers for step in range(by + 1)}
    assert spread_down(_bits(numbers), by) == _bits(down)
    assert spread_up(_bits(numbers), by) == _bits(up)


SECONDS = st.integers(-100_000, 400_000)


@given(st.lists(st.tuples(SECONDS, SECONDS), max_size=8))
def test_busy_grows_to_whole_minutes_and_free_shrinks_to_them(
    pairs: list[tuple[int, int]],
) -> None:
    frame = Frame.around(Interval(BASE, BASE + timedelta(days=3)))
    intervals = [
        Interval(BASE + timedelta(seconds=first), BASE + timedelta(seconds=end))
        for first, end in pairs
    ]
    touched, inside = frame.touched(rounded_outward(intervals)), frame.inside(intervals)
    for minute in (0, 1, 1439, 1440, 4319, *(first // 60 for first, _ in pairs)):
        if not 0 <= minute < frame.length:
            continue
        start, end = minute * 60, minute * 60 + 60
        blocked = any(first < end and start < stop and first < stop for first, stop in pairs)
        assert bool(touched >> minute & 1) == blocked
        held = any(first <= start and end <= stop for first, stop in pairs)
        assert bool(inside >> minute & 1) == held


def test_nothing_without_length_ever_blocks() -> None:
    at = BASE + timedelta(seconds=30)
    assert rounded_outward([Interval(at, at), Interval(at, BASE)]) == []


def test_rounding_to_cells_covers_them_whole() -> None:
    (run,) = rounded_outward(
        [Interval(BASE + timedelta(minutes=7), BASE + timedelta(minutes=11))], to=5
    )
    first = minute_floor(BASE)
    assert run == (first + 5, first + 15)
    assert minute_ceil(BASE + timedelta(microseconds=1)) == first + 1


@given(SETS, st.sampled_from((1, 5, 15, 60)), st.integers(0, 4000), st.integers(0, 300))
def test_places_keep_the_minutes_that_are_on_them(
    numbers: set[int], every: int, first: int, length: int
) -> None:
    frame = Frame(minute_floor(BASE), 3 * 1440)
    places = Places(frame, every)
    on_them = [each for each in sorted(numbers) if each % every == 0]
    assert [each * every for each in positions(places.of(_bits(numbers)))] == on_them
    run = range(first, min(first + length, frame.length))
    wanted = [each for each in run if each % every == 0]
    touched = places.touched([(frame.start + first, frame.start + first + length)])
    assert [each * every for each in positions(touched)] == wanted
    inside = Interval(BASE + timedelta(minutes=first), BASE + timedelta(minutes=first + length))
    assert places.within(inside) == touched
    assert [places.minute(each) - frame.start for each in positions(touched)] == wanted
