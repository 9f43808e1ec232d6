"""Mail addresses, typed and spelled out, and near misses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing import email
from parsing.lexicon import LANGUAGES

ADDRESSES = [
    ("en", "jane.doe@acme.io.", "jane.doe@acme.io"),
    ("en", "E-mail: Jane.Doe@Acme.IO", "Jane.Doe@acme.io"),
    ("en", "<jane@acme.io>", "jane@acme.io"),
    ("en", "o'brien@acme.io", "o'brien@acme.io"),
    ("en", "jane dot doe at acme dot io", "jane.doe@acme.io"),
    ("en", "jane underscore doe at acme dot co dot uk", "jane_doe@acme.co.uk"),
    ("en", "jane [at] acme [dot] io", "jane@acme.io"),
    ("en", "jane @ acme.io", "jane@acme.io"),
    ("en", "my email is jane at acme.io", "jane@acme.io"),
    ("sl", "jana afna podjetje pika si", "jana@podjetje.si"),
    ("sl", "žiga@šola.si", "žiga@šola.si"),
    ("pl", "jan małpa firma kropka pl", "jan@firma.pl"),
    ("pl", "jan.kowalski malpa firma.pl", "jan.kowalski@firma.pl"),
    ("pl", "jan@firma.pl, a co robicie z moimi danymi?", "jan@firma.pl"),
    ("nb", "kari krøllalfa bedrift punktum no", "kari@bedrift.no"),
    ("nb", "kari@østfold.no", "kari@østfold.no"),
    ("fi", "matti miukumauku yritys piste fi", "matti@yritys.fi"),
    ("fi", "sähköpostini on matti.meikäläinen@yritys.fi", "matti.meikäläinen@yritys.fi"),
    ("he", "המייל שליdana@example.co.il", "dana@example.co.il"),
    ("he", "dana@example.co.ilתודה", "dana@example.co.il"),
    ("he", "\u200edana@example.co.il\u200f", "dana@example.co.il"),
    ("he", "dana שטרודל example נקודה co נקודה il", "dana@example.co.il"),
]


@pytest.mark.parametrize(("language", "text", "address"), ADDRESSES)
def test_reads_addresses(language: str, text: str, address: str) -> None:
    parsed = email.parse(text, language=language)
    assert parsed is not None
    assert parsed.value.value == address


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jane@gmial.com", "jane@gmail.com"),
        ("jane@gmail.con", "jane@gmail.com"),
        ("jane@gmail.co", "jane@gmail.com"),
        ("jane@hotmial.com", "jane@hotmail.com"),
        ("jane@outlok.com", "jane@outlook.com"),
        ("jane@acme.con", "jane@acme.com"),
        ("jane@interai.pl", "jane@interia.pl"),
    ],
)
def test_a_slip_in_a_known_domain_is_pointed_out_not_repaired(typed: str, meant: str) -> None:
    parsed = email.parse(typed, language="en")
    assert parsed is not None
    assert (parsed.value.value, parsed.value.suggest) == (typed, meant)


@pytest.mark.parametrize(
    "address",
    ["a@gmail.com", "a@mail.com", "a@yahoo.co.jp", "a@hotmail.fi", "a@acme.io", "a@email.com"],
)
def test_real_domains_are_left_alone(address: str) -> None:
    parsed = email.parse(address, language="en")
    assert parsed is not None
    assert parsed.value.suggest is None


@pytest.mark.parametrize(
    "text",
    [
        "jane@acme",
        "hey@6",
        "fitness at 6.40",
        "I work at acme.io",
        "jane@@acme.io",
        "jane@acme..io",
        "jane@-acme.io",
        "x@ dot x",
        "jane@localhost.test",
        "we met at the dot com bubble",
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert email.parse(text, language="en") is None


def test_near_misses_are_recognised_for_help_with_the_format() -> None:
    assert email.looks_like("jane@acme", language="en")
    assert email.looks_like("jan małpa firma", language="pl")
    assert not email.looks_like("I work at Acme", language="en")
    assert not email.looks_like("tomorrow at 3", language="en")


@pytest.mark.parametrize("address", ["Info@Bakery.io", "INFO@bakery.io", "Jo.Smith@bakery.io"])
def test_a_local_part_stays_as_typed(address: str) -> None:
    parsed = email.parse(f"it's {address}", language="en")
    assert parsed is not None
    assert parsed.value.value == address.rpartition("@")[0] + "@bakery.io"


def test_the_span_is_that_of_the_raw_text() -> None:
    text = "Ja sam 🙂 Žiga, žiga@šola.si!"
    parsed = email.parse(text, language="sl")
    assert parsed is not None
    assert text[parsed.start : parsed.end] == "žiga@šola.si"


@given(
    local=st.from_regex(r"[a-zæøåäöšžćłó0-9]+([.+_-][a-zæøåäöšž0-9]+){0,2}", fullmatch=True),
    domain=st.from_regex(r"[a-z0-9]{2,20}\.(io|com|co\.il|si|fi|no|pl)", fullmatch=True),
    language=st.sampled_from(LANGUAGES),
)
def test_a_local_part_is_never_cut_short(local: str, domain: str, language: str) -> None:
    parsed = email.parse(f"so: {local}@{domain}, ok", language=language)
    assert parsed is None or parsed.value.value == f"{local}@{domain}"


@given(text=st.text(max_size=200), language=st.sampled_from(LANGUAGES))
def test_any_text_is_read_without_a_fault(text: str, language: str) -> None:
    email.parse(text, language=language)
    assert isinstance(email.looks_like(text, language=language), bool)
