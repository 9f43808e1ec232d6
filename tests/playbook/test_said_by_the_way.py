"""What people tell in passing while something else is asked: taken where it is meant, and
never where it only looks like it."""

import pytest

from playbook.directives import AskFaq
from playbook.scene import Heard, Intent
from tests.playbook.world import Talk


@pytest.mark.parametrize(
    ("language", "text", "people"),
    [
        ("en", "we're an ad agency of 40 in Oslo", 40),
        ("fi", "ollaan mainostoimisto, 25 henkeä", 25),
        ("nb", "vi er et reklamebyrå på ca 30 stk i bergen", 30),
        ("he", "אנחנו משרד פרסום של 40 איש", 40),
        ("pl", "jestesmy agencja reklamowa, 40 osob", 40),
        ("sl", "smo oglaševalska agencija, okrog 25 ljudi", 25),
    ],
)
@pytest.mark.parametrize("asked", ["need", "industry"])
def test_what_one_is_and_how_many(language: str, text: str, people: int, asked: str) -> None:
    talk = Talk(language).at(asked)
    talk.say(text)
    assert talk.value("industry") == "marketing"
    assert talk.value("company_size") == {"min": people, "max": people}
    assert talk.question == ("need" if asked == "need" else "budget")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "we need help with our marketing"),
        ("en", "we are looking for a software company that answers"),
        ("pl", "szukamy firmy informatycznej"),
        ("fi", "tarvitsemme ohjelmistotalon apua"),
    ],
)
def test_who_is_looked_for_is_not_who_one_is(language: str, text: str) -> None:
    talk = Talk(language).at("need")
    talk.say(text)
    assert talk.value("industry") is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sl", "rabimo nekaj za prodajo, zdaj vse vodimo v excelu"),
        ("en", "something for sales, now we use excel"),
        ("nb", "noe for salg, nå bruker vi regneark"),
    ],
)
def test_how_it_is_now_is_no_wish_to_start_now(language: str, text: str) -> None:
    talk = Talk(language).at("need")
    talk.say(text)
    assert (talk.value("need"), talk.value("timeline")) == ("crm", None)


@pytest.mark.parametrize(
    ("language", "text"), [("pl", "nie w srode"), ("en", "not on wednesday"), ("sl", "ne v sredo")]
)
def test_a_day_that_is_ruled_out_is_no_date(language: str, text: str) -> None:
    talk = Talk(language).at("industry")
    talk.say(text)
    assert talk.value("timeline") is None


@pytest.mark.parametrize(
    ("language", "text"), [("en", "dunno yet, maybe 10-15k"), ("sl", "ne vem še, mogoče 10-15k")]
)
def test_not_knowing_one_thing_and_telling_another(language: str, text: str) -> None:
    talk = Talk(language).at("timeline", budget=None)
    talk.say(text)
    assert talk.value("budget") == {"min": 10000, "max": 15000, "currency": "EUR"}
    assert talk.question == "timeline"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "ylihuomenna kolmen jälkeen"),
        ("pl", "poznej tego dnia"),
        ("he", "יותר מאוחר באותו יום"),
        ("en", "later that day"),
        ("en", "the first"),
        ("fi", "eka"),
    ],
)
def test_a_time_and_a_place_are_no_name(language: str, text: str) -> None:
    talk = Talk(language).at("name")
    turn = talk.say(text)
    assert talk.value("name") is None
    assert talk.question == "name"
    assert not {"goodbye", "handoff"} & turn.tags


