"""A number has one look-up form."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.contacts.phone_number import BadPhone, normalise_phone


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("+44 20 7946 0958", None, "+442079460958"),
        ("040/123-456", "SI", "+38640123456"),
        ("050-123 4567", "IL", "+972501234567"),
        ("00386 40 123 456", "SI", "+38640123456"),
        ("22 12 34 56", "NO", "+4722123456"),
    ],
)
def test_spelling_does_not_matter(typed: str, region: str | None, number: str) -> None:
    assert normalise_phone(typed, region=region) == number


@pytest.mark.parametrize("typed", ["", "call me", "123", "040 123 456", "+999 1234567", "+3861"])
def test_what_cannot_be_dialled_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone):
        normalise_phone(typed)


@given(st.sampled_from(["SI", "IL", "FI", "NO", "PL", "GB"]), st.sampled_from([0, 1, 2, 3]))
def test_every_spelling_of_an_example_number_is_one(region: str, style: int) -> None:
    example = phonenumbers.example_number(region)
    assert example is not None
    spelled = phonenumbers.format_number(example, style)
    number = normalise_phone(spelled, region=region)
    assert number == f"+{example.country_code}{example.national_number}"
    assert normalise_phone(number) == number


@given(st.text(max_size=60))
def test_no_text_is_a_crash(text: str) -> None:
    try:
        number = normalise_phone(text, region="SI")
    except BadPhone:
        return
    assert normalise_phone(number) == number
