"""Folding gives one plain spelling and never loses the way back to the raw text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing.fold import fold, fold_text


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("Pojutrišnjem", "pojutrisnjem"),
        ("ŁÓDŹ", "lodz"),
        ("Ødegård Æ", "odegard a"),
        ("Đorđe", "dorde"),
        ("Straße", "strasse"),
        ("ב־15:00", "ב-15:00"),
        ("צה״ל", 'צה"ל'),
        ("\u200fמחר\u200e", "מחר"),
        ("מָחָר", "מחר"),
        ("20\u202f000\u00a0€", "20 000 €"),
        ("10–12", "10-12"),
        ("I’m", "i'm"),
        ("٣:٣٠", "3:30"),
        ("1½ h", "1 1/2 h"),
        ("½ h", "1/2 h"),
        ("ＭＯＮＤＡＹ", "monday"),
        ("a\tb\nc", "a b\nc"),
    ],
)
def test_folds_to_one_plain_spelling(raw: str, folded: str) -> None:
    assert fold_text(raw) == folded


def test_raw_words_are_found_again_with_their_letters() -> None:
    folded = fold("jaz sem Žiga Šušteršič, ½ ure")
    at = folded.text.index("ziga")
    assert folded.raw_of(at, at + 4) == "Žiga"
    half = folded.text.index("1/2")
    assert folded.raw_of(half, half + 3) == "½"


def test_combining_marks_belong_to_the_letter_before_them() -> None:
    folded = fold(unicodedata.normalize("NFD", "šo"))
    assert folded.text == "so"
    assert folded.raw_span(0, 1) == (0, 2)


@given(st.text(max_size=80))
def test_offsets_are_ordered_and_inside_the_text(raw: str) -> None:
    folded = fold(raw)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= a < b <= len(raw) for a, b in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing(raw: str) -> None:
    once = fold_text(raw)
    assert fold_text(once) == once