@pytest.mark.parametrize("text", ["April May", "june", "Wednesday Addams"])
def test_a_name_may_be_a_month(text: str) -> None:
    talk = Talk("en").at("name")
    talk.say(text)
    assert str(talk.value("name")).casefold() == text.casefold()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "please add my colleague per@tallogorden.no too"),
        ("en", "actually could my boss join, she's per@tallogorden.no"),
        ("nb", "legg til kollegaen min per@tallogorden.no"),
        ("sl", "dodajte še sodelavca per@tallogorden.no prosim"),
        ("he", "תוסיפו גם את השותף שלי per@tallogorden.no"),
        ("fi", "lisää myös kollegani per@tallogorden.no mukaan"),
        ("pl", "proszę dodać też kolegę per@tallogorden.no"),
    ],
)
def test_a_second_address_does_not_take_the_place_of_the_first_unasked(
    language: str, text: str
) -> None:
    talk = Talk(language).at("phone")
    mine = talk.value("email")
    turn = talk.say(text)
    assert mine in turn.said[0].replace("\u2066", "").replace("\u2069", "")
    assert talk.value("email") == mine
    assert talk.question == "phone"
    assert any("per@tallogorden.no" in said for said in talk.state["unanswered"])


def test_a_second_address_takes_the_place_of_the_first_at_a_yes() -> None:
    talk = Talk().at("phone")
    talk.say("well then write to jane@other.io for this")
    talk.press("yes")
    assert talk.value("email") == "jane@other.io"
    assert talk.question == "phone"


def test_an_address_alone_takes_the_place_of_the_one_before() -> None:
    talk = Talk().at("phone")
    talk.say("jane@other.io")
    assert talk.value("email") == "jane@other.io"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Carter Haulage Ltd, why?"),
        ("nb", "Tall & Orden AS, hvorfor?"),
        ("pl", "Hurt-Bud sp. z o.o., po co?"),
    ],
)
def test_an_answer_and_why_are_both_heard(language: str, text: str) -> None:
    talk = Talk(language).at("company")
    turn = talk.say(text)
    assert "explain_why" in turn.tags
    assert talk.question == "email"
    assert turn.asked == []


def test_who_comes_from_where_is_noted_while_something_else_is_asked() -> None:
    talk = Talk("nb").at("budget")
    talk.say("Kari Nordmann fra Tall & Orden AS")
    assert talk.value("name") == "Kari Nordmann"
    assert talk.value("company") == "Tall & Orden AS"


def test_a_week_is_no_company_though_it_ends_as_one_may() -> None:
    talk = Talk("nb").at("company")
    talk.say("neste uke da")
    assert talk.value("company") is None


def test_a_line_of_business_is_no_name() -> None:
    talk = Talk("fi").at("name")
    talk.say("it-ala")
    assert talk.value("name") is None
    talk.say("Will May")
    assert talk.value("name") == "Will May"


def test_a_stop_that_no_word_shows_is_looked_up_first() -> None:
    talk = Talk("nb").at("budget")
    turn = talk.say("tar dette lang tid", "cancel", 0.95)
    assert len(turn.asked) == 1
    assert "confirm_cancel" in turn.tags, "and what finds nothing there may be a wish to stop"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "CRM, 10-20k euros, can we talk on Wednesday?"),
        ("nb", "CRM, 10-20 tusen euro, kan vi snakke på onsdag?"),
        ("pl", "CRM, 10-20 tys. euro, możemy porozmawiać w środę?"),
    ],
)
def test_a_time_wished_for_beside_answers_is_searched_first(language: str, text: str) -> None:
    talk = Talk(language).at("need")
    turn = talk.say(text)
    assert talk.value("need") == "crm"
    assert "out_of_scope" not in turn.tags
    assert talk.question == "industry"
    assert str(talk.state["wish"]["text"]).count("?") <= 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "no phone please, email only"),
        ("nb", "ingen telefon, bare e-post takk"),
        ("sl", "brez telefona prosim, samo e-pošta"),
    ],
)
def test_a_number_is_refused_before_it_is_asked_for(language: str, text: str) -> None:
    talk = Talk(language).at("industry")
    talk.answers["email"] = Talk(language).at("phone").answers["email"]
    talk.say(text)
    assert talk.answers["phone"].status == "declined"
    assert talk.question == "industry"


