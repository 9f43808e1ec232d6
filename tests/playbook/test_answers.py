"""Answers as people type them: one field, several at once, mistyped, impossible."""

from typing import Any

import pytest

from tests.playbook.world import Talk


@pytest.mark.parametrize(
    ("language", "question", "text", "value", "then"),
    [
        ("en", "need", "we want a chatbot that qualifies leads", "chatbot", "industry"),
        ("sl", "need", "rad bi ponudbo za klepetalnika", "chatbot", "industry"),
        ("he", "need", "אנחנו צריכים צ'אטבוט לאתר", "chatbot", "industry"),
        ("fi", "need", "tarvitsemme CRM-järjestelmän", "crm", "industry"),
        ("en", "industry", "we run a chain of hospitals", "healthcare", "company_size"),
        ("fi", "industry", "vähittäiskaupassa", "retail", "company_size"),
        ("pl", "industry", "jesteśmy bankiem", "finance", "company_size"),
        ("en", "company_size", "about 25 of us", {"min": 25, "max": 25}, "budget"),
        ("nb", "company_size", "vi er rundt 40", {"min": 40, "max": 40}, "budget"),
        ("pl", "company_size", "od 20 do 30 osób", {"min": 20, "max": 30}, "budget"),
        (
            "en",
            "budget",
            "10-15k euros",
            {"min": 10000, "max": 15000, "currency": "EUR"},
            "timeline",
        ),
        ("fi", "timeline", "3 kuukauden sisällä", {"by_months": 3}, "name"),
        ("sl", "timeline", "čim prej", {"asap": True}, "name"),
        ("en", "name", "Jane Doe", "Jane Doe", "company"),
        ("he", "name", "שלום כהן", "שלום כהן", "company"),
        ("sl", "name", "Maja Petek", "Maja Petek", "company"),
        ("en", "name", "Will May", "Will May", "company"),
        ("nb", "name", "Odd Even Mai", "Odd Even Mai", "company"),
        ("sl", "company", "Human Oy", "Human Oy", "email"),
        ("nb", "company", "Stop AS", "Stop AS", "email"),
        ("pl", "company", "Nie Sp. z o.o.", "Nie Sp. z o.o.", "email"),
        ("en", "company", "Yes Bank", "Yes Bank", "email"),
        ("en", "email", "jane.doe@acme.io.", "jane.doe@acme.io", "phone"),
        ("pl", "email", "jan małpa firma kropka pl", "jan@firma.pl", "phone"),
        ("sl", "phone", "040/123-456", "+38640123456", "meeting"),
    ],
)
def test_an_answer_is_stored_and_the_next_question_asked(
    language: str, question: str, text: str, value: Any, then: str
) -> None:
    talk = Talk(language).at(question)
    talk.say(text)
    assert talk.value(question) == value
    assert talk.question == then


def test_an_ordinary_answer_takes_one_bubble() -> None:
    turn = Talk().at("company_size").say("30")
    assert len(turn.said) == 1


def test_a_name_is_greeted() -> None:
    turn = Talk().at("name").say("Jane Doe")
    assert "Jane Doe" in turn.said[0]


def test_one_message_fills_every_field_it_holds() -> None:
    talk = Talk().at("need")
    turn = talk.say(
        "I'm Jane from Acme (retail, 40 people), we need a chatbot by June, jane@acme.io"
    )
    assert {name: talk.value(name) for name in talk.answers} == {
        "need": "chatbot",
        "industry": "retail",
        "company_size": {"min": 40, "max": 40},
        "timeline": {"month": 6},
        "name": "Jane",
        "company": "Acme",
        "email": "jane@acme.io",
    }
    assert talk.question == "budget"
    assert len(turn.said) == 2
    assert all(word in turn.said[0] for word in ("Chatbot", "Retail", "40", "June", "Acme"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "jane@acme.io"),
        ("fi", "sähköpostini on jane@acme.io"),
        ("pl", "mój mail to jane@acme.io"),
    ],
)
def test_a_value_for_a_later_question_is_noted_and_the_question_stays(
    language: str, text: str
) -> None:
    talk = Talk(language).at("company_size")
    turn = talk.say(text)
    assert talk.value("email") == "jane@acme.io"
    assert talk.question == "company_size"
    assert "jane@acme.io" in turn.said[0]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "like 40ish"), ("nb", "40-ish"), ("fi", "noin 40"), ("pl", "jakieś 40"), ("sl", "40")],
)
@pytest.mark.parametrize("intent", [None, "chitchat", "out_of_scope"])
def test_a_number_alone_before_it_is_asked_for_is_how_many_people(
    language: str, text: str, intent: str | None
) -> None:
    talk = Talk(language).at("need")
    turn = talk.say(text, intent)
    assert talk.value("company_size") == {"min": 40, "max": 40}
    assert talk.question == "need"
    assert "40" in turn.said[0]  # said back


def test_a_small_number_may_be_the_place_of_a_button() -> None:
    talk = Talk().at("need")
    talk.say("2")
    assert talk.value("company_size") is None


def test_a_name_inside_a_company_is_no_industry() -> None:
    talk = Talk().at("company")
    talk.say("Retail Solutions Ltd")
    assert talk.value("company") == "Retail Solutions Ltd"
    talk = Talk().at("company")
    del talk.answers["industry"]
    talk.say("Retail Solutions Ltd")
    assert talk.value("industry") is None


