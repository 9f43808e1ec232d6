"""Telephone numbers in several hands, and numbers that are none."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing import phone
from parsing.values import Parsed, Unclear

NUMBERS = [
    ("sl", "040/123-456", None, "+38640123456"),
    ("sl", "00386 40/123-456", None, "+38640123456"),
    ("sl", "+386 (0)40 123 456", None, "+38640123456"),
    ("fi", "040 1234567", None, "+358401234567"),
    ("nb", "tlf. +47 91 23 45 67", None, "+4791234567"),
    ("nb", "91234567", None, "+4791234567"),
    ("pl", "600 123 456", None, "+48600123456"),
    ("pl", "tel. 600123456, NIP 1234563218", None, "+48600123456"),
    ("he", "050-123-4567", None, "+972501234567"),
    ("he", "\u200e+972 50-123-4567\u200e", None, "+972501234567"),
    ("he", "٠٥٠١٢٣٤٥٦٧", None, "+972501234567"),
    ("en", "+44 (0)20 7946 0958", None, "+442079460958"),
    ("en", "call me at 020 7946 0958", "GB", "+442079460958"),
    ("en", "(+1)   650 - 701  8887", None, "+16507018887"),
    ("en", "07911 123 456 but don't ring mornings", "GB", "+447911123456"),
    ("en", "040 123 456", "SI", "+38640123456"),
]


@pytest.mark.parametrize(("language", "text", "region", "number"), NUMBERS)
def test_reads_numbers(language: str, text: str, region: str | None, number: str) -> None:
    parsed = phone.parse(text, language=language, region=region)
    assert isinstance(parsed, Parsed)
    assert parsed.value.value == number


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pl", "NIP 123-456-32-18"),
        ("fi", "y-tunnus 1234567-8"),
        ("nb", "org nr 923 609 016"),
        ("sl", "davčna 12345678"),
        ("he", "ח.פ. 514000000"),
        ("nb", "50 000 000 kr"),
        ("en", "20 000 000 €"),
        ("en", "2026-03-11 15:00"),
        ("pl", "12.03.2026 o 15"),
        ("en", "jane1234567@acme.io"),
        ("en", "we have 1 200 000 customers"),
        ("en", "12345"),
        ("en", "12345678901234567"),
    ],
)
def test_other_numbers_are_no_telephones(language: str, text: str) -> None:
    assert phone.parse(text, language=language) is None


def test_without_a_country_english_asks_which() -> None:
    unclear = phone.parse("020 7946 0958", language="en")
    assert isinstance(unclear, Unclear)
    assert unclear.why == "country"
    assert "+442079460958" in [choice.value.value for choice in unclear.choices]
    assert len(unclear.choices) <= 3


def test_a_number_that_no_plan_knows_is_less_sure() -> None:
    known, unknown = (phone.parse(text, language="he") for text in ("03-5171234", "050-123-4567"))
    assert isinstance(known, Parsed)
    assert isinstance(unknown, Parsed)
    assert known.confidence >= 0.9 > unknown.confidence


@given(
    region=st.sampled_from(["SI", "FI", "NO", "PL", "IL", "GB", "US", "DE"]),
    style=st.sampled_from(
        [phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164]
    ),
)
def test_numbers_as_plans_write_them_read_back(region: str, style: int) -> None:
    number = phonenumbers.example_number(region)
    assert number is not None
    written = phonenumbers.format_number(number, style)
    parsed = phone.parse(f"my number is {written}", language="en")
    assert isinstance(parsed, Parsed)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert parsed.value.value == e164
