"""A need in one's own words is met with one good question, and nothing is stored on a hint."""

import pytest

from tests.playbook.world import Talk

ONE = {
    "en": ("the phone rings and rings and nobody answers", "chatbot"),
    "sl": ("na listkih imamo zapisano kaj se je kdo dogovoril", "crm"),
    "he": ("חצי מהכתובות שגויות או חסרות", "data_quality"),
    "fi": ("kukaan ei muista soittaa takaisin myyjistä", "crm"),
    "nb": ("det er masse skrivefeil og gamle adresser", "data_quality"),
    "pl": ("chcemy w końcu zobaczyć statystyki i wykresy", "analytics"),
}
TWO = {
    "en": ("our reps mistyped half of it", {"crm", "data_quality"}),
    "nb": ("selgerne sender ut på måfå", {"crm", "marketing_automation"}),
    "pl": ("handlowcy robią literówki", {"crm", "data_quality"}),
}


@pytest.mark.parametrize("language", ONE)
def test_one_likely_field_is_asked_about_and_stored_only_after_a_yes(language: str) -> None:
    text, need = ONE[language]
    talk = Talk(language).at("need")
    turn = talk.say(text, "inform")
    assert talk.state["pending"]["value"] == need, turn.said
    assert talk.value("need") is None
    assert turn.payloads == ["yes", "no"]
    talk.press("yes")
    assert talk.value("need") == need
    assert text in talk.answers["need"].text, "what was written stays with the answer"
    assert talk.question == "industry"


@pytest.mark.parametrize("language", TWO)
def test_several_are_offered_as_buttons_with_a_way_out(language: str) -> None:
    text, needs = TWO[language]
    talk = Talk(language).at("need")
    turn = talk.say(text, "inform")
    assert {choice["value"] for choice in talk.state["pending"]["choices"]} == needs
    assert turn.payloads == ["pick:0", "pick:1", "no"]
    turn = talk.press("no")
    assert talk.value("need") is None
    assert "set:need:other" in turn.payloads, "now the whole list"


def test_who_says_what_they_make_is_asked_whether_it_is_manufacturing() -> None:
    talk = Talk().at("industry")
    talk.say("we make furniture", "inform")
    assert talk.state["pending"]["value"] == "manufacturing"
    other = Talk().at("industry")
    other.say("we make software", "inform")
    assert other.value("industry") == "software", "what is named goes before what is likely"


def test_a_no_is_not_asked_again_whatever_is_written_next() -> None:
    talk = Talk().at("need")
    first = talk.say("we lose track of who called whom", "inform")
    after_no = talk.say("no", "deny")
    again = talk.say("our customers do not come back", "inform")
    assert not talk.state.get("pending")
    said = [line for turn in (first, after_no, again) for line in turn.said]
    assert len(set(said)) == len(said), "never the same words twice"


def test_who_does_not_know_what_works_has_said_something() -> None:
    talk = Talk().at("need")
    talk.say("no idea which ads work", "dont_know")
    assert talk.state["pending"]["value"] == "analytics"
    plain = Talk().at("need")
    plain.say("no idea")
    assert not plain.state.get("pending")


@pytest.mark.parametrize(
    "text", ["customers", "what do your customers say?", "we want a chatbot for our customers"]
)
def test_a_word_a_question_or_a_named_option_is_no_description(text: str) -> None:
    talk = Talk().at("need")
    talk.say(text)
    assert not talk.state.get("pending")


def test_a_wish_for_a_person_in_words_goes_before_a_hint() -> None:
    talk = Talk().at("need")
    turn = talk.say("one of my customers wants to talk to a human now")
    assert "handoff_requested" in turn.news or "confirm_handoff" in turn.tags


def test_after_is_not_another_in_hebrew() -> None:
    talk = Talk("he").at("need")
    talk.say("אחרי תערוכה אף אחד לא כותב לאנשים שפגשנו", "inform")
    assert talk.value("need") is None
    talk = Talk("he").at("need")
    talk.say("משהו אחר")
    assert talk.value("need") == "other"


def test_a_guess_that_nobody_takes_up_is_let_go() -> None:
    talk = Talk().at("need")
    said = [talk.say("my boss told me to ask about something with customers", "inform").said]
    said.append(talk.say("it is raining cats over there").said)
    said.append(talk.say("purple elephants dance slowly").said)
    assert not talk.state.get("pending")
    assert talk.question == "need", "the question itself, with what there is to choose"
    assert len({line for lines in said for line in lines}) == sum(map(len, said))
