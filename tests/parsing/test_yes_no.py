"""Yes and no in six languages, and what is neither."""

import pytest

from parsing import yes_no

YES = [
    ("en", ["yes", "yes please", "yep", "sounds good", "that's right", "of course", "👍", "y"]),
    ("sl", ["ja", "da", "seveda", "v redu", "drži", "tako je", "ja, prosim", "se strinjam"]),
    ("nb", ["ja", "jo", "det stemmer", "gjerne", "ja takk", "klart det", "passer bra"]),
    ("fi", ["kyllä", "joo sopii", "kylla kiitos", "pitää paikkansa", "totta kai", "niin"]),
    ("pl", ["tak", "no tak", "tak, poproszę", "zgadza się", "jasne", "może być"]),
    ("he", ["כן", "כן בבקשה", "בטח", "מתאים לי", "נכון", "סבבה"]),
]
NO = [
    ("en", ["no", "nope", "no thanks", "not really", "not ok", "of course not", "incorrect", "👎"]),
    ("sl", ["ne", "ne, hvala", "seveda ne", "ni v redu", "ne drži", "ne strinjam se"]),
    ("nb", ["nei", "nei takk", "det stemmer ikke", "ikke nå", "passer ikke"]),
    ("fi", ["ei", "ei kiitos", "ei sovi", "ei pidä paikkaansa", "en"]),
    ("pl", ["nie", "nie, dziękuję", "nie zgadza się", "no nie", "nie pasuje"]),
    ("he", ["לא", "לא תודה", "בטח שלא", "לא מתאים", "אין צורך"]),
]


@pytest.mark.parametrize(("language", "text"), [(la, text) for la, said in YES for text in said])
def test_says_yes(language: str, text: str) -> None:
    parsed = yes_no.parse(text, language=language)
    assert parsed is not None
    assert parsed.value is True
    assert parsed.confidence >= 0.9


@pytest.mark.parametrize(("language", "text"), [(la, text) for la, said in NO for text in said])
def test_says_no(language: str, text: str) -> None:
    parsed = yes_no.parse(text, language=language)
    assert parsed is not None
    assert parsed.value is False
    assert parsed.confidence >= 0.9


@pytest.mark.parametrize("text", ["Jane", "maybe", "Acme Ltd", "yes no", "👍👎", "", "???"])
def test_neither_or_both_is_none(text: str) -> None:
    assert yes_no.parse(text, language="en") is None


def test_no_in_polish_is_a_yes_to_be_asked_back() -> None:
    parsed = yes_no.parse("no", language="pl")
    assert parsed is not None
    assert parsed.value is True
    assert parsed.confidence <= 0.5


def test_what_comes_first_counts_and_more_makes_it_less_sure() -> None:
    parsed = yes_no.parse("yes, but not Monday", language="en")
    assert parsed is not None
    assert parsed.value is True
    assert parsed.confidence < 0.9