@pytest.mark.parametrize("text", ["jane@acme", "jane@", "@acme.io"])
def test_half_an_address_is_helped(text: str) -> None:
    talk = Talk().at("email")
    turn = talk.say(text)
    assert talk.value("email") is None
    assert "help_format" in turn.tags
    assert talk.question == "email"


def test_a_slip_in_a_known_domain_is_asked_about() -> None:
    talk = Talk().at("email")
    turn = talk.say("jane@gmial.com")
    assert "confirm_value" in turn.tags
    assert "jane@gmail.com" in turn.said[-1]
    assert talk.value("email") is None
    talk.say("yes, gmail")
    assert talk.value("email") == "jane@gmail.com"
    assert talk.question == "phone"


def test_a_slip_that_is_none_is_taken_as_typed() -> None:
    talk = Talk().at("email")
    talk.say("jane@gmial.com")
    talk.say("no")
    assert talk.value("email") == "jane@gmial.com"


def test_another_address_instead_of_a_yes_is_taken() -> None:
    talk = Talk().at("email")
    talk.say("jane@gmial.com")
    talk.say("no, jane@acme.io")
    assert talk.value("email") == "jane@acme.io"
    assert talk.question == "phone"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "minus 5"), ("en", "0"), ("sl", "minus pet"), ("pl", "-3")]
)
def test_a_number_that_cannot_be_is_helped(language: str, text: str) -> None:
    talk = Talk(language).at("company_size")
    turn = talk.say(text)
    assert talk.value("company_size") is None
    assert "help_format" in turn.tags


def test_a_number_too_large_is_asked_about_and_never_stored() -> None:
    talk = Talk().at("company_size")
    turn = talk.say("99999999999")
    assert "confirm_value" in turn.tags
    turn = talk.say("yes")
    assert talk.value("company_size") is None
    assert "help_format" in turn.tags
    talk.say("50")
    assert talk.value("company_size") == {"min": 50, "max": 50}


def test_digits_that_are_no_number_to_dial_are_helped() -> None:
    talk = Talk().at("phone")
    turn = talk.say("12345")
    assert "help_format" in turn.tags
    assert talk.question == "phone"


@pytest.mark.parametrize(
    ("language", "text", "tag"),
    [
        ("pl", "jan@firma.pl, a co robicie z moimi danymi?", "faq_privacy"),
        ("en", "jane@acme.io, but what does it cost?", "faq_price"),
    ],
)
def test_an_answer_with_a_question_gets_both(language: str, text: str, tag: str) -> None:
    faq = {"dan": "Only for this.", "cost": "From 900."}
    talk = Talk(language, faq=faq).at("email")
    turn = talk.say(text)
    assert talk.value("email") in ("jan@firma.pl", "jane@acme.io")
    assert talk.question == "phone"
    assert len(turn.asked) == 1
    assert "@" not in getattr(turn.asked[0], "text", "@")
    assert len(turn.said) == 2


@pytest.mark.parametrize(
    ("language", "text"), [("en", "yes"), ("sl", "ja"), ("fi", "joo"), ("pl", "tak"), ("he", "כן")]
)
def test_a_bare_yes_answers_no_open_question(language: str, text: str) -> None:
    talk = Talk(language).at("need")
    turn = talk.say(text)
    assert talk.value("need") is None
    assert "rephrased_question" in turn.tags
    assert talk.question == "need"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "no"), ("en", "no thanks"), ("fi", "ei"), ("pl", "nie"), ("he", "לא")],
)
def test_a_no_to_an_optional_question_leaves_it_out(language: str, text: str) -> None:
    talk = Talk(language).at("phone")
    talk.say(text)
    assert talk.value("phone") == "declined"
    assert talk.question == "meeting"


def test_a_product_named_in_a_question_to_us_is_no_answer() -> None:
    talk = Talk().at("need")
    talk.say("do you integrate with HubSpot?", "faq_integrations")
    assert talk.value("need") is None
    talk = Talk().at("industry")
    talk.say("do you integrate with HubSpot?", "faq_integrations")
    assert talk.value("need") == "chatbot"


def test_an_option_before_the_question_is_an_answer() -> None:
    talk = Talk().at("industry")
    talk.say("retail, but what does it cost?", "faq_price")
    assert talk.value("industry") == "retail"
    assert talk.question == "company_size"


def test_an_address_in_angle_brackets_is_an_address() -> None:
    talk = Talk().at("email")
    talk.say("<jane@acme.io>")
    assert talk.value("email") == "jane@acme.io"


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("en", "Jane Doe, jane@acme.io", "Jane Doe"),
        ("fi", "laura@makinen.fi, Laura Mäkinen", "Laura Mäkinen"),
        ("he", "יוסי כהן, yossi@acme.co.il", "יוסי כהן"),
    ],
)
def test_a_name_beside_an_address_is_noted_with_it(language: str, text: str, name: str) -> None:
    talk = Talk(language).at("need")
    turn = talk.say(text)
    assert talk.value("name") == name
    assert "@" in talk.value("email")
    assert name in turn.said[0]


@pytest.mark.parametrize("text", ["my mail is jane@acme.io", "write to jane@acme.io please"])
def test_words_beside_an_address_are_no_name(text: str) -> None:
    talk = Talk().at("need")
    talk.say(text)
    assert talk.value("name") is None
