"""What follows from an address, a number, a browser and a language; nothing is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.enrichment.derive import Signs, address_facts, derive


def values(signs: Signs) -> dict[str, tuple[str, str]]:
    return {field: (found.value, found.sign) for field, found in derive(signs).items()}


@pytest.mark.parametrize(
    ("signs", "country"),
    [
        (Signs(phone="+38640123456", email="a@acme.fi", timezone="Europe/Oslo"), ("SI", "phone")),
        (Signs(email="a@acme.co.il", timezone="Europe/Oslo"), ("IL", "domain")),
        (Signs(email="a@acme.co.uk"), ("GB", "domain")),
        (Signs(email="a@acme.io", timezone="Europe/Oslo", locale="en-US"), ("NO", "timezone")),
        (Signs(timezone="Asia/Tel_Aviv"), ("IL", "timezone")),
        (Signs(timezone="UTC", locale="en-GB", language="en"), ("GB", "locale")),
        (Signs(locale="pl", language="pl"), ("PL", "language")),
    ],
)
def test_the_strongest_sign_tells_the_country(signs: Signs, country: tuple[str, str]) -> None:
    assert values(signs)["country"] == country


@pytest.mark.parametrize(
    "signs",
    [
        Signs(),
        Signs(email="a@acme.io", language="en"),
        Signs(email="a@acme.eu"),
        Signs(email="a@acme.com", phone="+80012345678"),
        Signs(email="", phone="none", timezone="Nope/Nowhere", locale="!!"),
    ],
)
def test_no_country_is_better_than_a_guess(signs: Signs) -> None:
    assert "country" not in values(signs)


def test_a_browsers_clock_beats_the_country() -> None:
    signs = Signs(phone="+38640123456", timezone="America/New_York")
    assert values(signs)["timezone"] == ("America/New_York", "browser")


def test_a_country_with_one_zone_tells_the_zone_and_one_with_many_does_not() -> None:
    assert values(Signs(email="a@acme.si"))["timezone"] == ("Europe/Ljubljana", "country")
    assert "timezone" not in values(Signs(email="a@acme.us"))


def test_the_language_is_the_visitors_then_the_countrys() -> None:
    assert values(Signs(email="a@acme.pl", language="en"))["language"] == ("en", "language")
    assert values(Signs(email="a@acme.pl"))["language"] == ("pl", "country")


@given(
    st.builds(
        Signs,
        email=st.none() | st.emails() | st.text(max_size=30),
        phone=st.none() | st.text(max_size=20),
        timezone=st.none() | st.text(max_size=20),
        locale=st.none() | st.text(max_size=10),
        language=st.none() | st.text(max_size=4),
    )
)
def test_no_sign_is_a_crash(signs: Signs) -> None:
    derive(signs)


def test_an_address_tells_its_kind_company_and_country() -> None:
    facts = address_facts("info@mail.acme-labs.co.il")
    assert (facts.kind, facts.domain) == ("role", "acme-labs.co.il")
    assert (facts.company_guess, facts.country) == ("Acme Labs", "IL")


def test_free_mail_tells_no_company() -> None:
    facts = address_facts("jane@siol.net")
    assert (facts.kind, facts.company_guess) == ("free", None)
