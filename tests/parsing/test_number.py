"""Numbers in digits and in words: tables per language, an oracle for words and for digits."""

from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import example, given
from hypothesis import strategies as st
from num2words import num2words

from parsing import number
from parsing.lexicon import LANGUAGES, UnknownLanguage

ORACLE = {"nb": "no"}

SAID = [
    ("en", "two hundred and five thousand", "205000"),
    ("en", "a couple of hundred", "200"),
    ("en", "half a million", "500000"),
    ("en", "a million and a half", "1500000"),
    ("en", "one point five million", "1500000"),
    ("en", "two dozen", "24"),
    ("en", "minus 5", "-5"),
    ("en", "1½", "1.5"),
    ("en", "10k", "10000"),
    ("sl", "petindvajset", "25"),
    ("sl", "pet in dvajset", "25"),
    ("sl", "dvesto petdeset tisoč", "250000"),
    ("sl", "poltretji milijon", "2500000"),
    ("sl", "milijon in pol", "1500000"),
    ("sl", "dvema", "2"),
    ("sl", "20 tis. evrov", "20000"),
    ("nb", "tohundreogfemti", "250"),
    ("nb", "fem og tyve", "25"),
    ("nb", "halvannen million", "1500000"),
    ("nb", "to og en halv", "2.5"),
    ("nb", "et par tusen", "2000"),
    ("nb", "syv og halvfems", "97"),
    ("fi", "kahdessakymmenessäviidessä", "25"),
    ("fi", "puolitoista", "1.5"),
    ("fi", "kaksi ja puoli miljoonaa", "2500000"),
    ("fi", "parikymmentä", "20"),
    ("fi", "kolmekymppiä", "30"),
    ("fi", "20:n", "20"),
    ("pl", "półtora tysiąca", "1500"),
    ("pl", "dwa i pół miliona", "2500000"),
    ("pl", "dwudziestu pięciu", "25"),
    ("pl", "20 tys. zł", "20000"),
    ("pl", "ćwierć miliona", "250000"),
    ("he", "חמישה עשר", "15"),
    ("he", "שלושת אלפים", "3000"),
    ("he", "אלפיים מאתיים", "2200"),
    ("he", "מיליון וחצי", "1500000"),
    ("he", "כ-30", "30"),
    ("he", "מאה עשרים ושלוש", "123"),
]


@pytest.mark.parametrize(("language", "text", "value"), SAID)
def test_reads_what_people_say(language: str, text: str, value: str) -> None:
    parsed = number.parse(text, language=language)
    assert parsed is not None
    assert parsed.value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "english", "polish"),
    [
        ("1.234", "1.234", "1234"),
        ("1,234", "1234", "1.234"),
        ("1.200.000", "1200000", "1200000"),
        ("1,200.50", "1200.50", "1200.50"),
        ("1.200,50", "1200.50", "1200.50"),
        ("20 000", "20000", "20000"),
        ("100,000", "100000", "100000"),
        ("0,500", "0.500", "0.500"),
    ],
)
def test_separators_are_told_apart_by_shape_and_language(
    text: str, english: str, polish: str
) -> None:
    for language, value in (("en", english), ("pl", polish)):
        parsed = number.parse(text, language=language)
        assert parsed is not None
        assert parsed.value == Decimal(value)


def test_the_other_reading_of_a_separator_is_kept() -> None:
    (found,) = number.spans("1.200", language="sl")
    assert (found.value, found.other) == (Decimal(1200), Decimal("1.2"))


@pytest.mark.parametrize(
    "text", ["15:30", "12.5.2026", "2026-03-11", "3rd", "+386 40 123 456", "24/7", "dogs", ""]
)
def test_times_dates_phones_and_ordinals_are_no_numbers(text: str) -> None:
    assert number.parse(text, language="en") is None


def test_letters_before_digits_make_a_name_not_a_number() -> None:
    assert number.parse("A4", language="en") is None
    assert [found.glued for found in number.spans("EUR20", language="en")] == [True]


def test_words_that_do_not_add_up_are_separate_numbers() -> None:
    values = [found.value for found in number.spans("two three and five-ten", language="en")]
    assert values == [2, 3, 5, 10]


def test_offsets_are_those_of_the_raw_text() -> None:
    text = "\u200fŁącznie ośmiu, potem 1½!"
    cut = [text[found.start : found.end] for found in number.spans(text, language="pl")]
    assert cut == ["ośmiu", "1½"]


def test_a_hyphen_between_numbers_is_no_minus() -> None:
    values = [found.value for found in number.spans("10 - 20, -5", language="en")]
    assert values == [10, 20, -5]


def test_a_word_that_is_often_something_else_is_less_sure() -> None:
    (found,) = number.spans("this is the one", language="en")
    assert found.confidence < 0.9


def test_a_seventh_language_is_refused() -> None:
    with pytest.raises(UnknownLanguage):
        number.parse("1", language="de")


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("sl", "pet milijonov tisoč dvesto", 5_001_200),
        ("pl", "dwa miliony tysiąc", 2_001_000),
        ("fi", "kolkytviis", 35),
        ("fi", "seitkyt", 70),
        ("fi", "nelkyt", 40),
    ],
)
def test_numbers_as_they_are_said(language: str, text: str, value: int) -> None:
    parsed = number.parse(text, language=language)
    assert parsed is not None
    assert parsed.value == value


@given(value=st.integers(0, 10**12), language=st.sampled_from(LANGUAGES))
def test_written_out_numbers_read_back(value: int, language: str) -> None:
    words = num2words(value, lang=ORACLE.get(language, language))
    parsed = number.parse(words, language=language)
    assert parsed is not None
    assert parsed.value == value


@given(
    value=st.decimals(-(10**12), 10**12, places=2, allow_nan=False, allow_infinity=False),
    language=st.sampled_from(LANGUAGES),
)
def test_numbers_as_the_locale_writes_them_read_back(value: Decimal, language: str) -> None:
    parsed = number.parse(format_decimal(value, locale=language), language=language)
    assert parsed is not None
    assert parsed.value == value


@given(text=st.text(max_size=300), language=st.sampled_from(LANGUAGES))
@example(text="¼/", language="en")
def test_any_text_is_read_without_a_fault_and_in_order(text: str, language: str) -> None:
    found = number.spans(text, language=language)
    ends = [0, *(one.end for one in found)]
    assert all(end <= one.start < one.end for end, one in zip(ends, found, strict=False))


def test_the_work_grows_with_the_text_not_with_its_square() -> None:
    """Numbers read are bounded, so that a table pasted in costs no more than its start."""
    assert len(number.spans("1 " * 5_000, language="en")) == number.MOST_NUMBERS
    assert number.spans("9" * 10_000, language="en") == []
    assert number.parse("million " * 1_000, language="en") is not None
