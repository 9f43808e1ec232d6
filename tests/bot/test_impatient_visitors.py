"""What people in a hurry write: everything at once, too early, beside the point, in words of
their own. By situation, in two languages and more; nothing they say goes unheard."""

import pytest

from tests.playbook.world import Talk


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "hiya we're an ad agency of 40 in Oslo"),
        ("nb", "hei, vi er et reklamebyrå på 40 folk i oslo"),
        ("fi", "moi ollaan mainostoimisto, 40 henkea"),
        ("sl", "zivjo, smo oglasevalska agencija z 40 ljudmi"),
        ("pl", "czesc, agencja reklamowa, 40 osob z oslo"),
        ("he", "היי אנחנו משרד פרסום של 40 איש"),
    ],
)
def test_who_they_are_is_taken_while_their_need_is_asked(language: str, text: str) -> None:
    talk = Talk(language).at("need")
    talk.say(text)
    assert talk.value("industry") == "marketing"
    assert talk.value("company_size") == {"min": 40, "max": 40}
    assert talk.question == "need"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "we are 25 and need marketing"),
        ("nb", "vi er 25 og trenger markedsføring"),
        ("en", "we're looking for a marketing agency"),
    ],
)
def test_a_trade_that_is_wanted_is_not_their_own(language: str, text: str) -> None:
    talk = Talk(language).at("need")
    talk.say(text)
    assert talk.value("industry") is None


OPT_OUTS = [
    ("en", "don't mail me any newsletters"),
    ("nb", "ingen nyhetsbrev takk"),
    ("fi", "alkaa lahettako mainoksia"),
    ("sl", "ne posiljajte mi reklam prosim"),
    ("pl", "prosze mi nie wysylac reklam"),
    ("he", "אל תשלחו לי פרסומות"),
]


@pytest.mark.parametrize("question", ["industry", "company", "email", "meeting"])
@pytest.mark.parametrize(("language", "text"), OPT_OUTS)
def test_a_no_to_offers_is_noted_and_the_question_asked_again(
    language: str, text: str, question: str
) -> None:
    talk = Talk(language).at(question)
    before = dict(talk.answers)
    turn = talk.say(text)
    assert turn.news.count("opt_out_given") == 1
    assert "opted_out" in turn.tags
    assert talk.question == question
    assert {name: talk.answers[name] for name in before} == before
    assert talk.value(question) is None or question == "meeting"


@pytest.mark.parametrize(
    ("language", "text", "size"),
    [("en", "40 people. and no newsletters please", 40), ("pl", "40 osób, bez reklam proszę", 40)],
)
def test_an_answer_beside_a_no_to_offers_is_taken(language: str, text: str, size: int) -> None:
    talk = Talk(language).at("company_size")
    turn = talk.say(text)
    assert "opt_out_given" in turn.news
    assert talk.value("company_size") == {"min": size, "max": size}
    assert talk.question == "budget"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "we need newsletters and a crm"), ("pl", "potrzebujemy newslettera i crm")],
)
def test_newsletters_as_a_need_are_no_wish_to_be_left_alone(language: str, text: str) -> None:
    assert "opt_out_given" not in Talk(language).at("need").say(text).news


@pytest.mark.parametrize(
    ("language", "wish", "place", "yes", "date"),
    [
        ("en", "not wednesday", "the second one", "yes", "Thursday, 12 March 2026, "),
        ("fi", "ei keskiviikkona", "toinen", "joo", "torstai 12. maaliskuuta 2026, "),
        ("pl", "nie w srode", "ten drugi", "tak", "czwartek, 12 marca 2026, "),
    ],
)
def test_a_time_chosen_by_its_place_is_read_back_before_it_is_booked(
    language: str, wish: str, place: str, yes: str, date: str
) -> None:
    talk = Talk(language).at("meeting")
    talk.say(wish)
    turn = talk.say(place)
    assert talk.booking is None
    assert date in turn.said[-1]
    assert "UTC+1" in turn.said[-1]
    talk.say(yes)
    assert talk.booking is not None


@pytest.mark.parametrize(
    ("language", "text"),
    [("nb", "neste tirsdag etter 3"), ("he", "מחרתיים בשתיים וחצי"), ("en", "next tuesday at 3")],
)
@pytest.mark.parametrize("question", ["name", "company"])
def test_a_day_and_an_hour_are_nobodys_name(language: str, text: str, question: str) -> None:
    talk = Talk(language).at(question)
    talk.say(text)
    assert talk.value(question) is None
    assert talk.question == question


@pytest.mark.parametrize(
    ("language", "text", "address"),
    [
        ("nb", "kari krøllalfa nordmannreklame.no", "kari@nordmannreklame.no"),
        ("sl", "janez afna novak.si", "janez@novak.si"),
    ],
)
def test_an_address_that_is_spelled_out_is_no_name(language: str, text: str, address: str) -> None:
    talk = Talk(language).at("name")
    talk.say(text)
    assert talk.value("email") == address
    assert talk.value("name") is None


