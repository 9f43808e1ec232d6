"""Two meetings share a cell whenever they overlap."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.booking.cells import cells
from tests.crm_bridge.booking.makers import at

BASE = at("12 08:00")
SPANS = st.tuples(st.integers(0, 7200), st.integers(1, 3600))


@given(SPANS, SPANS)
def test_meetings_that_overlap_claim_a_cell_in_common(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    first, second = (
        (BASE + timedelta(seconds=start), BASE + timedelta(seconds=start + length))
        for start, length in (one, other)
    )
    overlap = first[0] < second[1] and second[0] < first[1]
    shared = set(cells(*first)) & set(cells(*second))
    assert not overlap or shared


def test_neighbours_on_whole_cells_share_none() -> None:
    half = BASE + timedelta(minutes=30)
    assert len(cells(BASE, half)) == 6
    assert not set(cells(BASE, half)) & set(cells(half, half + timedelta(minutes=5)))
