"""What a message asks about."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.faq.retrieve import Found, Index
from crm_bridge.faq.shelf import Shelf
from tests.crm_bridge.faq.makers import QUESTIONS, entry
from tests.data.places import DATA


@cache
def shipped(language: str) -> Index:
    return Shelf(DATA / "faq").index(language)


def topic_of(found: Found | None) -> str | None:
    return found.entry.topic if found else None


PARKING = entry("parking", QUESTIONS)
PETS = entry("pets", ["May I bring my dog?", "Are animals allowed?"])


def test_a_listed_question_is_found_whatever_its_case_and_accents() -> None:
    index = Index([PARKING, entry("cafe", ["Où est le café?"])])
    assert topic_of(index.answer("OU EST LE CAFE")) == "cafe"


def test_inflection_and_a_typing_error_still_find_the_topic() -> None:
    index = Index([PARKING, PETS])
    assert topic_of(index.answer("where can i parck my cars")) == "parking"


def test_something_else_finds_nothing() -> None:
    assert Index([PARKING, PETS]).answer("my favourite colour is green") is None


def test_a_question_after_an_answer_is_found() -> None:
    index = Index([PARKING, PETS])
    text = (
        "forty of us build furniture in three towns near the northern coast, are animals allowed?"
    )
    assert topic_of(index.answer(text)) == "pets"


def test_a_topic_given_is_answered_at_once() -> None:
    found = Index([PARKING, PETS]).answer("hm", topic="pets")
    assert found == Found(PETS, 1.0)


def test_a_topic_given_that_nobody_wrote_leaves_the_text_to_decide() -> None:
    index = Index([PARKING, PETS])
    assert topic_of(index.answer("may I bring my dog", topic="weather")) == "pets"
    assert index.answer("hm", topic="weather") is None


def test_a_topic_under_the_one_given_answers_where_it_fits_better() -> None:
    office = entry("office", ["Where is your office?", "What is your address?"])
    parking = entry("parking", QUESTIONS, under="office")
    index = Index([office, parking, PETS])
    assert topic_of(index.answer("where can I park", topic="office")) == "parking"
    assert topic_of(index.answer("what is the address", topic="office")) == "office"
    assert topic_of(index.answer("may I bring my dog", topic="office")) == "office"


def test_an_empty_collection_and_an_empty_text_find_nothing() -> None:
    assert Index(()).answer("where can I park") is None
    assert Index([PARKING]).answer("   ") is None
    assert Index([PARKING]).answer("???") is None


@given(st.text(max_size=300))
def test_a_likeness_lies_between_zero_and_one(text: str) -> None:
    found = Index([PARKING, PETS]).best(text)
    assert found is None or 0 < found.score <= 1


def test_a_listed_question_itself_is_as_alike_as_can_be() -> None:
    found = Index([PARKING, PETS]).best("Are animals allowed?")
    assert found is not None
    assert found.score == pytest.approx(1.0)


def test_a_message_of_ten_thousand_characters_is_cut_before_it_is_compared() -> None:
    index = Index([PARKING])
    assert index.best("green " * 2000 + "where can I park?") == index.best("green " * 67)


# The shipped files, by words that stand in none of them.

ASKED = [
    ("en", "what would a chatbot cost me", "price"),
    ("en", "do you hand my details to third parties", "privacy"),
    ("en", "can the bot be connected with our hubspot", "integrations"),
    ("en", "how long would the first meeting last", "process"),
    ("en", "what is the notice period for cancelling the contract", "contract"),
    ("sl", "kaksna bi bila cena klepetalnika", "price"),
    ("sl", "kje hranite osebne podatke", "privacy"),
    ("sl", "se da povezati s hubspotom", "integrations"),
    ("sl", "koliko casa traja prvi klic", "process"),
    ("sl", "kaksna je minimalna vezava", "contract"),
    ("he", "כמה תעלה הקמה של צ'אטבוט", "price"),
    ("he", "מישהו מעביר את המידע שלי לצד שלישי?", "privacy"),
    ("he", "אפשר לחבר את זה ל-HubSpot", "integrations"),
    ("he", "כמה זמן נמשכת השיחה", "process"),
    ("he", "יש תקופת התחייבות?", "contract"),
    ("fi", "paljonko chatbotin hinta on", "price"),
    ("fi", "luovutatteko henkilotietojani kolmansille", "privacy"),
    ("fi", "voiko sen liittaa hubspotiin", "integrations"),
    ("fi", "kauanko ensimmainen puhelu kestaa", "process"),
    ("fi", "mika on sopimuksen irtisanomisaika", "contract"),
    ("nb", "hva blir prisen for en chatbot", "price"),
    ("nb", "deler dere opplysningene mine med andre", "privacy"),
    ("nb", "kan det kobles til hubspot", "integrations"),
    ("nb", "hvor lenge varer samtalen", "process"),
    ("nb", "er det noen bindingstid på kontrakten", "contract"),
    ("pl", "ile kosztowalby chatbot", "price"),
    ("pl", "czy przekazujecie moje dane osobom trzecim", "privacy"),
    ("pl", "czy mozna bota podlaczyc do crm", "integrations"),
    ("pl", "ile trwa pierwsza rozmowa", "process"),
    ("pl", "jaki okres wypowiedzenia ma umowa", "contract"),
]


@pytest.mark.parametrize(("language", "text", "topic"), ASKED)
def test_a_question_in_other_words_finds_its_topic(language: str, text: str, topic: str) -> None:
    assert topic_of(shipped(language).answer(text)) == topic


ELSEWHERE = [
    ("en", "my daughter plays the violin"),
    ("en", "the train to Zagreb leaves at noon"),
    ("en", "anna.smith@example.com"),
    ("en", "about twenty-five thousand"),
    ("sl", "danes sem kosil ribo"),
    ("sl", "pišem se Marko Zupan"),
    ("sl", "nekje do poletja"),
    ("he", "אתמול ראינו סרט מצחיק"),
    ("he", "קוראים לי יעל לוי"),
    ("he", "בערך עשרים אלף"),
    ("fi", "eilen satoi lunta"),
    ("fi", "nimeni on Liisa Mäkinen"),
    ("fi", "ehkä ensi keväänä"),
    ("nb", "katten vår er grå"),
    ("nb", "jeg heter Ola Hansen"),
    ("nb", "en gang til sommeren"),
    ("pl", "wczoraj padał śnieg"),
    ("pl", "nazywam się Anna Lis"),
    ("pl", "jakieś dwadzieścia tysięcy"),
]


@pytest.mark.parametrize(("language", "text"), ELSEWHERE)
def test_a_message_about_something_else_gets_no_answer(language: str, text: str) -> None:
    assert shipped(language).answer(text) is None
