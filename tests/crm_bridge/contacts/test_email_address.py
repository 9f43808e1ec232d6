"""An address has one look-up form, whoever types it and however."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.contacts.email_address import BadEmail, email_kind, normalise_email


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Jane.Doe@ACME.io ", "jane.doe@acme.io"),
        ("jane+news@gmail.com", "jane+news@gmail.com"),
        ("ŽIGA@bücher.de", "žiga@xn--bcher-kva.de"),
    ],
)
def test_case_and_spelling_of_the_domain_do_not_matter(typed: str, address: str) -> None:
    assert normalise_email(typed) == address


def test_dots_at_gmail_are_kept() -> None:
    assert normalise_email("jane.doe@gmail.com") != normalise_email("janedoe@gmail.com")


@pytest.mark.parametrize("typed", ["", "jane", "jane@acme", "@acme.io", "a b@acme.io", "a@b@c.si"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadEmail):
        normalise_email(typed)


@given(st.emails())
def test_the_look_up_form_is_its_own_and_caseless(typed: str) -> None:
    try:
        address = normalise_email(typed)
    except BadEmail:
        return
    assert normalise_email(address) == address
    assert normalise_email(typed.upper()) == address


@given(st.text(max_size=100))
def test_no_text_is_a_crash(text: str) -> None:
    with suppress(BadEmail):
        normalise_email(text)
    assert email_kind(text) in {"business", "free", "disposable", "role"}


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("jane@acme.io", "business"),
        ("info@acme.io", "role"),
        ("no.reply@acme.io", "role"),
        ("biuro+lead@firma.pl", "role"),
        ("info@gmail.com", "free"),
        ("jane@siol.net", "free"),
        ("jane@mailinator.com", "disposable"),
        ("informatika@acme.si", "business"),
    ],
)
def test_the_kind_tells_whose_address_it_is(address: str, kind: str) -> None:
    assert email_kind(address) == kind
