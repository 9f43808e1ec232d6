"""Names of companies: lead-ins, legal forms, odd names, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing import company
from parsing.lexicon import LANGUAGES

NAMES = [
    ("en", "Acme Ltd", "Acme Ltd"),
    ("en", "Acme, Inc.", "Acme, Inc."),
    ("en", "Yes Bank", "Yes Bank"),
    ("en", "our company is called Acme Oy", "Acme Oy"),
    ("en", "dont have a company really, just me and the shop: Marsh Bikes", "Marsh Bikes"),
    ("sl", "trgovina se imenuje Pri Janezu", "Pri Janezu"),
    ("nb", "butikken vår heter Nordlys", "Nordlys"),
    ("pl", "sklep nazywa się Zielona", "Zielona"),
    ("en", "actually the company is Acme Oy", "Acme Oy"),
    ("en", "Lis i Partnerzy", "Lis i Partnerzy"),
    ("en", "I work at Acme Retail in Oslo", "Acme Retail"),
    ("en", "I'm Jane from Acme (retail, 40 people), we need a chatbot by June", "Acme"),
    ("en", "Jane Doe, Acme Ltd", "Acme Ltd"),
    ("en", "Procter & Gamble", "Procter & Gamble"),
    ("en", "3M", "3M"),
    ("en", "acme", "acme"),
    ("sl", "Jutri d.o.o.", "Jutri d.o.o."),
    ("sl", "Human Oy", "Human Oy"),
    ("sl", "Dobro Jutro d.o.o.", "Dobro Jutro d.o.o."),
    ("sl", "delam pri Lesna d.d.", "Lesna d.d."),
    ("nb", "Stop AS", "Stop AS"),
    ("fi", "toimin yrityksessä Metsätähti Oy", "Metsätähti Oy"),
    ("nb", "firmaet mitt er Blåfjell", "Blåfjell"),
    ("nb", "jobber hos Fjord Data", "Fjord Data"),
    ("nb", "daglig leder i Fjord Data AS", "Fjord Data AS"),
    ("sl", "vodim Mizarstvo Kos s.p.", "Mizarstvo Kos s.p."),
    ("pl", "mam firmę Zorza", "Zorza"),
    ("he", "החברה שלנו נקראת גל", "גל"),
    ("nb", "firmaet heter Nei Takk AS", "Nei Takk AS"),
    ("nb", "Jeg er Ola fra Equinor", "Equinor"),
    ("fi", "itse asiassa yritys on Acme Oy", "Acme Oy"),
    ("fi", "Ei Oy", "Ei Oy"),
    ("pl", "Nie Sp. z o.o.", "Nie Sp. z o.o."),
    ("pl", "jestem Jan z firmy Acme Polska", "Acme Polska"),
    ("he", 'אקמי בע"מ', 'אקמי בע"מ'),
    ("he", "אני עובד בחברת אקמי", "אקמי"),
    ("he", 'שלום בע"מ', 'שלום בע"מ'),
]


@pytest.mark.parametrize(("language", "text", "name"), NAMES)
def test_reads_names(language: str, text: str, name: str) -> None:
    parsed = company.parse(text, language=language)
    assert parsed is not None
    assert parsed.value == name


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I'd rather not say"),
        ("en", "what do you mean?"),
        ("en", "none"),
        ("en", "no company"),
        ("en", "fair enough"),
        ("nb", "skjønner"),
        ("en", "freelancer"),
        ("en", "I'm from Oslo"),
        ("en", "we sell shoes online"),
        ("en", "yes"),
        ("en", "the last one"),
        ("sl", "drugi"),
        ("sl", "ne povem"),
        ("sl", "nimam podjetja"),
        ("nb", "ingen"),
        ("fi", "en halua kertoa"),
        ("pl", "osoba prywatna"),
        ("pl", "nie"),
        ("he", "לא רוצה להגיד"),
        ("he", "אין לי חברה"),
    ],
)
def test_refusals_places_and_sentences_are_no_companies(language: str, text: str) -> None:
    assert company.parse(text, language=language) is None


def test_a_legal_form_makes_it_sure() -> None:
    formed, bare = (company.parse(text, language="en") for text in ("Stop AS", "Stop"))
    assert formed is not None
    assert formed.confidence >= 0.9
    assert bare is not None
    assert bare.confidence <= 0.5


@given(text=st.text(max_size=200), language=st.sampled_from(LANGUAGES))
def test_any_text_is_read_without_a_fault(text: str, language: str) -> None:
    company.parse(text, language=language)
