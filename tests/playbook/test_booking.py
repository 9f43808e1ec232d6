"""Holding, reading back, booking, and what happens when a time is gone."""

from datetime import UTC, datetime, timedelta

import pytest

from playbook.directives import ConfirmHold, SearchOpenings, TakeHold
from tests.playbook.world import NOW, Talk

THREE = datetime(2026, 3, 17, 14, 0, tzinfo=UTC)  # 15:00 in Ljubljana


def held() -> Talk:
    """A time was named and read back; the bot waits for a yes."""
    talk = Talk().at("meeting")
    talk.say("17 March at 15:00")
    assert talk.hold is not None
    return talk


def test_a_time_that_was_named_is_held_and_read_back_in_full() -> None:
    talk = held()
    turn = talk.log[-1]
    assert [type(one) for one in turn.asked] == [SearchOpenings, TakeHold]
    assert "confirm_value" in turn.tags
    assert turn.starts == [THREE]
    said = turn.said[-1]
    assert "Tuesday, 17 March 2026, 15:00–15:30 (Ljubljana, UTC+1)" in said
    assert "10:05" in said  # the end of the hold, in the visitor's zone
    assert talk.booking is None


def test_a_yes_books_what_was_read_back() -> None:
    talk = held()
    turn = talk.press("yes")
    assert talk.booking is not None
    assert talk.booking.start == THREE
    assert "confirm_summary" in turn.tags
    assert talk.question is None


def test_the_opening_itself_pressed_is_a_yes() -> None:
    talk = held()
    turn = talk.press("open:2026-03-17T14:00:00Z")
    assert [type(one) for one in turn.asked] == [ConfirmHold]
    assert talk.booking is not None


def test_a_no_asks_for_another_time_and_offers_a_person() -> None:
    talk = held()
    turn = talk.press("no")
    assert talk.booking is None
    assert talk.question == "meeting"
    assert "handoff" in turn.payloads


def test_a_chosen_opening_is_booked_at_once() -> None:
    talk = Talk().at("meeting")
    turn = talk.press("open:2026-03-17T14:00:00Z")
    assert [type(one) for one in turn.asked] == [TakeHold, ConfirmHold]
    assert talk.booking is not None


def test_a_time_that_somebody_took_meanwhile_brings_the_nearest() -> None:
    talk = Talk().at("meeting")
    talk.calendar.busy.add(THREE)
    turn = talk.press("open:2026-03-17T14:00:00Z")
    assert {"apology", "alternatives"} <= turn.tags
    assert min(abs(start - THREE) for start in turn.starts) == timedelta(minutes=30)
    assert talk.booking is None


def test_a_hold_that_ran_out_is_taken_again_if_the_time_is_free() -> None:
    talk = held()
    talk.now = NOW + timedelta(minutes=9)
    turn = talk.press("yes")
    assert [type(one) for one in turn.asked] == [ConfirmHold, TakeHold, ConfirmHold]
    assert talk.booking is not None


def test_a_hold_that_ran_out_and_is_gone_brings_the_nearest() -> None:
    talk = held()
    talk.now = NOW + timedelta(minutes=9)
    talk.calendar.busy.add(THREE)
    turn = talk.press("yes")
    assert talk.booking is None
    assert {"apology", "alternatives"} <= turn.tags
    assert "10:05" in turn.said[-1]


def test_the_house_tells_that_the_hold_is_over() -> None:
    talk = held()
    turn = talk.system("hold_expired")
    assert "alternatives" in turn.tags
    assert THREE in turn.starts
    assert talk.state.get("pending") is None


def test_the_end_of_a_hold_that_nobody_waits_for_is_no_news() -> None:
    talk = held()
    talk.press("yes")
    turn = talk.system("hold_expired")
    assert "booking_stands" in turn.tags


@pytest.mark.parametrize("directive", [SearchOpenings, TakeHold, ConfirmHold])
def test_an_outage_is_told_queued_and_loses_nothing(directive: type) -> None:
    talk = Talk().at("meeting")
    before = dict(talk.answers)
    talk.failing = (directive,)
    turn = talk.say("17 March at 15:00")
    if directive is ConfirmHold:
        turn = talk.press("yes")
    assert {"apology", "alternatives", "nothing_lost"} <= turn.tags
    assert "booking_retry_queued" in turn.news
    assert talk.answers == before
    assert talk.question == "meeting"


def test_after_an_outage_the_house_goes_on_with_the_wish() -> None:
    talk = Talk().at("meeting")
    talk.failing = (SearchOpenings,)
    talk.say("17 March at 15:00")
    talk.failing = ()
    turn = talk.system("retry_booking")
    assert turn.starts == [THREE]
    assert "confirm_value" in turn.tags


def test_more_times_come_after_those_shown() -> None:
    talk = Talk().at("meeting")
    shown = talk.log[-1].starts
    turn = talk.press("more")
    assert min(turn.starts) > max(shown)


def test_a_turn_that_booked_but_was_not_stored_says_the_booking_again() -> None:
    talk = Talk().at("meeting")
    state = dict(talk.state)
    talk.press("open:2026-03-17T14:00:00Z")
    talk.state = state
    turn = talk.press("open:2026-03-17T14:00:00Z")
    assert turn.asked == []
    assert "confirm_summary" in turn.tags


@pytest.mark.parametrize(
    ("language", "text", "behind"),
    [("en", "from 27 to 31 March", "09:00 (UTC+2)"), ("he", "מ-27 עד 31 במרץ", "UTC+2")],
)
def test_times_behind_a_change_of_the_clocks_name_their_distance(
    language: str, text: str, behind: str
) -> None:
    turn = Talk(language).at("meeting").say(text)
    assert "UTC+1" in turn.said[0]
    before = [start < datetime(2026, 3, 29, 1, tzinfo=UTC) for start in turn.starts]
    assert set(before) == {True, False}
    titles = [one.title for bubble in turn.bubbles for one in bubble.openings]
    assert ["UTC" in title for title in titles] == [not early for early in before]
    assert behind in titles[-2]
