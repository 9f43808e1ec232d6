"""Openings and wishes: what fits, where to look, what is meant beside a meeting."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.values import Clock, Parsed, When
from parsing.when import parse
from parsing.wish import HORIZON_DAYS, beside, matches, matching, nearest, window
from tests.parsing.tables import TABLES
from tests.parsing.telling import NOW

ZONE = ZoneInfo("Europe/Ljubljana")


def wish(text: str, language: str = "en") -> When:
    read = parse(text, language=language, now=NOW)
    assert isinstance(read, Parsed)
    return read.value


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "fits", "misses"),
    [
        ("next Tuesday after 3pm", "2026-03-17T15:00", "2026-03-17T14:30"),
        ("next Tuesday after 3pm", "2026-03-17T16:30", "2026-03-18T16:30"),
        ("Friday morning", "2026-03-13T09:00", "2026-03-13T12:00"),
        ("afternoons work best", "2026-03-20T13:00", "2026-03-20T09:00"),
        ("any day except Monday", "2026-03-17T09:00", "2026-03-16T09:00"),
        ("Monday between 10 and 12", "2026-03-16T11:30", "2026-03-16T12:00"),
        ("Monday at 10 or Tuesday at 3", "2026-03-17T15:00", "2026-03-17T10:00"),
        ("from Tuesday on", "2026-03-25T10:00", "2026-03-16T10:00"),
        ("weekdays after 4", "2026-03-13T16:00", "2026-03-14T16:00"),
        ("not in the morning", "2026-03-13T14:00", "2026-03-13T09:00"),
        ("not this week", "2026-03-16T09:00", "2026-03-13T09:00"),
        ("any time next week except Friday afternoon", "2026-03-20T09:00", "2026-03-20T14:00"),
        ("around 3 on Thursday", "2026-03-12T15:30", "2026-03-12T16:00"),
        ("in an hour", "2026-03-11T11:00", "2026-03-11T14:00"),
        ("early on Friday morning", "2026-03-13T09:30", "2026-03-13T11:00"),
        ("after tomorrow 2pm", "2026-03-13T09:00", "2026-03-12T13:30"),
        ("whenever", "2026-03-30T09:00", None),
    ],
)
def test_an_opening_fits_or_does_not(text: str, fits: str, misses: str | None) -> None:
    assert matches(wish(text), at(fits))
    if misses is not None:
        assert not matches(wish(text), at(misses))


@pytest.mark.parametrize(
    ("text", "fits", "misses"),
    [
        ("later that day", "2026-03-17T15:00", "2026-03-18T15:00"),
        ("later that day", "2026-03-17T11:00", "2026-03-17T09:00"),
        ("earlier the same day", "2026-03-17T09:00", "2026-03-17T11:00"),
        ("something later", "2026-03-18T09:00", "2026-03-17T09:00"),
        ("a week later", "2026-03-24T14:00", "2026-03-25T10:00"),
        ("an hour later", "2026-03-17T11:00", "2026-03-17T14:00"),
        ("another day", "2026-03-18T10:00", "2026-03-17T14:00"),
        ("the same day but at 4", "2026-03-17T16:00", "2026-03-18T16:00"),
    ],
)
def test_some_wishes_are_measured_against_what_was_offered(
    text: str, fits: str, misses: str
) -> None:
    offered = [at("2026-03-17T10:00")]
    assert matches(wish(text), at(fits), offered=offered)
    assert not matches(wish(text), at(misses), offered=offered)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("next Tuesday", "2026-03-17", "2026-03-17"),
        ("this week", "2026-03-11", "2026-03-15"),
        ("Monday or Wednesday", "2026-03-16", "2026-03-18"),
        ("before Friday", "2026-03-11", "2026-03-12"),
        ("last Monday", "2026-03-11", "2026-03-11"),
    ],
)
def test_the_window_covers_the_wish_from_today_on(text: str, first: str, last: str) -> None:
    assert window(wish(text), NOW) == (date.fromisoformat(first), date.fromisoformat(last))


def test_an_open_wish_is_searched_for_four_weeks() -> None:
    assert window(wish("afternoons"), NOW)[1] - NOW.date() == timedelta(days=HORIZON_DAYS - 1)
    assert window(wish("from 1 April on"), NOW)[0] == date(2026, 4, 1)


def test_the_window_of_a_week_later_is_that_day() -> None:
    offered = [at("2026-03-17T10:00")]
    day = date(2026, 3, 24)
    assert window(wish("a week later"), NOW, offered=offered) == (day, day)


@given(
    st.sampled_from(TABLES),
    st.datetimes(min_value=datetime(2026, 3, 11), max_value=datetime(2026, 6, 1)),
)
@settings(max_examples=300, deadline=None)
def test_what_fits_lies_in_the_window(row: tuple[str, str, str], start: datetime) -> None:
    language, text, _ = row
    read = parse(text, language=language, now=NOW)
    if not isinstance(read, Parsed) or read.value.past:
        return
    first, last = window(read.value, NOW)
    reach = NOW.date() + timedelta(days=HORIZON_DAYS - 1)
    if matches(read.value, start) and start.date() <= min(reach, last):
        assert first <= start.date() <= last


# beside a meeting ----------------------------------------------------------------------------

BOOKED = at("2026-03-17T15:00")


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("could we move it to Thursday instead?", "2026-03-19", "15:00"),
        ("Monday at 10", "2026-03-16", "10:00"),
        ("next Thursday", "2026-03-19", "15:00"),
        ("a week later", "2026-03-24", "15:00"),
        ("an hour later", "2026-03-17", "16:00"),
        ("half an hour earlier", "2026-03-17", "14:30"),
        ("can we do 1 pm instead", "2026-03-17", "13:00"),
        ("tomorrow", "2026-03-12", "15:00"),
        ("the same day at 4", "2026-03-17", "16:00"),
    ],
)
def test_a_meeting_is_moved_from_where_it_is(text: str, day: str, clock: str) -> None:
    moved = beside(wish(text), BOOKED)
    assert moved.first is not None
    assert moved.first.isoformat() == moved.last.isoformat() == day if moved.last else False
    assert moved.clock.exact is not None
    assert moved.clock.exact.isoformat("minutes") == clock


def test_a_part_of_day_takes_the_place_of_the_booked_time() -> None:
    moved = beside(wish("Thursday morning"), BOOKED)
    assert moved.first == date(2026, 3, 19)
    assert moved.clock.part == "morning"


def test_any_time_stays_any_time() -> None:
    assert beside(wish("whenever"), BOOKED).clock == Clock()


# choosing among openings -----------------------------------------------------------------------


@dataclass(frozen=True)
class Opening:
    start: datetime


OPENINGS = [Opening(at(f"2026-03-17T{hour:02}:00")) for hour in range(9, 17)]


def test_the_fitting_openings_keep_their_order() -> None:
    fitting = matching(wish("Tuesday after 2"), OPENINGS, zone=ZONE)
    assert [one.start.hour for one in fitting] == [14, 15, 16]


def test_openings_are_compared_in_the_visitors_zone() -> None:
    assert not matching(wish("Tuesday after 2"), OPENINGS, zone=ZoneInfo("America/New_York"))


def test_the_nearest_openings_come_in_order_of_time() -> None:
    close = nearest(at("2026-03-17T12:10"), OPENINGS, most=3)
    assert [one.start.hour for one in close] == [11, 12, 13]
