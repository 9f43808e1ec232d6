"""Who comes back goes on where they stopped, or begins a new matter with what lasts of the old."""

import pytest

from playbook.scene import Answered
from tests.playbook.test_proved import EARLIER, KNOWN
from tests.playbook.world import Talk, texts

ELSE = {
    "en": ["something else", "Actually it's about a different matter", "new topic pls"],
    "sl": ["nekaj drugega", "gre za novo zadevo", "drug projekt"],
    "he": ["משהו אחר", "זה נושא חדש", "עניין אחר לגמרי"],
    "fi": ["jotain muuta", "kyse on ihan uudesta asiasta", "toinen asia"],
    "nb": ["noe annet", "det gjelder en ny sak", "et annet prosjekt"],
    "pl": ["coś innego", "to zupełnie nowa sprawa", "w innej sprawie"],
}


@pytest.mark.parametrize("language", ELSE)
def test_the_welcome_ends_in_the_open_question_and_offers_a_new_matter(language: str) -> None:
    talk = Talk(language).at("timeline")
    turn = talk.system("start")
    assert {"resume", "nothing_lost", "restate_question"} <= turn.tags
    assert (talk.question, turn.payloads[-1]) == ("timeline", "anew")
    assert texts(language)["button_anew"]


@pytest.mark.parametrize(
    ("language", "said"), [(one, said) for one, every in ELSE.items() for said in every]
)
def test_a_new_matter_keeps_what_lasts_and_asks_the_rest_anew(language: str, said: str) -> None:
    talk = Talk(language).at("email")
    talk.system("start")
    turn = talk.say(said)
    assert talk.answers.keys() == {"industry", "company_size", "name", "company"}
    assert talk.question == "need"
    assert "Robin Berg" in " ".join(turn.said)
    talk.say("chatbot")
    assert talk.question == "budget", "what was kept is not asked again"


def test_the_button_does_what_the_words_do() -> None:
    talk = Talk().at("email")
    talk.system("start")
    talk.press("anew")
    assert talk.question == "need"
    assert "name" in talk.answers
    assert "budget" not in talk.answers


def test_with_nothing_that_lasts_it_simply_begins() -> None:
    talk = Talk().at("industry")
    talk.system("start")
    turn = talk.say("something else")
    assert talk.answers == {}
    assert "{" not in " ".join(turn.said)
    assert talk.question == "need"


def test_an_answer_to_the_welcome_is_an_answer() -> None:
    talk = Talk().at("timeline")
    talk.system("start")
    talk.say("within 3 months")
    assert talk.question == "name"
    assert talk.value("need") == "chatbot"


def test_later_the_same_words_are_no_new_matter() -> None:
    talk = Talk().at("timeline")
    talk.system("start")
    talk.say("within 3 months")
    talk.say("something else")
    assert talk.value("need") == "chatbot"
    assert "timeline" in talk.answers


def test_what_the_records_know_beside_is_confirmed_first_then_the_open_question() -> None:
    phone = {"phone": Answered("+38640111222", text="+38640111222")}
    talk = Talk(identity="verified", known={**KNOWN, **phone}).at("budget")
    talk.system("start")
    assert talk.state["pending"]["questions"] == ["name", "company", "phone"]
    talk.say("yes", intent="affirm")
    assert talk.question == "budget", "where they stopped"
    assert talk.value("phone") == "+38640111222"


def test_a_new_matter_of_somebody_known_confirms_what_is_not_told_yet() -> None:
    talk = Talk(identity="verified", known={**KNOWN, **EARLIER}).at("industry")
    talk.system("start")
    talk.say("something else")
    assert talk.state["pending"]["kind"] == "known"
    talk.say("yes", intent="affirm")
    assert talk.question == "need"


def test_who_had_stopped_may_go_on_or_begin_anew() -> None:
    talk = Talk().at("email")
    talk.press("finish_without")
    turn = talk.system("start")
    assert {"resume", "anew", "restart"} <= set(turn.payloads)
    talk.say("something else please")
    assert talk.question == "need"
    assert talk.value("name") == "Robin Berg"


@pytest.mark.parametrize("language", ELSE)
def test_who_follows_a_link_is_asked_whether_they_said_it(language: str) -> None:
    talk = Talk(language).at("email")
    turn = talk.system("led_back")
    assert turn.payloads == ["yes", "no", "anew"]
    assert "Robin Berg" in " ".join(turn.said)
    turn = talk.press("yes")
    assert "restate_question" in turn.tags
    assert talk.question == "email"
    assert talk.value("name") == "Robin Berg"


def test_what_a_stranger_said_is_taken_back_at_a_no() -> None:
    talk = Talk().at("email")
    talk.system("led_back")
    talk.say("no, that wasn't me")
    assert talk.answers == {}
    assert talk.question == "need"


def test_a_link_into_a_talk_without_answers_is_simply_a_welcome() -> None:
    talk = Talk()
    talk.start()
    turn = talk.system("led_back")
    assert "resume" in turn.tags
    assert talk.question == "need"


def test_something_else_to_a_link_begins_a_new_matter() -> None:
    talk = Talk().at("email")
    talk.system("led_back")
    talk.say("something else")
    assert talk.question == "need"
    assert "budget" not in talk.answers
