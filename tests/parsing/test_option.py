"""Options of a list, by stem, inflection, slip of the keyboard and place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing import option
from parsing.lexicon import LANGUAGES
from parsing.values import Parsed, Unclear

INDUSTRIES = {
    "en": {
        "retail": ("Retail", "retail", "shop", "e-commerce"),
        "healthcare": ("Healthcare", "health", "hospital"),
        "software": ("Software and IT", "software", "it company"),
        "other": ("Something else", "something else", "other"),
    },
    "sl": {
        "retail": ("Trgovina", "trgovin", "maloprodaj"),
        "healthcare": ("Zdravstvo", "zdravstv", "bolnic"),
        "chatbot": ("Klepetalnik",),
    },
    "fi": {
        "retail": ("Kauppa", "vähittäis", "kauppa"),
        "healthcare": ("Terveydenhuolto", "terveyden"),
    },
    "nb": {"retail": ("Handel", "handel", "butikk"), "healthcare": ("Helse", "helse")},
    "pl": {"retail": ("Handel", "handl", "handel"), "healthcare": ("Ochrona zdrowia", "medyc")},
    "he": {
        "manufacturing": ("תעשייה וייצור", "תעשי", "ייצור"),
        "retail": ("קמעונאות", "קמעונ"),
    },
}


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("en", "Retail", "retail"),
        ("en", "we run three shops in Oslo", "retail"),
        ("en", "fine, healthcare", "healthcare"),
        ("en", "healtcare", "healthcare"),
        ("en", "retial", "retail"),
        ("en", "something else", "other"),
        ("sl", "v trgovini", "retail"),
        ("sl", "rad bi klepetalnika", "chatbot"),
        ("sl", "zdravstvu", "healthcare"),
        ("fi", "vähittäiskaupassa", "retail"),
        ("fi", "verkkokauppa", "retail"),
        ("fi", "terveydenhuollossa", "healthcare"),
        ("nb", "netthandel", "retail"),
        ("pl", "w handlu", "retail"),
        ("pl", "ochrona zdrowia", "healthcare"),
        ("he", "בתעשייה", "manufacturing"),
        ("he", "אנחנו בקמעונאות", "retail"),
    ],
)
def test_finds_the_option(language: str, text: str, meant: str) -> None:
    parsed = option.parse(text, language=language, options=INDUSTRIES[language])
    assert isinstance(parsed, Parsed)
    assert parsed.value == meant


@pytest.mark.parametrize(
    "text", ["it", "what is it?", "yes", "not retail", "not a shop", "hlth", "shot"]
)
def test_short_words_negations_and_far_slips_fit_nothing(text: str) -> None:
    assert option.parse(text, language="en", options=INDUSTRIES["en"]) is None


def test_two_that_fit_equally_are_asked_back_with_at_most_three() -> None:
    unclear = option.parse("a shop with software", language="en", options=INDUSTRIES["en"])
    assert isinstance(unclear, Unclear)
    assert unclear.why == "which_option"
    assert [choice.value for choice in unclear.choices] == ["retail", "software"]


def test_the_longer_phrase_wins_over_one_inside_it() -> None:
    options = {"marketing": ("Marketing",), "automation": ("Marketing automation",)}
    parsed = option.parse("marketing automation please", language="en", options=options)
    assert isinstance(parsed, Parsed)
    assert parsed.value == "automation"


def test_an_option_alone_is_surer_than_one_in_passing_and_a_slip_least() -> None:
    said = ("retail", "we are in retail since 1990", "retial")
    found = [option.parse(text, language="en", options=INDUSTRIES["en"]) for text in said]
    sure = [one.confidence for one in found if isinstance(one, Parsed)]
    assert sure[0] > sure[1] >= 0.9 > sure[2]


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("en", "the second one", 2),
        ("en", "last", 5),
        ("en", "the last but one", 4),
        ("en", "2", 2),
        ("en", "number 3", 3),
        ("en", "the middle one", 3),
        ("sl", "druga", 2),
        ("sl", "zadnji termin", 5),
        ("nb", "den andre", 2),
        ("nb", "nest siste", 4),
        ("fi", "viimeinen", 5),
        ("fi", "ensimmäinen aika", 1),
        ("pl", "drugą opcję poproszę", 2),
        ("pl", "ostatni", 5),
        ("he", "השנייה", 2),
        ("he", "האופציה השלישית", 3),
    ],
)
def test_finds_the_place(language: str, text: str, place: int) -> None:
    parsed = option.parse_ordinal(text, language=language, count=5)
    assert parsed is not None
    assert parsed.value == place


@pytest.mark.parametrize("text", ["6", "the sixth", "25", "at 2", "Tuesday", "0"])
def test_no_place_of_the_list_is_none(text: str) -> None:
    assert option.parse_ordinal(text, language="en", count=5) is None


@given(text=st.text(max_size=200), language=st.sampled_from(LANGUAGES))
def test_any_text_is_read_without_a_fault(text: str, language: str) -> None:
    found = option.parse(text, language=language, options=INDUSTRIES[language])
    assert found is None or isinstance(found, Parsed | Unclear)
    place = option.parse_ordinal(text, language=language, count=3)
    assert place is None or 1 <= place.value <= 3
