"""When no answer comes: why, in other words, a pause, no answer at all, nonsense."""

import pytest

from tests.playbook.world import Talk

LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I'd rather not say"),
        ("pl", "nie powiem"),
        ("fi", "en halua kertoa"),
        ("nb", "det vil jeg ikke si"),
    ],
)
def test_an_optional_question_may_be_refused(language: str, text: str) -> None:
    talk = Talk(language).at("budget")
    turn = talk.say(text)
    assert talk.value("budget") == "declined"
    assert "ack" in turn.tags
    assert talk.question == "timeline"


@pytest.mark.parametrize(
    ("language", "text"),
    [("fi", "en tiedä vielä"), ("en", "I don't know yet"), ("sl", "ne vem še"), ("he", "לא יודע")],
)
def test_not_knowing_leaves_an_optional_question_open(language: str, text: str) -> None:
    talk = Talk(language).at("budget")
    talk.say(text)
    assert talk.value("budget") == "unknown"
    assert talk.question == "timeline"


def test_a_required_question_is_explained_once_and_then_left_open() -> None:
    talk = Talk().at("timeline")
    turn = talk.say("I'd rather not say")
    assert "explain_why" in turn.tags
    assert talk.question == "timeline"
    talk.say("I'd rather not say")
    assert talk.value("timeline") == "declined"
    assert talk.question == "name"


def test_what_an_invitation_needs_is_explained_and_then_a_person_offered() -> None:
    talk = Talk().at("email")
    talk.say("I'd rather not say")
    turn = talk.say("no, I won't tell you")
    assert {"handoff", "finish_without"} <= set(turn.payloads)
    assert talk.value("email") is None
    assert talk.question == "email"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "why do you ask?"),
        ("sl", "zakaj to sprašujete?"),
        ("fi", "miksi kysyt?"),
        ("nb", "hvorfor spør du?"),
        ("pl", "po co to pytanie?"),
        ("he", "למה את שואלת?"),
    ],
)
def test_why_is_answered_in_one_line_and_the_question_asked_again(language: str, text: str) -> None:
    talk = Talk(language).at("company_size")
    turn = talk.say(text)
    assert {"explain_why", "restate_question"} <= turn.tags
    assert len(turn.said) == 1
    assert talk.question == "company_size"


@pytest.mark.parametrize(
    ("language", "text"),
    [("nb", "hva mener du?"), ("en", "what do you mean?"), ("fi", "mitä tarkoitat?")],
)
def test_the_question_is_put_in_other_words(language: str, text: str) -> None:
    talk = Talk(language).at("timeline")
    turn = talk.say(text)
    assert "rephrased_question" in turn.tags
    assert talk.question == "timeline"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "one moment please"),
        ("sl", "samo trenutek"),
        ("nb", "vent litt"),
        ("pl", "chwileczkę"),
    ],
)
def test_a_pause_is_granted_and_the_question_waits(language: str, text: str) -> None:
    talk = Talk(language).at("company_size")
    turn = talk.say(text)
    assert "wait_ok" in turn.tags
    assert talk.question == "company_size"
    talk.say("25")
    assert talk.value("company_size") == {"min": 25, "max": 25}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nonsense_meets_other_words_then_buttons_then_a_way_out(language: str) -> None:
    talk = Talk(language).at("industry")
    first = talk.say("xqzt vrrp")
    second = talk.say("xqzt vrrp")
    third = talk.say("xqzt vrrp")
    assert {"reprompt", "rephrased_question"} <= first.tags
    assert "buttons" in second.tags
    assert sum(payload.startswith("set:industry") for payload in second.payloads) == 10
    assert {"skip:industry", "handoff"} == set(third.payloads)
    talk.say("xqzt vrrp")
    assert talk.value("industry") == "unknown"
    assert talk.question == "company_size"


def test_what_an_invitation_needs_ends_in_a_person_not_in_a_circle() -> None:
    talk = Talk().at("email")
    turns = [talk.say("xqzt vrrp") for _ in range(4)]
    assert {"handoff", "finish_without"} <= set(turns[2].payloads)
    assert "handoff_requested" in turns[3].news


def test_an_answer_in_between_starts_the_patience_anew() -> None:
    talk = Talk().at("industry")
    talk.say("xqzt vrrp")
    talk.say("retail")
    turn = talk.say("xqzt vrrp")
    assert "rephrased_question" in turn.tags


@pytest.mark.parametrize("text", ["🙂🙂", "???", "…", "x" * 2000, "\u200f\u202e", "👍"])
def test_signs_without_words_are_answered_calmly(text: str) -> None:
    talk = Talk().at("company_size")
    turn = talk.say(text)
    assert turn.said
    assert talk.question == "company_size"


@pytest.mark.parametrize(
    ("language", "industry", "size"),
    [("en", "Healthcare", "about 33 people"), ("sl", "zdravstvo", "približno 33 ljudi")],
)
def test_a_question_asked_in_vain_is_put_off_and_comes_back_once(
    language: str, industry: str, size: str
) -> None:
    talk = Talk(language)
    talk.start()
    talk.say("qwerty zxcv uiop")
    talk.say(industry)
    assert talk.question == "need"
    talk.say(size)
    assert talk.question == "budget", "asked again although other answers came instead"
    talk.say("15.000 EUR")
    talk.press("set:timeline:within_6")
    for text in ("Jane Doe", "Acme Ltd", "jane@acme.io", "+44 20 7946 0003"):
        talk.say(text)
    assert talk.question == "need"
    turn = talk.say("qwerty zxcv uiop")
    assert "skip:need" in turn.payloads, "the circle begins anew"
    talk.say("qwerty zxcv uiop")
    assert talk.value("need") == "unknown"


@pytest.mark.parametrize("language", ["en", "sl"])
def test_a_question_that_nobody_answers_is_not_asked_for_ever(language: str) -> None:
    """Every message is of use, and none of them says what is needed."""
    said = {
        "en": ["retail", "about 33 people", "15k EUR", "tomorrow morning", "rather at 10"],
        "sl": ["trgovina", "približno 33 ljudi", "15.000 EUR", "jutri zjutraj", "raje ob 10h"],
    }[language]
    talk = Talk(language)
    talk.start()
    for text in said:
        talk.say(text)
    assert talk.question != "need"
    assert talk.state.get("put_off") == ["need"]


def test_what_is_asked_in_vain_at_the_end_too_is_left_open() -> None:
    talk = Talk().at("phone")
    talk.answers.pop("need")
    talk.state["put_off"], talk.state["asked"] = ["need"], {"need": 6}
    talk.say("+44 20 7946 0003")
    assert talk.question == "need"
    turn = talk.say("tomorrow morning, if that works")
    assert talk.value("need") == "unknown"
    assert turn.starts


def test_this_or_that_is_not_asked_for_ever_either() -> None:
    talk = Talk("pl").at("industry")
    talk.answers.clear()
    turn = talk.say("hurtownia budowlana")
    assert "clarify" in turn.tags
    for text in ("30-50 tys zł", "do wakacji", "k.nowak@hurtbud.pl", "501 502 503"):
        turn = talk.say(text)
    assert "clarify" not in turn.tags
    assert talk.value("timeline") == {"season": "summer"}
    talk.say("wtorek kwadrans po dwunastej")
    talk.say("raczej o 13")
    assert talk.question != "industry"


def test_a_name_at_the_wrong_place_brings_no_languages() -> None:
    talk = Talk("pl").at("industry")
    turn = talk.say("Krzysztof Nowak-Jeziorański", "change_language", 0.6)
    assert "languages" not in turn.tags
