"""The last week of a month, said beside the end of it; what is over beside what is ahead.
Read on Wednesday, 11 March 2026, 10:00."""

import pytest

from tests.parsing.telling import told

LAST_WEEKS = [
    ("en", "end of October, last week"),
    ("en", "last week, end of October"),
    ("sl", "konec oktobra, zadnji teden"),
    ("sl", "zadnji teden konec oktobra"),
    ("fi", "lokakuun loppu, viimeinen viikko"),
    ("nb", "slutten av oktober, siste uka"),
    ("pl", "koniec października, ostatni tydzień"),
]


@pytest.mark.parametrize(("language", "text"), LAST_WEEKS)
def test_the_last_week_beside_the_end_of_a_month_is_in_it(language: str, text: str) -> None:
    whole = {"en": "last week of October", "sl": "zadnji teden oktobra"}
    plain = {"fi": "lokakuun viimeinen viikko", "nb": "siste uka i oktober"} | whole
    plain["pl"] = "ostatni tydzień października"
    read = told(text, language=language)
    assert read == told(plain[language], language=language)
    assert read.startswith("2026-10-")


def test_hebrew_counts_the_last_week_behind_its_noun() -> None:
    read = told("סוף אוקטובר, השבוע האחרון", language="he")
    assert read == "2026-10-25..2026-10-31"


def test_the_last_week_alone_is_over() -> None:
    assert told("last week", language="en").startswith("past")


def test_what_is_over_is_no_second_wish() -> None:
    assert told("yesterday or tomorrow", language="en") == "2026-03-12"
