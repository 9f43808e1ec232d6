"""The rest of the ways off the path, in two languages and more: what was asked stays asked.

Together with test_repair_patterns these hold every pattern of docs/bot.md, "Repair".
"""

import pytest

from playbook.directives import Handover, Qualify
from tests.bot.test_repair_patterns import said_anew
from tests.playbook.world import Talk

PAIRS = ("en", "pl")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "sorry, we are 80 people"),
        ("sl", "pravzaprav nas je 80"),
        ("fi", "itse asiassa 80 henkeä"),
    ],
)
@pytest.mark.parametrize("where", ["meeting", "booked"])
def test_a_correction_at_the_summary_and_after_the_booking(
    language: str, text: str, where: str
) -> None:
    talk = Talk(language)
    talk = talk.at("meeting") if where == "meeting" else talk.booked("2026-03-12 11:00")
    stood = talk.booking
    turn = talk.say(text)
    assert talk.value("company_size") == {"min": 80, "max": 80}
    assert "ack_correction" in turn.tags
    assert talk.booking == stood, "the meeting stays"
    assert said_anew(talk)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "why do you need that?"),
        ("nb", "hvorfor trenger dere det?"),
        ("he", "למה אתם צריכים את זה?"),
    ],
)
def test_why_is_told_in_one_line_and_asked_again(language: str, text: str) -> None:
    talk = Talk(language).at("budget")
    turn = talk.say(text, "why_ask")
    assert "explain_why" in turn.tags
    assert talk.question == "budget"
    talk.say(text, "why_ask")
    assert said_anew(talk)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "what do you mean?"), ("fi", "mitä tarkoitat?"), ("sl", "kako to mislite?")],
)
def test_the_question_is_put_otherwise(language: str, text: str) -> None:
    talk = Talk(language).at("timeline")
    for _ in range(2):
        talk.say(text, "rephrase")
        assert talk.question == "timeline"
    assert said_anew(talk)


@pytest.mark.parametrize(
    ("language", "text"), [("en", "one moment please"), ("pl", "chwileczkę"), ("he", "רגע בבקשה")]
)
def test_a_pause_keeps_the_question(language: str, text: str) -> None:
    talk = Talk(language).at("company_size")
    assert "wait_ok" in talk.say(text, "wait").tags
    assert talk.question == "company_size"
    talk.say("25")
    assert talk.value("company_size") == {"min": 25, "max": 25}


@pytest.mark.parametrize(
    ("language", "text"), [("en", "no idea"), ("nb", "aner ikke"), ("fi", "en tiedä")]
)
def test_not_knowing_is_stored_and_the_next_is_asked(language: str, text: str) -> None:
    talk = Talk(language).at("budget")
    talk.say(text, "dont_know")
    assert talk.value("budget") == "unknown"
    assert talk.question == "timeline"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "skip this one"), ("sl", "preskoči"), ("pl", "pomiń")]
)
def test_a_question_is_left_out_on_request(language: str, text: str) -> None:
    talk = Talk(language).at("budget")
    talk.say(text)
    assert talk.value("budget") == "declined"
    assert talk.question == "timeline"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "our quotes take for ever and people give up"),
        ("nb", "vi bruker altfor lang tid på å svare folk"),
        ("sl", "pri nas se vse skupaj preveč vleče"),
    ],
)
def test_a_free_description_stays_with_the_option_that_is_chosen(language: str, text: str) -> None:
    talk = Talk(language).at("need")
    assert "rephrased_question" in talk.say(text, "inform").tags
    talk.press("set:need:chatbot")
    assert talk.value("need") == "chatbot"
    assert talk.answers["need"].text == text
    assert talk.question == "industry"


@pytest.mark.parametrize("language", ["en", "he", "pl"])
@pytest.mark.parametrize(("question", "wrong"), [("company_size", "-5"), ("email", "robin@testa")])
def test_what_cannot_be_is_said_with_what_can(language: str, question: str, wrong: str) -> None:
    talk = Talk(language).at(question)
    turn = talk.say(wrong)
    assert talk.value(question) is None
    assert talk.question == question
    assert turn.said
    talk.say(wrong)
    assert said_anew(talk)


@pytest.mark.parametrize("language", ["en", "sl", "he", "fi", "nb", "pl"])
def test_of_two_meanings_the_visitor_is_asked_with_three_choices_at_most(language: str) -> None:
    talk = Talk(language).at("timeline")
    turn = talk.say("05/04")
    choices = [one for one in turn.payloads if one != "handoff"]
    assert talk.value("timeline") is None or not choices
    assert len(choices) <= 3
    assert said_anew(talk)


@pytest.mark.parametrize(
    ("language", "text"), [("en", "can I talk to a person?"), ("fi", "haluan puhua ihmiselle")]
)
def test_a_person_gets_the_summary_and_off_hours_the_contact_is_taken(
    language: str, text: str
) -> None:
    talk = Talk(language).at("name")
    turn = talk.say(text, "handoff")
    assert any(isinstance(one, Handover) for one in turn.asked)
    assert {"handoff", "summary_passed"} <= turn.tags
    assert talk.question in ("email", "phone", "name")


@pytest.mark.parametrize(("language", "text"), [("en", "you are funny"), ("nb", "du er morsom")])
def test_small_talk_is_one_line_and_back(language: str, text: str) -> None:
    talk = Talk(language).at("industry")
    assert "chitchat" in talk.say(text, "chitchat").tags
    assert talk.question == "industry"


@pytest.mark.parametrize(("language", "on"), [("en", "let's continue"), ("sl", "nadaljujmo")])
def test_who_comes_back_goes_on_where_they_were(language: str, on: str) -> None:
    talk = Talk(language).at("timeline")
    talk.state["phase"] = "stopped"
    assert "resume" in talk.say(on, "resume").tags or talk.question == "timeline"
    assert talk.question == "timeline"
    assert talk.value("company_size") == {"min": 25, "max": 25}


@pytest.mark.parametrize(
    ("language", "text"), [("en", "thanks, bye"), ("pl", "dziękuję, do widzenia")]
)
def test_after_the_end_a_goodbye_is_a_goodbye(language: str, text: str) -> None:
    talk = Talk(language).booked("2026-03-12 11:00")
    assert "goodbye" in talk.say(text, "thanks_bye").tags
    assert talk.booking is not None
    assert talk.booking.status == "booked"


@pytest.mark.parametrize(("language", "again"), [("en", "and now?"), ("he", "ועכשיו?")])
def test_a_fault_of_ours_loses_nothing_and_is_tried_again(language: str, again: str) -> None:
    talk = Talk(language, failing=(Qualify,)).at("phone")
    turn = talk.press("skip:phone")
    assert "apology" in turn.tags
    assert talk.value("need") == "chatbot"
    talk.failing = ()
    talk.say(again)
    assert any(isinstance(one, Qualify) for one in talk.log[-1].asked)


@pytest.mark.parametrize("language", PAIRS)
def test_the_page_opened_again_asks_the_same_question(language: str) -> None:
    talk = Talk(language).at("timeline")
    talk.system("start")
    assert talk.question == "timeline"
    assert talk.value("need") == "chatbot"


@pytest.mark.parametrize(("language", "text"), [("en", "start over"), ("pl", "zacznijmy od nowa")])
def test_a_new_matter_begins_after_a_yes(language: str, text: str) -> None:
    talk = Talk(language).at("timeline")
    talk.say(text, "restart")
    assert talk.value("need") == "chatbot", "nothing is thrown away unasked"
    talk.press("yes")
    assert talk.value("need") is None
    assert talk.question == "need"