@pytest.mark.parametrize(
    ("language", "text", "name", "company"),
    [
        ("pl", "jan kowalski, firma kowalpol sp z o.o.", "Jan Kowalski", "kowalpol sp z o.o."),
        ("sl", "janez novak iz podjetja Novak d.o.o.", "Janez Novak", "Novak d.o.o."),
        ("nb", "ola nordmann fra fjordkraft as", "Ola Nordmann", "fjordkraft as"),
        ("pl", "jan kowalski z firmy budimex", "Jan Kowalski", "budimex"),
        ("en", "jane doe from acme", "Jane Doe", None),
    ],
)
def test_name_and_company_in_one_line(
    language: str, text: str, name: str, company: str | None
) -> None:
    talk = Talk(language).at("name")
    talk.say(text)
    assert (talk.value("name"), talk.value("company")) == (name, company)
    assert talk.question == ("email" if company else "company")


@pytest.mark.parametrize(("language", "text"), [("pl", "jan@kowalpol,pl"), ("en", "jan@acme,io")])
def test_a_slip_in_an_address_given_early_is_asked_about(language: str, text: str) -> None:
    talk = Talk(language).at("name")
    turn = talk.say(text)
    assert text.replace(",", ".") in turn.said[-1]
    talk.press("yes")
    assert talk.value("email") == text.replace(",", ".")
    assert talk.question == "name"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "no phone"), ("fi", "ei puhelinta"), ("nb", "vil ikke si telefon")],
)
def test_a_refusal_of_another_question_is_kept_for_it(language: str, text: str) -> None:
    talk = Talk(language).at("email")
    turn = talk.say(text)
    assert talk.value("phone") == "declined"
    assert "explain_why" not in turn.tags
    assert talk.question == "email"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "why do u need the budget?"), ("nb", "hvorfor spør dere om budsjett?")],
)
def test_why_is_answered_for_the_question_that_is_named(language: str, text: str) -> None:
    talk = Talk(language).at("industry")
    budget = next(one for one in talk.playbook.questions if one.id == "budget")
    turn = talk.say(text)
    assert budget.why[language] in turn.said[0]
    assert talk.question == "industry"


@pytest.mark.parametrize(
    ("language", "text"), [("pl", "euro"), ("en", "dollars"), ("nb", "kroner")]
)
def test_a_currency_alone_is_no_budget_of_one(language: str, text: str) -> None:
    talk = Talk(language).at("budget")
    talk.say(text)
    assert talk.value("budget") is None


@pytest.mark.parametrize(
    ("language", "text"),
    [("pl", "jest nas 40, budzet 20 tys"), ("fi", "meitä on 40, budjetti 20 tuhatta")],
)
def test_a_budget_that_is_named_needs_no_currency(language: str, text: str) -> None:
    talk = Talk(language).at("industry")
    talk.say(text)
    assert talk.value("budget")["min"] == 20000
    assert talk.value("company_size") == {"min": 40, "max": 40}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "hmm no, a week later"),
        ("pl", "tydzień później jednak"),
        ("nb", "nei, en uke senere"),
    ],
)
def test_another_time_after_the_booking_moves_it_and_changes_no_answer(
    language: str, text: str
) -> None:
    talk = Talk(language).booked("2026-03-17T15:00")
    before = talk.value("timeline")
    turn = talk.say(text)
    assert talk.value("timeline") == before
    assert "confirm_move" in turn.tags


@pytest.mark.parametrize(
    ("language", "text", "guess"),
    [("en", "the first", "restart"), ("fi", "eka", "handoff"), ("nb", "den andre", "thanks_bye")],
)
def test_a_place_in_no_list_is_no_wish_that_was_guessed(
    language: str, text: str, guess: str
) -> None:
    talk = Talk(language).at("phone")
    turn = talk.say(text, guess)
    assert not turn.news
    assert talk.state.get("pending") is None
    assert "reprompt" in turn.tags


@pytest.mark.parametrize(
    ("language", "text"),
    [("pl", "chcę mieć dość bota, dajcie osobę"), ("sl", "sem že sit tega robota, dajte človeka")],
)
def test_a_person_is_wanted_whatever_is_said_of_robots(language: str, text: str) -> None:
    assert "handoff_requested" in Talk(language).at("industry").say(text, "handoff").news


def test_a_number_beyond_all_numbers_is_asked_about() -> None:
    for language in ("en", "he"):
        talk = Talk(language).at("company_size")
        assert talk.say("1" + 25 * "0").said
        assert talk.value("company_size") is None
