"""Budgets: amounts, ranges, currencies and periods, and the one question a bare number asks."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from parsing import money
from parsing.lexicon import LANGUAGES
from parsing.values import Parsed, Unclear

AMOUNTS: list[tuple[str, str, str | None, str | None, str | None, str | None]] = [
    ("en", "10-15k euros", "10000", "15000", "EUR", None),
    ("en", "half a million", "500000", "500000", None, None),
    ("en", "500 a month tops, pounds", None, "500", "GBP", "month"),
    ("en", "pounds, about 3000", "3000", "3000", "GBP", None),
    ("en", "500 a month or more", "500", None, None, "month"),
    ("nb", "500 i måneden maks", None, "500", None, "month"),
    ("pl", "500 miesięcznie maksymalnie, złotych", None, "500", "PLN", "month"),
    ("en", "€1.500", "1500", "1500", "EUR", None),
    ("en", "up to $5,000", None, "5000", "USD", None),
    ("en", "between $10 and $20", "10", "20", "USD", None),
    ("en", "20 dollars 43 cents", "20.43", "20.43", "USD", None),
    ("en", "more than a dollar and 42 cents", "1.42", None, "USD", None),
    ("en", "our budget is around 20k", "20000", "20000", None, None),
    ("en", "500 euros for 25 people", "500", "500", "EUR", None),
    ("en", "100 Hong Kong dollars", "100", "100", "HKD", None),
    ("en", "€10k per year", "10000", "10000", "EUR", "year"),
    ("sl", "do 500 evrov na mesec", None, "500", "EUR", "month"),
    ("sl", "od 5 do 10 tisoč evrov", "5000", "10000", "EUR", None),
    ("sl", "100 švedskih kron", "100", "100", "SEK", None),
    ("sl", "5 jurjev", "5000", "5000", "EUR", None),
    ("sl", "dva stotaka", "200", "200", "EUR", None),
    ("en", "several thousand dollars", "3000", "3000", "USD", None),
    ("sl", "nekaj tisoč evrov", "3000", "3000", "EUR", None),
    ("he", "כמה אלפי שקלים", "3000", "3000", "ILS", None),
    ("he", "3 שקלים וחצי", "3.5", "3.5", "ILS", None),
    ("he", "20 ריאל", "20", "20", "SAR", None),
    ("sl", "3 evre in pol", "3.5", "3.5", "EUR", None),
    ("nb", "3 kroner og en halv", "3.5", "3.5", "NOK", None),
    ("fi", "muutama sata euroa", "300", "300", "EUR", None),
    ("nb", "noen hundre kroner", "300", "300", "NOK", None),
    ("fi", "pari satasta", "200", "200", "EUR", None),
    ("fi", "3500 € + alv", "3500", "3500", "EUR", None),
    ("en", "3500 eur plus VAT", "3500", "3500", "EUR", None),
    ("pl", "3500 zł + VAT", "3500", "3500", "PLN", None),
    ("nb", "noen 500 kr", "500", "500", "NOK", None),
    ("pl", "kilka tysięcy zł", "3000", "3000", "PLN", None),
    ("nb", "femti lapper", "50000", "50000", "NOK", None),
    ("nb", "5-10 lapper", "5000", "10000", "NOK", None),
    ("pl", "5-6 stów", "500", "600", "PLN", None),
    ("pl", "3 tysiaki", "3000", "3000", "PLN", None),
    ("nb", "kr. 500,-", "500", "500", "NOK", None),
    ("nb", "mellom 50 og 100 tusen kroner", "50000", "100000", "NOK", None),
    ("nb", "2 MNOK", "2000000", "2000000", "NOK", None),
    ("nb", "500 kr i måneden", "500", "500", "NOK", "month"),
    ("nb", "500 kr måneden", "500", "500", "NOK", "month"),
    ("nb", "500 kr året", "500", "500", "NOK", "year"),
    ("fi", "500 e/kuu", "500", "500", "EUR", "month"),
    ("pl", "500 zł na m-c", "500", "500", "PLN", "month"),
    ("fi", "enintään 500 €/kk", None, "500", "EUR", "month"),
    ("en", "ok then 10k", "10000", "10000", None, None),
    ("en", "they gave us 15k", "15000", "15000", None, None),
    ("fi", "no joo 10k sitten", "10000", "10000", None, None),
    ("fi", "20 t€", "20000", "20000", "EUR", None),
    ("fi", "500 eurosta 1000 euroon", "500", "1000", "EUR", None),
    ("fi", "500 Ruotsin kruunua", "500", "500", "SEK", None),
    ("pl", "od 5 do 10 tysięcy złotych", "5000", "10000", "PLN", None),
    ("pl", "20 tys. zł", "20000", "20000", "PLN", None),
    ("pl", "1 500,50 PLN", "1500.50", "1500.50", "PLN", None),
    ("pl", "50 koron szwedzkich", "50", "50", "SEK", None),
    ("he", "בין 5,000 ל-10,000 ₪", "5000", "10000", "ILS", None),
    ("he", 'עד 500 ש"ח לחודש', None, "500", "ILS", "month"),
    ("he", "5 דולר ו50 סנט", "5.50", "5.50", "USD", None),
    ("he", "100 כתרים שוודיים", "100", "100", "SEK", None),
]


@pytest.mark.parametrize(("language", "text", "low", "high", "currency", "per"), AMOUNTS)
def test_reads_amounts(
    language: str,
    text: str,
    low: str | None,
    high: str | None,
    currency: str | None,
    per: str | None,
) -> None:
    parsed = money.parse(text, language=language)
    assert isinstance(parsed, Parsed)
    ends = tuple(None if end is None else Decimal(end) for end in (low, high))
    assert (parsed.value.min, parsed.value.max) == ends
    assert (parsed.value.currency, parsed.value.per) == (currency, per)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_bare_number_may_mean_thousands(language: str) -> None:
    unclear = money.parse("20", language=language)
    assert isinstance(unclear, Unclear)
    assert unclear.why == "unit"
    assert [choice.value.min for choice in unclear.choices] == [20, 20_000]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "we have 25 people"),
        ("en", "3 months"),
        ("en", "20 European customers"),
        ("en", "all 25 of us"),
        ("en", "a quarter of a year"),
        ("en", "exactly dollars"),
        ("sl", "ob 15"),
        ("pl", "nie wiem"),
        ("nb", "15. mai"),
        ("he", "ביום שני"),
    ],
)
def test_other_numbers_are_no_budget(language: str, text: str) -> None:
    assert money.parse(text, language=language) is None


def test_the_region_tells_which_dollar_and_krone() -> None:
    said = {
        region: money.parse(text, language="en", region=region)
        for region, text in {"AU": "$10", "SE": "500 kr", "NO": "500 kr", "FI": "$10"}.items()
    }
    codes = {region: one.value.currency for region, one in said.items() if isinstance(one, Parsed)}
    assert codes == {"AU": "AUD", "SE": "SEK", "NO": "NOK", "FI": "USD"}


def test_below_zero_and_beyond_reason_are_asked_back() -> None:
    below = money.parse("minus 500 euros", language="en")
    beyond = money.parse("9999999999999999 euros", language="en")
    assert below == Unclear((), "negative")
    assert isinstance(beyond, Unclear)
    assert beyond.why == "too_large"


@given(
    value=st.integers(1, 10**9),
    currency=st.sampled_from(["EUR", "USD", "GBP", "NOK", "PLN", "ILS", "CHF"]),
    language=st.sampled_from(LANGUAGES),
    style=st.sampled_from(["standard", "name"]),
)
def test_amounts_as_the_locale_writes_them_read_back(
    value: int, currency: str, language: str, style: str
) -> None:
    written = format_currency(value, currency, locale=language, format_type=style)  # type: ignore[arg-type]
    parsed = money.parse(written, language=language)
    assert isinstance(parsed, Parsed)
    assert (parsed.value.min, parsed.value.currency) == (value, currency)


@given(text=st.text(max_size=200), language=st.sampled_from(LANGUAGES))
def test_any_text_is_read_without_a_fault(text: str, language: str) -> None:
    parsed = money.parse(text, language=language)
    assert parsed is None or isinstance(parsed, Parsed | Unclear)
