"""Recurrence rules: what calendars mean by them, and that no rule runs away."""

from datetime import datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_bridge.calendars.recurrence import BadRule, occurrences
from crm_bridge.calendars.rule_text import read_rule


def _at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M" if " " in text else "%Y-%m-%d")


def _first(rule: str, start: str, many: int) -> list[str]:
    found = islice(occurrences(read_rule(rule), _at(start)), many)
    return [f"{each:%Y-%m-%d}" for each in found]


def test_a_weekday_with_and_one_without_an_ordinal_are_a_union() -> None:
    assert _first("FREQ=MONTHLY;BYDAY=3MO,FR", "2015-01-02", 5) == [
        "2015-01-02", "2015-01-09", "2015-01-16", "2015-01-19", "2015-01-23",
    ]  # fmt: skip


def test_a_yearly_month_day_keeps_the_month_of_a_start_that_fits_the_rule() -> None:
    assert _first("FREQ=YEARLY;BYMONTHDAY=29", "2024-02-29", 2) == ["2024-02-29", "2028-02-29"]
    assert _first("FREQ=YEARLY;BYMONTHDAY=1", "1997-09-02", 2) == ["1997-10-01", "1997-11-01"]


def test_a_week_number_alone_keeps_the_weekday_of_the_start() -> None:
    assert _first("FREQ=YEARLY;BYWEEKNO=1,2", "2013-01-01", 3) == [
        "2013-01-01", "2013-01-08", "2013-12-31",
    ]  # fmt: skip


def test_a_position_means_the_same_in_the_first_week_as_in_the_others() -> None:
    """Wednesday is the second of Monday, Wednesday, Friday, though DTSTART is a Wednesday."""
    rule = "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2"
    assert _first(rule, "2026-03-11", 2) == ["2026-03-11", "2026-03-18"]


def test_a_start_that_does_not_fit_is_no_instance() -> None:
    assert _first("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "1997-09-02", 1) == ["1998-02-13"]


def test_a_date_as_until_keeps_the_meeting_of_that_day() -> None:
    rule = read_rule("FREQ=DAILY;UNTIL=20211216")
    found = list(occurrences(rule, _at("2021-12-14 09:00")))
    assert found[-1] == _at("2021-12-16 09:00")


def test_an_until_in_utc_is_compared_in_the_zone_of_the_start() -> None:
    def to_wall(instant: datetime) -> datetime:
        return (instant + timedelta(hours=1)).replace(tzinfo=None)

    rule = read_rule("FREQ=DAILY;UNTIL=20211216T080000Z", to_wall=to_wall)
    assert rule.until == _at("2021-12-16 09:00")


RULES = st.builds(
    lambda frequency, interval, more: f"FREQ={frequency};INTERVAL={interval}{more}",
    st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]),
    st.integers(1, 5),
    st.sampled_from(
        [
            "", ";BYDAY=MO,TH", ";BYMONTHDAY=1,15,-1", ";BYMONTH=2,7", ";BYDAY=TU;BYSETPOS=-1",
            ";BYMONTHDAY=31", ";BYDAY=SU;WKST=SU", ";BYHOUR=8,20", ";BYYEARDAY=60,-1",
        ]
    ),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    rule=RULES,
    start=st.datetimes(datetime(1990, 1, 1), datetime(2010, 12, 31)),
    days=st.integers(0, 3000),
)
def test_jumping_ahead_finds_what_walking_finds(rule: str, start: datetime, days: int) -> None:
    start = start.replace(microsecond=0)
    after = start + timedelta(days=days)
    before = after + timedelta(days=400)
    read = read_rule(rule)
    jumped = list(occurrences(read, start, after=after, before=before))
    walked = [each for each in occurrences(read, start, before=before) if each >= after]
    assert jumped == walked


def test_an_old_daily_rule_is_not_walked_from_its_start() -> None:
    """Two thousand years of seconds: only a jump gets to the window at all."""
    rule = read_rule("FREQ=SECONDLY;INTERVAL=30")
    after = datetime(2026, 3, 11)
    found = occurrences(rule, datetime(1, 1, 1), after=after, before=after + timedelta(minutes=1))
    assert list(found) == [after, after + timedelta(seconds=30)]


def test_a_rule_that_never_comes_true_ends_with_its_window() -> None:
    rule = read_rule("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30")
    assert list(occurrences(rule, _at("2020-01-01"), before=_at("2060-01-01"))) == []


def test_the_calendar_ends_where_years_end() -> None:
    assert _first("FREQ=YEARLY;COUNT=5", "9998-01-01", 5) == ["9998-01-01", "9999-01-01"]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "COUNT=3",
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=many",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;UNTIL=20123456T123456",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=DAILY;BYDAY=99MO",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;BYMONTHDAY=0",
        "FREQ=DAILY;BYHOUR=-1",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=YEARLY;RSCALE=HEBREW",
        "FREQ=DAILY;BYSETPOS=" + ",".join(["1"] * 500),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(rule: str) -> None:
    with pytest.raises(BadRule):
        read_rule(rule)


def test_careless_writing_is_understood() -> None:
    assert read_rule("freq=weekly; byday=mo ,we;X-ODD=1;") == read_rule("FREQ=WEEKLY;BYDAY=MO,WE")
    assert read_rule("FREQ=DAILY;BYSECOND=60").seconds == (59,)


@pytest.mark.parametrize(
    ("rule", "often"),
    [
        ("FREQ=SECONDLY", True),
        ("FREQ=MINUTELY;INTERVAL=90", True),
        ("FREQ=HOURLY;BYMINUTE=0,30", True),
        ("FREQ=HOURLY", False),
        ("FREQ=DAILY;BYHOUR=9,10", False),
    ],
)
def test_what_recurs_within_the_hour_is_known(rule: str, often: bool) -> None:
    assert read_rule(rule).sub_hourly is often
