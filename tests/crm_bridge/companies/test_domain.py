"""A host name leads to one company, or to none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.companies.domain import company_domain, kind_of, registrable


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("acme.io", "acme.io"),
        ("mail.acme.co.uk", "acme.co.uk"),
        ("ACME.Co.Il.", "acme.co.il"),
        ("oddelek.podjetje.si", "podjetje.si"),
        ("bücher.de", "xn--bcher-kva.de"),
        ("jane.github.io", "jane.github.io"),
        ("co.il", None),
        ("github.io", None),
        ("localhost", None),
        ("192.168.0.1", None),
        ("", None),
        ("a..b", None),
    ],
)
def test_the_registrable_domain_is_by_the_public_suffixes(host: str, domain: str | None) -> None:
    assert registrable(host) == domain


@pytest.mark.parametrize(
    "host",
    [
        "gmail.com",
        "siol.net",
        "t-2.net",
        "amis.net",
        "walla.co.il",
        "netvision.net.il",
        "online.no",
        "onet.pl",
        "luukku.com",
        "Hotmail.FI",
        "mail.siol.net",
    ],
)
def test_free_mail_belongs_to_no_company(host: str) -> None:
    assert kind_of(host) == "free"
    assert company_domain(host) is None


def test_disposable_mail_belongs_to_no_company() -> None:
    assert kind_of("mailinator.com") == "disposable"
    assert company_domain("mailinator.com") is None


def test_two_customers_of_one_host_are_two_companies() -> None:
    assert company_domain("a.github.io") != company_domain("b.github.io")


@given(st.text(max_size=300))
def test_no_host_name_is_a_crash(host: str) -> None:
    domain = company_domain(host)
    assert domain is None or registrable(domain) == domain
