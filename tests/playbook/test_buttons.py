"""Buttons: each does what it says, an old one what it meant, a second press nothing."""

import pytest

from tests.playbook.world import Talk


def test_an_option_answers_the_question_and_the_next_is_asked() -> None:
    talk = Talk().at("industry")
    talk.press("set:industry:healthcare")
    assert talk.value("industry") == "healthcare"
    assert talk.question == "company_size"


def test_a_choice_for_a_number_stores_what_it_stands_for() -> None:
    talk = Talk().at("company_size")
    talk.press("set:company_size:very_large")
    assert talk.value("company_size") == {"min": 250, "max": None}


def test_an_option_of_an_older_question_corrects_that_answer() -> None:
    talk = Talk().at("budget")
    turn = talk.press("set:industry:finance")
    assert talk.value("industry") == "finance"
    assert "ack_correction" in turn.tags
    assert talk.question == "budget"
    assert "Finance and insurance" in turn.said[0]
    assert "Retail" in turn.said[0]


def test_the_same_option_pressed_twice_changes_nothing_and_asks_on() -> None:
    talk = Talk().at("industry")
    talk.press("set:industry:retail")
    turn = talk.press("set:industry:retail")
    assert "ack_correction" not in turn.tags
    assert talk.question == "company_size"


def test_an_option_of_a_later_question_is_taken_and_the_question_stays() -> None:
    talk = Talk().at("industry")
    talk.press("set:company_size:small")
    assert talk.value("company_size") == {"min": 2, "max": 9}
    assert talk.question == "industry"
    talk.press("set:industry:retail")
    assert talk.question == "budget"


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "set",
        "set:need",
        "set:need:nonsense",
        "set:nobody:x",
        "open:yesterday",
        "open:",
        "pick:x",
        "nonsense",
        "lang:xx",
        "skip:need",
        "skip:nobody",
        "more",
        "yes",
        "no",
        "open:2026-03-17",
    ],
)
def test_a_payload_that_means_nothing_now_leads_back_to_the_question(payload: str) -> None:
    talk = Talk().at("budget")
    before = dict(talk.answers)
    turn = talk.press(payload)
    assert talk.question == "budget"
    assert talk.answers == before
    assert turn.said


def test_an_optional_question_can_be_skipped() -> None:
    talk = Talk().at("budget")
    turn = talk.press("skip:budget")
    assert talk.value("budget") == "declined"
    assert "ack" in turn.tags
    assert talk.question == "timeline"


def test_skipping_twice_skips_one_question() -> None:
    talk = Talk().at("budget")
    talk.press("skip:budget")
    talk.press("skip:budget")
    assert talk.question == "timeline"
    assert talk.value("timeline") is None


def test_the_language_button_keeps_every_answer() -> None:
    talk = Talk().at("budget")
    before = dict(talk.answers)
    turn = talk.press("lang:fi")
    assert (talk.language, talk.chosen) == ("fi", True)
    assert talk.answers == before
    assert talk.question == "budget"
    assert "language_switched" in turn.news


def test_an_opening_pressed_before_the_questions_are_done_books_nothing() -> None:
    talk = Talk().at("budget")
    talk.press("open:2026-03-17T14:00:00Z")
    assert talk.booking is None
    assert talk.question == "budget"


def test_a_booked_opening_pressed_again_changes_nothing() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    first = talk.booking
    turn = talk.press("open:2026-03-17T14:00:00Z")
    assert talk.booking == first
    assert "booking_stands" in turn.tags


def test_another_opening_pressed_after_booking_asks_to_move() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    turn = talk.press("open:2026-03-18T14:00:00Z")
    assert "confirm_value" in turn.tags
    assert talk.booking is not None
    assert f"{talk.booking.start:%d %H}" == "17 14"


def test_an_opening_in_the_past_is_not_taken() -> None:
    talk = Talk().at("meeting")
    turn = talk.press("open:2026-03-10T14:00:00Z")
    assert talk.booking is None
    assert turn.starts
