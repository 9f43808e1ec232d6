"""Corrections: said once as old and new, then on at the same question."""

from typing import Any

import pytest

from tests.playbook.world import Talk


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "sorry, I meant 50, not 15"),
        ("sl", "oprostite, mislil sem 50, ne 15"),
        ("he", "סליחה, התכוונתי ל-50 ולא 15"),
        ("fi", "anteeksi, tarkoitin 50 enkä 15"),
        ("nb", "beklager, jeg mente 50, ikke 15"),
        ("pl", "przepraszam, miałem na myśli 50, a nie 15"),
        ("en", "no, 50 people"),
    ],
)
def test_the_next_message_corrects_the_last_answer(language: str, text: str) -> None:
    talk = Talk(language).at("company_size")
    talk.say("15")
    turn = talk.say(text)
    assert talk.value("company_size") == {"min": 50, "max": 50}
    assert "ack_correction" in turn.tags
    assert talk.question == "budget"
    assert "15" in turn.said[0]
    assert "50" in turn.said[0]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "actually we are 70"),
        ("sl", "v bistvu nas je 70"),
        ("he", "בעצם אנחנו 70"),
        ("fi", "itse asiassa meitä on 70"),
        ("nb", "egentlig er vi 70"),
        ("pl", "w sumie jest nas 70"),
    ],
)
def test_a_number_of_people_gives_the_company_no_new_name(language: str, text: str) -> None:
    talk = Talk(language).at("email")
    company = talk.value("company")
    talk.say(text)
    assert talk.value("company_size") == {"min": 70, "max": 70}
    assert talk.value("company") == company


@pytest.mark.parametrize(
    ("language", "text", "question", "value"),
    [
        ("fi", "itse asiassa yritys on Acme Oy", "company", "Acme Oy"),
        ("en", "actually, my name is Karen Smith", "name", "Karen Smith"),
        ("en", "sorry, the e-mail is jane@other.io", "email", "jane@other.io"),
        ("nb", "firmaet heter egentlig Nordvik AS", "company", "Nordvik AS"),
        ("pl", "właściwie firma to Nowa Sp. z o.o.", "company", "Nowa Sp. z o.o."),
        ("en", "wait, we are actually 80 people", "company_size", {"min": 80, "max": 80}),
    ],
)
def test_an_older_answer_is_corrected_and_the_question_stays(
    language: str, text: str, question: str, value: Any
) -> None:
    talk = Talk(language).at("phone")
    before = dict(talk.answers)
    turn = talk.say(text)
    assert talk.value(question) == value
    assert "ack_correction" in turn.tags
    assert talk.question == "phone"
    del before[question]
    assert before.items() <= talk.answers.items()


@pytest.mark.parametrize(
    ("language", "text", "name", "new"),
    [
        ("nb", "jeg heter ikke Kari", "Kari", "Karin"),
        ("en", "my name is not Jane", "Jane", "Joan"),
        ("sl", "nisem Maja", "Maja", "Mojca"),
        ("fi", "nimeni ei ole Matti", "Matti", "Martti"),
        ("pl", "nie nazywam się Jan", "Jan", "Janusz"),
        ("he", "אני לא דנה", "דנה", "דינה"),
    ],
)
def test_a_value_that_is_denied_is_taken_back_and_asked_anew(
    language: str, text: str, name: str, new: str
) -> None:
    talk = Talk(language).at("email", name=name)
    talk.say(text)
    assert talk.value("name") is None
    assert talk.value("company") == "Testa Labs"
    assert talk.question == "name"
    talk.say(new)
    assert talk.value("name") == new
    assert talk.question == "email"


def test_two_corrections_in_a_row() -> None:
    talk = Talk().at("company_size")
    talk.say("15")
    talk.say("sorry, I meant 50")
    talk.say("no wait, 60")
    assert talk.value("company_size") == {"min": 60, "max": 60}
    assert talk.question == "budget"


def test_a_correction_at_the_summary_leads_back_to_the_times() -> None:
    talk = Talk().at("meeting")
    turn = talk.say("actually, my name is Karen Smith")
    assert talk.value("name") == "Karen Smith"
    assert talk.question == "meeting"
    assert turn.starts


def test_a_correction_after_booking_leaves_the_meeting_alone() -> None:
    talk = Talk().booked("2026-03-17T15:00")
    turn = talk.say("sorry, the e-mail is jane@other.io")
    assert talk.value("email") == "jane@other.io"
    assert "ack_correction" in turn.tags
    assert talk.booking is not None
    assert talk.question is None


def test_a_correction_without_a_value_asks_what_to_change() -> None:
    talk = Talk().at("budget")
    turn = talk.say("that's wrong", "correct")
    assert turn.said
    assert talk.question == "budget"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "not 30, 35"),
        ("sl", "ne 30, 35"),
        ("he", "לא 30, 35"),
        ("fi", "ei 30, 35"),
        ("nb", "ikke 30, 35"),
        ("pl", "nie 30, 35"),
    ],
)
def test_the_wrong_number_and_then_the_right_one(language: str, text: str) -> None:
    talk = Talk(language).at("company_size")
    talk.say("30")
    talk.say(text)
    assert talk.value("company_size") == {"min": 35, "max": 35}
    assert talk.question == "budget"


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "pounds i mean", "GBP"),
        ("en", "dollars", "USD"),
        ("sl", "v dolarjih", "USD"),
        ("nb", "kroner mener jeg", "NOK"),
        ("pl", "w złotych", "PLN"),
    ],
)
def test_another_currency_of_the_same_sum(language: str, text: str, code: str) -> None:
    talk = Talk(language).at("timeline")
    turn = talk.say(text)
    assert talk.value("budget") == {"min": 10000, "max": 15000, "currency": code}
    assert "ack_correction" in turn.tags
    assert talk.question == "timeline"


def test_a_currency_alone_is_no_sum() -> None:
    talk = Talk().at("budget")
    talk.say("pounds")
    assert talk.value("budget") is None


def test_a_number_of_something_else_corrects_no_head_count() -> None:
    talk = Talk("en").at("budget")
    before = talk.value("company_size")
    talk.say("sorry that should be 450 flats")
    assert talk.value("company_size") == before
    talk.say("sorry that should be 450 people")
    assert talk.value("company_size") == {"min": 450, "max": 450}
