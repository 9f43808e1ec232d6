"""What each outcome says, offers and leaves behind."""

import pytest

from playbook.directives import Handover, Qualify, SearchOpenings
from tests.playbook.world import Calendar, Talk


def finish(outcome: str, **more: object) -> Talk:
    talk = Talk(outcome=outcome, **more).at("phone")  # type: ignore[arg-type]
    talk.press("skip:phone")
    return talk


def test_qualified_sees_what_was_noted_and_times() -> None:
    talk = finish("qualified")
    turn = talk.log[-1]
    assert [type(one) for one in turn.asked] == [Qualify, SearchOpenings]
    assert {"confirm_summary", "offers"} <= turn.tags
    assert any("Testa Labs" in said for said in turn.said)
    assert talk.question == "meeting"


def test_at_most_two_openings_of_a_day_are_offered_first() -> None:
    turn = finish("qualified").log[-1]
    days = [start.date() for start in turn.starts]
    assert len(days) == 6
    assert max(days.count(day) for day in days) == 2
    assert turn.starts == sorted(turn.starts)


def test_nearly_is_given_the_guide_and_asked_for_an_opt_in() -> None:
    talk = finish("nearly")
    turn = talk.log[-1]
    assert {"ending", "resource", "opt_in"} <= turn.tags
    assert any("https://" in said for said in turn.said)
    assert talk.question == "opt_in"


def test_an_opt_in_is_stored_with_its_words_and_version() -> None:
    talk = finish("nearly")
    turn = talk.press("yes")
    assert talk.value("opt_in") is True
    assert "opt_in_given" in turn.news
    assert talk.question is None


def test_no_opt_in_is_stored_as_no() -> None:
    talk = finish("nearly")
    turn = talk.press("no")
    assert talk.value("opt_in") is False
    assert "opt_in_given" not in turn.news


def test_not_a_fit_hears_it_honestly_with_a_resource() -> None:
    talk = finish("not_fit")
    turn = talk.log[-1]
    assert {"not_fit", "resource"} <= turn.tags
    assert talk.question is None
    assert turn.starts == []


def test_an_answer_that_disqualifies_ends_the_questions_at_once() -> None:
    talk = Talk(outcome="not_fit").at("company_size", need="other")
    turn = talk.press("set:company_size:just_me")
    assert [type(one) for one in turn.asked] == [Qualify]
    assert talk.question is None


def test_nobody_free_takes_the_contact_and_promises_a_call() -> None:
    talk = finish("qualified", calendar=Calendar(days=0))
    turn = talk.log[-1]
    assert [type(one) for one in turn.asked] == [Qualify, SearchOpenings, Handover]
    assert "call_back" in turn.tags
    assert any("robin@testa.io" in said for said in turn.said)
    assert "call_back_promised" in turn.news


def test_a_house_that_cannot_decide_loses_nothing_and_is_asked_again() -> None:
    talk = Talk(failing=(Qualify,)).at("phone")
    turn = talk.press("skip:phone")
    assert {"apology", "nothing_lost"} <= turn.tags
    assert "booking_retry_queued" in turn.news
    assert talk.value("phone") == "declined"
    talk.failing = ()
    turn = talk.press("retry")
    assert talk.question == "meeting"
    assert turn.starts


def test_the_house_itself_comes_back_to_an_outcome_that_failed() -> None:
    talk = Talk(failing=(Qualify,)).at("phone")
    talk.press("skip:phone")
    talk.failing = ()
    talk.system("retry_booking")
    assert talk.question == "meeting"


def test_a_time_named_after_a_no_is_no_goodbye() -> None:
    talk = finish("not_fit")
    turn = talk.say("next tuesday after 3", intent="thanks_bye")
    assert "goodbye" not in turn.tags
    assert "alternatives" in turn.tags


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("en", "call me on +44 20 7946 0321", "+442079460321"),
        ("pl", "zadzwoń na 601 234 567", "+48601234567"),
        ("nb", "ring meg på 912 34 567", "+4791234567"),
    ],
)
def test_who_asks_to_be_called_says_where(language: str, text: str, number: str) -> None:
    talk = Talk(language).at("meeting")
    turn = talk.say(text)
    assert [type(one) for one in turn.asked][:1] == [Handover]
    assert talk.value("phone") == number
    assert number in turn.said[0]
