"""What a company may be called, and when two names are one company's."""

import pytest
from cleanco import basename

from crm_bridge.companies.name import _without_form, compared, guess_from_domain


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("acme.io", "Acme"),
        ("acme-labs.co.uk", "Acme Labs"),
        ("ibm.com", "IBM"),
        ("xn--bcher-kva.de", None),
        ("123.com", None),
        ("3m.com", "3M"),
    ],
)
def test_a_name_is_guessed_from_a_domain(domain: str, name: str | None) -> None:
    assert guess_from_domain(domain) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Oy", "ACME"),
        ("Žito d.o.o.", "zito"),
        ("Acme Ltd", "Acme AS"),
        ("Łódź sp. z o.o.", "lodz"),
    ],
)
def test_legal_forms_case_and_diacritics_do_not_part_names(one: str, other: str) -> None:
    assert compared(one) == compared(other)


@pytest.mark.parametrize(("one", "other"), [("Acme", "Acne"), ("Acme Labs", "Acme")])
def test_other_names_stay_other_companies(one: str, other: str) -> None:
    assert compared(one) != compared(other)


def test_a_name_that_is_a_legal_form_alone_is_kept() -> None:
    assert compared("AS") == "as"


@pytest.mark.parametrize(
    "name",
    [
        "Acme d.o.o.",
        "Acme sp. z o.o.",
        "Łódź Spółka z ograniczoną odpowiedzialnością",
        "Acme Holding Oy Ab",
        "Acme GmbH & Co. KG",
        "Acme, Inc., Ltd.",
        "Acme B.V. (Nederland)",
        "d.o.o.",
        "",
        " - ",
        "אקמי בע~מ",
        "A.S. Roma AS",
        "Norsk Hydro ASA",
        "Co Co Co",
    ],
)
def test_the_quick_way_of_dropping_the_legal_form_is_the_slow_one(name: str) -> None:
    assert _without_form(name) == basename(name)
