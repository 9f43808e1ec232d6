"""Languages: known from the first message, sticky, switched on request, answers kept."""

import pytest

from tests.playbook.world import Talk


def test_the_first_message_settles_the_language() -> None:
    talk = Talk()
    talk.start()
    turn = talk.say("Živjo, rad bi ponudbo za klepetalnika")
    assert talk.language == "sl"
    assert "ack" in turn.tags
    assert talk.value("need") == "chatbot"
    assert talk.question == "industry"
    talk.say("ok")
    assert talk.language == "sl"
    talk.say("marketing")
    assert talk.language == "sl"
    assert talk.value("industry") == "marketing"


@pytest.mark.parametrize(
    "text", ["ok", "marketing", "CRM", "HubSpot", "Acme Ltd", "25", "👍", "Kivi Oy"]
)
def test_short_or_neutral_words_never_switch(text: str) -> None:
    talk = Talk("sl").at("need")
    talk.say(text)
    assert talk.language == "sl"


def test_a_company_says_nothing_of_the_language_of_who_names_it() -> None:
    talk = Talk("en").at("need")
    talk.say("Zielona sp. z o.o.")
    assert (talk.language, talk.value("company")) == ("en", "Zielona sp. z o.o.")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("can we speak English?", "en"),
        ("možemy mówić po polsku? czy możemy rozmawiać po polsku?", "pl"),
        ("voidaanko puhua suomea?", "fi"),
        ("kan vi snakke norsk?", "nb"),
        ("אפשר בעברית?", "he"),
    ],
)
def test_a_wish_for_a_language_is_granted_and_answers_stay(text: str, language: str) -> None:
    talk = Talk("sl").at("company_size")
    before = dict(talk.answers)
    talk.say(text)
    assert talk.language == language
    assert talk.answers == before
    assert talk.question == "company_size"


def test_danish_is_answered_in_norwegian() -> None:
    talk = Talk("nb")
    talk.start()
    turn = talk.say("Hej, jeg vil gerne høre hvad det koster", "faq_price")
    assert talk.language == "nb"
    assert "faq_price" in turn.tags


@pytest.mark.parametrize("confidence", [0.95, 0.1])
def test_a_language_we_lack_is_answered_politely_with_the_menu_and_the_answer(
    confidence: float,
) -> None:
    talk = Talk("fi")
    talk.start()
    turn = talk.say("¿Cuánto cuesta el servicio?", "faq_price", confidence)
    assert talk.language == "fi"
    assert {"faq_price", "languages"} <= turn.tags
    assert sum(payload.startswith("lang:") for payload in turn.payloads) == 6


def test_a_clear_sentence_in_another_language_switches() -> None:
    talk = Talk("en").at("industry")
    talk.say("pracujemy w handlu detalicznym od wielu lat")
    assert talk.language == "pl"
    assert talk.value("industry") == "retail"


def test_a_value_in_a_language_we_lack_is_taken_and_the_languages_shown_once() -> None:
    talk = Talk("en").at("need")
    turn = talk.say("Wir brauchen einen Chatbot für unsere Webseite")
    assert talk.value("need") == "chatbot"
    assert "languages" in turn.tags
    assert talk.question == "industry"


def test_the_menu_of_languages_is_not_shown_for_ever() -> None:
    talk = Talk("en").at("industry")
    turns = [talk.say("Das verstehe ich leider gar nicht") for _ in range(3)]
    assert "languages" in turns[0].tags
    assert "languages" not in turns[2].tags