@pytest.mark.parametrize("address", ["anna@testa.io", "anna@elsewhere.example"])
def test_a_colleagues_address_is_not_taken_for_the_visitors(address: str) -> None:
    talk = Talk("en").at("phone")
    own = talk.value("email")
    talk.say(f"can my colleague join too? {address}", "handoff")
    assert talk.value("email") == own


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "connect me to a person please, my colleague anna@x.example knows more"),
        ("nb", "jeg vil snakke med et menneske, kollegaen min er anna@x.example"),
    ],
)
def test_a_colleagues_address_in_a_wish_for_a_person_stays_the_colleagues(
    language: str, text: str
) -> None:
    talk = Talk(language).at("phone")
    own = talk.value("email")
    turn = talk.say(text)
    assert "handoff_requested" in turn.news
    assert talk.value("email") == own


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "add a note: we need it on premise"),
        ("sl", "povejte svetovalcu, da uporabljamo SAP"),
        ("he", "תגידו ליועץ שאנחנו עובדים עם SAP"),
        ("fi", "kerro asiantuntijalle että käytämme SAPia"),
        ("nb", "legg til et notat om at vi bruker SAP"),
        ("pl", "proszę przekazać doradcy, że używamy SAP"),
    ],
)
def test_a_note_for_the_advisor_is_kept_and_the_question_asked_again(
    language: str, text: str
) -> None:
    talk = Talk(language).at("budget")
    turn = talk.say(text, "correct")
    assert talk.state["unanswered"] == [text]
    assert "correct_what" not in {bubble.key for bubble in turn.bubbles}
    assert talk.question == "budget"


def test_a_note_that_answers_is_an_answer() -> None:
    talk = Talk("en").at("budget")
    talk.say("fyi the budget is 20k euros")
    assert talk.value("budget")["min"] == 20000


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Thursday is no good, Friday?"),
        ("fi", "torstai ei käy, perjantai?"),
        ("nb", "torsdag går ikke, fredag?"),
    ],
)
def test_another_day_before_any_was_offered_is_a_wish(language: str, text: str) -> None:
    talk = Talk(language).at("budget")
    turn = talk.say(text, "reschedule")
    assert [bubble.key for bubble in turn.bubbles] == ["before_meeting"]
    assert talk.state["wish"]["text"] == text


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "move it a week ahead"), ("fi", "siirrä viikolla eteenpäin")],
)
def test_a_move_in_small_letters_is_no_name(language: str, text: str) -> None:
    talk = Talk(language).at("name")
    talk.say(text, "reschedule")
    assert talk.value("name") is None


@pytest.mark.parametrize(
    ("language", "text", "company"),
    [
        ("en", "Jane Smith, Smith Roofing", "Smith Roofing"),
        ("nb", "Kari Nordmann, Nordlys Regnskap", "Nordlys Regnskap"),
        ("sl", "Maja Kranjc, Kranjc in partnerji", "Kranjc in partnerji"),
    ],
)
def test_a_company_behind_the_name_again(language: str, text: str, company: str) -> None:
    talk = Talk(language).at("company")
    talk.say(text, "out_of_scope")
    assert talk.value("company") == company


def test_a_correction_that_is_only_guessed_asks_for_no_new_value() -> None:
    talk = Talk("en").at("phone")
    turn = talk.say("Lie is my surname yes", "correct", 0.6)
    assert "correct_what" not in {bubble.key for bubble in turn.bubbles}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "hi, can I ask you something?"),
        ("sl", "dober dan, lahko nekaj vprašam?"),
        ("he", "היי, אפשר לשאול משהו קטן?"),
        ("fi", "moi, saanko kysyä jotain?"),
        ("nb", "hei, kan jeg spørre om noe?"),
        ("pl", "dzień dobry, mogę o coś zapytać?"),
    ],
)
def test_who_announces_a_question_is_told_to_ask(language: str, text: str) -> None:
    talk = Talk(language).at("budget")
    turn = talk.say(text, "out_of_scope")
    assert [bubble.key for bubble in turn.bubbles] == ["ask_away"]
    assert talk.question == "budget"


def test_a_question_behind_its_announcement_is_answered() -> None:
    turn = Talk("en").at("need").say("can I ask you something, how much is it?", "faq_price")
    assert "From 900 euros." in turn.said


