"""Which language a message is in: addresses and names of others do not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing.fold import fold_text
from parsing.language import decide, identify, requested_language
from parsing.language_profile import LANGUAGES as SCORED
from parsing.language_profile import scores
from parsing.lexicon import LANGUAGES
from parsing.values import LanguageGuess


@pytest.mark.parametrize(
    ("text", "current"),
    [
        ("המייל שלי dana@sfarim-shop.co.il.", "he"),
        ("moj naslov je robert.smith@the-english-company.com", "sl"),
        ("jane@acme.io", "fi"),
        ("ok", "sl"),
        ("marketing", "nb"),
        ("https://www.example.com/how-we-work", "pl"),
        ("qwerty zxcv uiop", "sl"),
        ("hfjdk sjfkd ksld", "he"),
    ],
)
def test_the_language_stays(text: str, current: str) -> None:
    assert decide(current, False, identify(text, current=current), text) == current


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Živjo, rad bi ponudbo za klepetalnika", "sl"),
        ("pracujemy w handlu detalicznym od wielu lat", "pl"),
        ("אנחנו צריכים צ׳אטבוט לאתר", "he"),
        ("tarvitsemme chatbotin verkkosivuillemme", "fi"),
        ("vi trenger en chatbot på nettsiden vår", "nb"),
        ("we need a chatbot for our website", "en"),
    ],
)
def test_a_clear_sentence_switches(text: str, language: str) -> None:
    current = "en" if language != "en" else "fi"
    assert decide(current, False, identify(text, current=current), text) == language


def test_danish_is_read_as_norwegian_and_spanish_as_none_of_ours() -> None:
    danish = identify("Hej, jeg vil gerne høre hvad det koster")
    assert (danish.language, danish.other) == ("nb", "da")
    spanish = identify("¿Cuánto cuesta el servicio?")
    assert (spanish.language, spanish.other) == (None, "es")


@pytest.mark.parametrize(
    ("text", "spoken", "wanted"),
    [
        ("do you speak Polish?", "en", "pl"),
        ("ali lahko govorimo angleško?", "sl", "en"),
        ("אפשר באנגלית?", "he", "en"),
        ("voidaanko puhua englantia?", "fi", "en"),
        ("kan vi ta det på engelsk?", "nb", "en"),
        ("czy możemy po angielsku?", "pl", "en"),
        ("we sell English books", "en", None),
    ],
)
def test_a_language_is_asked_for(text: str, spoken: str, wanted: str | None) -> None:
    assert requested_language(text, language=spoken) == wanted


SENTENCES = {
    "en": "How much does it cost per month?",
    "sl": "Koliko stane to na mesec?",
    "he": "כמה זה עולה לחודש?",
    "fi": "Paljonko tämä maksaa kuukaudessa?",
    "nb": "Hvor mye koster det i måneden?",
    "pl": "Ile to kosztuje miesięcznie?",
}


@pytest.mark.parametrize(("language", "text"), SENTENCES.items())
@pytest.mark.parametrize("plain", [False, True])
def test_a_sentence_tells_its_language_without_diacritics_too(
    language: str, text: str, plain: bool
) -> None:
    guess = identify(fold_text(text) if plain else text)
    assert guess.language == language
    assert guess.confidence >= 0.9


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Guten Tag, ich möchte ein Angebot", "de"),
        ("Bonjour, je voudrais un devis", "fr"),
        ("Hej, jag skulle vilja veta vad det kostar", "sv"),
        ("Dobrý den, chtěl bych nabídku", "cs"),
        ("Сколько это стоит?", "ru"),
        ("Скільки це коштує і чи є її опис?", "uk"),
        ("كم التكلفة؟", "ar"),
    ],
)
def test_a_language_that_is_not_spoken_here_is_named(text: str, other: str) -> None:
    guess = identify(text)
    assert (guess.language, guess.other) == (None, other)


@pytest.mark.parametrize("text", ["", "12345", "???", "🙂", "ok", "marketing", "Anna", "jane@a.io"])
def test_too_little_tells_nothing(text: str) -> None:
    assert identify(text).language is None


def test_the_page_weighs_in_where_a_word_leaves_it_open() -> None:
    assert {page: identify("ei", page=page).language for page in ("fi", "nb")} == {
        "fi": "fi",
        "nb": "nb",
    }


@pytest.mark.parametrize("text", ["Hei", "tak", "Dzień dobry", "Kari Nordmann", "Acme Oy Ltd"])
def test_two_words_or_names_never_switch(text: str) -> None:
    assert decide("en", False, identify(text, current="en"), text) == "en"


def test_a_request_switches_at_once_and_a_chosen_language_holds_longer() -> None:
    asked = "po polsku?"
    assert decide("en", True, identify(asked, current="en"), asked) == "pl"
    short = "nie wiem jeszcze"
    guess = LanguageGuess("pl", 0.95)
    assert decide("en", False, guess, short) == "pl"
    assert decide("en", True, guess, short) == "en"


def test_a_language_outside_the_six_is_asked_for_by_name() -> None:
    assert requested_language("Do you speak German?", language="en") == "de"
    guess = identify("Do you speak German?")
    assert (guess.language, guess.other, guess.request) == (None, "de", True)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("En ymmärrä saksaa.", "fi"),
        ("Govorim švedsko.", "sl"),
        ("we want a chatbot in English and Polish", "en"),
        ("Can you build chatbots in Polish?", "en"),
    ],
)
def test_speaking_of_a_language_is_not_asking_for_it(text: str, language: str) -> None:
    assert requested_language(text, language=language) is None


def test_scores_cover_every_counted_language() -> None:
    assert set(scores("hello there")) == set(SCORED)
    assert max(scores("the quick brown fox and the dog").items(), key=lambda one: one[1])[0] == "en"


@given(text=st.text(max_size=200), current=st.sampled_from(LANGUAGES))
def test_any_text_is_guessed_without_a_fault(text: str, current: str) -> None:
    guess = identify(text, current=current)
    assert guess.language is None or guess.language in LANGUAGES
    assert 0 <= guess.confidence <= 1
    assert decide(current, False, guess, text) in LANGUAGES


@pytest.mark.parametrize("text", ["Ruščina je", "Polski jest", "English is hard"])
def test_a_language_that_is_spoken_of_is_not_asked_for(text: str) -> None:
    assert not identify(text).request
