"""Which language a message is in: addresses and names of others do not count."""

import pytest

from parsing.language import decide, identify, requested_language


@pytest.mark.parametrize(
    ("text", "current"),
    [
        ("המייל שלי dana@sfarim-shop.co.il.", "he"),
        ("moj naslov je robert.smith@the-english-company.com", "sl"),
        ("jane@acme.io", "fi"),
        ("ok", "sl"),
        ("marketing", "nb"),
        ("https://www.example.com/how-we-work", "pl"),
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
