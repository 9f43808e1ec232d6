"""No row is lost, however rows arrive, and a quiet stream is left in peace."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_bridge.connectors.port import Position
from crm_bridge.sync.cursor import OVERLAP, Cursor, advance, of_document, start, to_document

NOW = datetime(2026, 3, 11, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Stream:
    """Rows of a CRM: (modified, id), each seen by queries from an instant on."""

    def __init__(self, rows: list[tuple[int, int, int]]) -> None:
        self.rows = [
            (Position(NOW + at * SECOND, str(number)), NOW + (at + late) * SECOND)
            for at, number, late in rows
        ]
        self.asked = 0

    def page(self, after: Position | None, now: datetime, limit: int) -> list[Position]:
        self.asked += 1
        there = [
            place
            for place, seen_from in self.rows
            if seen_from <= now and (after is None or place.is_after(after))
        ]
        there.sort(key=lambda place: (place.modified, len(place.id), place.id))
        return there[:limit]


def poll(cursor: Cursor, stream: Stream, now: datetime, limit: int, seen: set[Position]) -> Cursor:
    cursor = start(cursor, now)
    while True:
        rows = stream.page(cursor.place, now, limit)
        seen.update(rows)
        more = len(rows) == limit
        cursor = advance(cursor, rows[-1] if rows else None, now, more=more)
        assert of_document(to_document(cursor)) == cursor
        if not more:
            return cursor


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 10_000), st.integers(0, 40)), max_size=40
    ),
    st.integers(1, 5),
    st.integers(1, 4),
)
def test_every_row_is_seen_however_late_it_shows(
    rows: list[tuple[int, int, int]], limit: int, every: int
) -> None:
    stream, seen, cursor = Stream(rows), set[Position](), Cursor()
    for second in range(0, 300, every):
        cursor = poll(cursor, stream, NOW + second * SECOND, limit, seen)
    assert seen == {place for place, _ in stream.rows}


def test_a_busy_stream_is_read_again_too() -> None:
    busy = [(second, second, 0) for second in range(120)]
    stream, seen, cursor = Stream([*busy, (30, 1_000, 20)]), set[Position](), Cursor()
    for second in range(70):
        cursor = poll(cursor, stream, NOW + second * SECOND, 50, seen)
    assert Position(NOW + 30 * SECOND, "1000") in seen


def test_many_rows_of_one_timestamp_are_paged_through() -> None:
    stream, seen = Stream([(0, number, 0) for number in range(20_000)]), set[Position]()
    cursor = poll(Cursor(), stream, NOW, 200, seen)
    assert len(seen) == 20_000
    assert stream.asked == 101
    assert cursor.place is None


def test_a_quiet_stream_is_asked_for_what_is_new_alone() -> None:
    stream, cursor = Stream([(0, number, 0) for number in range(1_000)]), Cursor()
    for second in itertools.chain(range(0, 600, 2)):
        cursor = poll(cursor, stream, NOW + second * SECOND, 100, set())
    asked = stream.asked
    for second in range(600, 1_200, 2):
        cursor = poll(cursor, stream, NOW + second * SECOND, 100, set())
    assert stream.asked - asked == 300
    assert asked < 300 + 10 * 11
    assert cursor.again_at is None
    assert timedelta(seconds=40) < OVERLAP


def test_a_pass_that_was_cut_off_goes_on_where_it_stood() -> None:
    stream, seen = Stream([(0, number, 0) for number in range(10)]), set[Position]()
    cursor = start(Cursor(), NOW)
    rows = stream.page(cursor.place, NOW, 4)
    seen.update(rows)
    cursor = advance(cursor, rows[-1], NOW, more=True)
    poll(of_document(to_document(cursor)), stream, NOW + SECOND, 4, seen)
    assert len(seen) == 10
