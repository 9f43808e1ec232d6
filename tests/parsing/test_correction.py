"""Corrections: the new words, the old ones, the field, and what is no correction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing import correction
from parsing.lexicon import LANGUAGES

SAID: list[tuple[str, str, str | None, str | None, str | None]] = [
    ("en", "sorry, I meant 50, not 15", "50", "15", None),
    ("en", "wait, I meant 50", "50", None, None),
    ("en", "actually the company is Acme Oy", "the company is Acme Oy", None, "company"),
    ("en", "my name is not Jane, it's Joan", "Joan", "Jane", "person"),
    ("en", "not 15 but 50", "50", "15", None),
    ("en", "50, not 15", "50", "15", None),
    ("en", "change my email to x@y.io", "x@y.io", None, "email"),
    ("en", "wrong number, it's 040 123 456", "it's 040 123 456", None, "phone"),
    ("en", "scratch that, 20k", "20k", None, None),
    ("sl", "oprostite, mislil sem 50, ne 15", "50", "15", None),
    ("sl", "ne 15, ampak 50", "50", "15", None),
    ("sl", "ime mi ni Jana, ampak Joana", "Joana", "Jana", "person"),
    ("nb", "beklager, jeg mente 50, ikke 15", "50", "15", None),
    ("nb", "jeg heter ikke Kari", None, "Kari", "person"),
    ("nb", "jeg heter ikke Kari, men Karin", "Karin", "Kari", "person"),
    ("fi", "itse asiassa yritys on Acme Oy", "yritys on Acme Oy", None, "company"),
    ("fi", "ei 15 vaan 50", "50", "15", None),
    ("fi", "sähköposti on väärin", None, None, "email"),
    ("pl", "przepraszam, miałem na myśli 50, a nie 15", "50", "15", None),
    ("pl", "nie nazywam się Jan", None, "Jan", "person"),
    ("he", "סליחה, התכוונתי ל-50, לא 15", "50", "15", None),
    ("he", "לא קוראים לי דנה", None, "דנה", "person"),
]


@pytest.mark.parametrize(("language", "text", "new", "old", "field"), SAID)
def test_reads_corrections(
    language: str, text: str, new: str | None, old: str | None, field: str | None
) -> None:
    parsed = correction.parse(text, language=language)
    assert parsed is not None
    assert (parsed.value.new or "").removeprefix("ל-") == (new or "")
    assert (parsed.value.old, parsed.value.field) == (old, field)
    assert parsed.value.negated is (new is None)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Jane Doe"),
        ("en", "25 people"),
        ("en", "I'm not interested"),
        ("en", "we are not sure"),
        ("en", "I don't know"),
        ("en", "not Monday"),
        ("en", "could we move it to Thursday instead?"),
        ("en", "Acme, not sure about the legal form"),
        ("nb", "jeg er ikke sikker"),
        ("fi", "en ole varma"),
        ("pl", "nie jestem pewien"),
        ("he", "אני לא בטוח"),
        ("sl", "nisem prepričan"),
    ],
)
def test_answers_and_doubts_are_no_corrections(language: str, text: str) -> None:
    assert correction.parse(text, language=language) is None


def test_a_mere_sorry_is_less_sure_than_saying_so() -> None:
    weak = correction.parse("sorry, 50", language="en")
    strong = correction.parse("sorry, I meant 50", language="en")
    assert weak is not None
    assert strong is not None
    assert weak.confidence < 0.8 <= strong.confidence


@given(text=st.text(max_size=200), language=st.sampled_from(LANGUAGES))
def test_any_text_is_read_without_a_fault(text: str, language: str) -> None:
    parsed = correction.parse(text, language=language)
    if parsed is not None and parsed.value.new is not None:
        assert parsed.value.new in text
