"""Stopping, coming back, beginning again, being forgotten."""

import pytest

from playbook.directives import Erase
from playbook.stopping import wants_erasure
from tests.playbook.world import Talk


@pytest.mark.parametrize(
    ("language", "stop", "stay"),
    [
        ("pl", "dajmy spokój, anuluj", "nie, jednak dokończmy"),
        ("en", "cancel", "no, let's go on"),
        ("fi", "perutaan", "ei, jatketaan"),
    ],
)
def test_stopping_is_asked_about_and_can_be_taken_back(language: str, stop: str, stay: str) -> None:
    talk = Talk(language).at("timeline")
    turn = talk.say(stop)
    assert "confirm_cancel" in turn.tags
    turn = talk.say(stay)
    assert "resume" in turn.tags
    assert talk.question == "timeline"


def test_a_yes_stops_and_keeps_every_answer() -> None:
    talk = Talk().at("timeline")
    before = dict(talk.answers)
    talk.say("cancel")
    turn = talk.say("yes")
    assert "conversation_closed" in turn.news
    assert "resume" in turn.payloads
    assert talk.answers == before
    assert talk.question is None


def test_a_visitor_who_stopped_goes_on_where_they_were() -> None:
    talk = Talk().at("timeline")
    talk.say("cancel")
    talk.say("yes")
    turn = talk.press("resume")
    assert {"resume", "nothing_lost"} <= turn.tags
    assert "conversation_resumed" in turn.news
    assert talk.question == "timeline"


def test_an_answer_after_stopping_goes_on_by_itself() -> None:
    talk = Talk().at("timeline")
    talk.say("cancel")
    talk.say("yes")
    talk.press("resume")
    talk.say("within 3 months")
    assert talk.question == "name"


def test_opening_the_chat_again_says_where_it_stands() -> None:
    talk = Talk().at("timeline")
    turn = talk.system("start")
    assert {"resume", "nothing_lost"} <= turn.tags
    assert talk.question == "timeline"


def test_opening_the_chat_after_stopping_offers_both_ways() -> None:
    talk = Talk().at("timeline")
    talk.press("finish_without")
    turn = talk.system("start")
    assert {"resume", "restart"} <= set(turn.payloads)


def test_beginning_again_is_asked_about() -> None:
    talk = Talk().at("timeline")
    turn = talk.say("can we start over?")
    assert "confirm_restart" in turn.tags
    talk.say("yes")
    assert talk.answers == {}
    assert talk.question == "need"


def test_a_wish_to_be_forgotten_is_on_record_at_once_and_done_after_a_yes() -> None:
    talk = Talk("sl").at("phone")
    turn = talk.say("prosim, izbrišite moje podatke")
    assert "data_deletion_requested" in turn.news
    assert "data_request_ack" in turn.tags
    assert turn.asked == []
    turn = talk.say("da")
    assert [type(one) for one in turn.asked] == [Erase]
    assert "goodbye" in turn.tags


def test_a_no_erases_nothing() -> None:
    talk = Talk().at("phone")
    talk.say("please delete my data")
    turn = talk.say("no")
    assert turn.asked == []
    assert talk.question == "phone"


def test_an_erasure_that_fails_is_told_truthfully() -> None:
    talk = Talk(failing=(Erase,)).at("phone")
    talk.say("please delete my data")
    turn = talk.say("yes")
    assert "apology" in turn.tags
    assert "handoff" in turn.payloads


@pytest.mark.parametrize(
    ("text", "erasure"),
    [
        ("please delete my data", True),
        ("I want to be forgotten", True),
        ("izbrišite moje podatke", True),
        ("poistakaa tietoni", True),
        ("slett alt dere har om meg", True),
        ("proszę usunąć moje dane", True),
        ("מחקו את המידע שלי", True),
        ("what data do you have about me?", False),
        ("katere podatke imate o meni?", False),
        ("mitä tietoja teillä on minusta?", False),
    ],
)
def test_being_forgotten_is_told_from_wanting_to_know(text: str, erasure: bool) -> None:
    assert wants_erasure(text) is erasure


def test_nobody_is_shown_what_is_stored() -> None:
    talk = Talk().at("email")
    turn = talk.say("what data do you have about me?")
    assert {"no_record_shown", "data_request_ack"} <= turn.tags
    assert "data_deletion_requested" not in turn.news
    assert "handoff" in turn.payloads
    assert talk.question == "email"