@pytest.mark.parametrize(
    ("language", "text", "name", "company"),
    [
        ("en", "Jane Smith, Smith Roofing", "Jane Smith", "Smith Roofing"),
        ("pl", "Jan Wójcik, Wójcik i Wspólnicy", "Jan Wójcik", "Wójcik i Wspólnicy"),
        ("sl", "Maja Kranjc, Kranjc in partnerji", "Maja Kranjc", "Kranjc in partnerji"),
    ],
)
def test_who_introduces_themselves_while_something_else_is_asked(
    language: str, text: str, name: str, company: str
) -> None:
    talk = Talk(language).at("budget")
    talk.say(text, "out_of_scope")
    assert (talk.value("name"), talk.value("company")) == (name, company)
    assert talk.question == "budget"


def test_a_guessed_need_is_asked_about_twice_at_most() -> None:
    talk = Talk("en").at("need")
    asked = talk.say("we're drowning in web enquiries and answer them way too late")
    again = talk.say("blah blah")
    for turn in (asked, again):
        assert turn.payloads == ["yes", "no"]
    later = [talk.say(text) for text in ("hm hm", "blub", "so so la la")]
    assert not any(turn.payloads == ["yes", "no"] for turn in later)
    assert talk.question == "need"


def test_a_question_behind_not_knowing_is_looked_up() -> None:
    talk = Talk("en").at("budget")
    heard = Heard(
        text="idk budget, what do people normally pay",
        intent=Intent("dont_know", 0.6, 0.3),
        leaning={"price": -3.0},
    )
    turn = talk._turn(heard)
    assert [one.text for one in turn.asked if isinstance(one, AskFaq)] == [heard.text]


@pytest.mark.parametrize(
    ("language", "first", "whole"),
    [("en", "Ola", "Ola Kowalska-Hansen"), ("sl", "Maja", "Maja Kranjc")],
)
def test_the_name_in_full_after_the_first_name(language: str, first: str, whole: str) -> None:
    talk = Talk(language).at("name")
    talk.say(first)
    talk.say(whole)
    assert talk.value("name") == whole
    assert talk.value("company") is None
    assert talk.question == "company"


@pytest.mark.parametrize(
    ("language", "text"),
    [("fi", "040 123 4567 mut ei ennen kahdeksaa"), ("en", "040 123 456, not before eight")],
)
def test_an_hour_is_no_head_count(language: str, text: str) -> None:
    talk = Talk(language).at("company_size")
    talk.say(text)
    assert talk.value("company_size") is None


@pytest.mark.parametrize(
    ("language", "text"),
    [("he", "מעולה, מה קורה עכשיו?"), ("en", "yes, and what happens then?")],
)
def test_a_yes_that_asks_books_nothing_yet(language: str, text: str) -> None:
    talk = Talk(language).at("meeting")
    talk.say({"he": "מחר ב-10:00", "en": "tomorrow at 10:00"}[language])
    assert talk.hold is not None
    talk.say(text)
    assert talk.booking is None


def test_a_word_that_may_be_a_yes_within_a_question_chooses_no_time() -> None:
    talk = Talk("sl").at("meeting")
    turn = talk.say("a se lahko pridruži še šefica")
    assert "which_offer" not in {bubble.key for bubble in turn.bubbles}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "no, none of these times suit us at all"),
        ("nb", "nei, ingen av de tidene passer oss"),
    ],
)
def test_a_long_no_to_the_times_shown_is_a_no(language: str, text: str) -> None:
    talk = Talk(language).at("meeting")
    turn = talk.say(text)
    assert "other_time" in {bubble.key for bubble in turn.bubbles}


def test_an_address_asked_about_is_not_taken_by_the_next_move_that_names_it() -> None:
    talk = Talk("en").at("phone")
    own = talk.value("email")
    assert talk.say("could you also write to anna@x.example please").payloads == ["yes", "no"]
    turn = talk.say("connect me to a person please, my colleague anna@x.example knows more")
    assert "handoff_requested" in turn.news
    assert talk.value("email") == own
