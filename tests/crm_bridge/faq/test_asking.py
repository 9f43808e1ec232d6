"""A question needs no question mark."""

import pytest

from crm_bridge.faq.asking import addresses


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "hi, how do we start"),
        ("en", "we use Salesforce, would that connect"),
        ("sl", "imate kak primer"),
        ("sl", "za koliko časa se zavežemo"),
        ("he", "תמכרו את הכתובת שלי"),
        ("he", "עד מתי אפשר להתקשר"),
        ("fi", "koulutatteko henkilökuntamme"),
        ("fi", "paljonko se maksaa"),
        ("nb", "selger dere adressen min"),
        ("nb", "kan vi slutte når vi vil"),
        ("pl", "sprzedacie mój adres"),
        ("pl", "na jak długo się wiążemy"),
    ],
)
def test_asks_without_a_mark(language: str, text: str) -> None:
    assert addresses(text, language=language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "about forty people who work in Oslo"),
        ("sl", "radi bi hitreje odgovarjali strankam"),
        ("he", "בערך ארבעים איש"),
        ("fi", "noin neljäkymmentä henkeä"),
        ("nb", "vi vil svare kundene raskere"),
        ("pl", "chcemy szybciej odpowiadać klientom"),
        ("xx", "how much is it"),
    ],
)
def test_answers_ask_nothing(language: str, text: str) -> None:
    assert not addresses(text, language=language)
