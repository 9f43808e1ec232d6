"""A CSV file is read whatever program wrote it."""

import csv
import io
import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.contacts.csv_columns import columns, full_name, is_broken_number
from crm_bridge.contacts.csv_rows import decode, rows
from crm_bridge.contacts.email_address import BadEmail, email_kind, normalise_email
from crm_bridge.contacts.phone_number import BadPhone, normalise_phone
from crm_bridge.contacts.quick_forms import quick_email, quick_kind, quick_phone

SLOVENE, HEBREW = "ime;priimek\nŽiga;Košir-Šček\n", "שם;דואל\nשלום כהן;a@b.co.il\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SLOVENE, "utf-8"),
        (SLOVENE, "utf-8-sig"),
        (SLOVENE, "utf-16"),
        (SLOVENE, "cp1250"),
        ("nazwisko\nŻółć Gęślą\n", "cp1250"),
        (HEBREW, "utf-8"),
        (HEBREW, "cp1255"),
        ("navn\nÅse Bjørnstad\nSøren Øy\n", "cp1252"),
        ("nimi\nPäivi Åström\n", "cp1252"),
    ],
)
def test_the_encoding_is_found_out(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@given(st.binary(max_size=300))
def test_no_bytes_are_a_crash(data: bytes) -> None:
    with suppress(csv.Error):
        list(rows(decode(data)))


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20
).filter(str.strip)


@given(st.sampled_from(",;\t"), st.lists(st.lists(cells, min_size=3, max_size=3), min_size=2))
def test_what_was_written_is_read_back(delimiter: str, table: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    assert [row for _, row in rows(out.getvalue())] == table


def test_lines_count_as_an_editor_counts_them() -> None:
    text = 'a,b\n"two\nlines",x\n\n1,2\n'
    assert list(rows(text)) == [(1, ["a", "b"]), (2, ["two\nlines", "x"]), (5, ["1", "2"])]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("E-mail", "email"),
        ("E-pošta", "email"),
        ("Sähköposti", "email"),
        ('דוא"ל', "email"),
        ("Adres e-mail", "email"),
        ("Phone Number", "phone"),
        ("Numer telefonu", "phone"),
        ("First Name", "first_name"),
        ("ETUNIMI", "first_name"),
        ("Imię i nazwisko", "name"),
        ("Firma", "company"),
        ("Język", "language"),
    ],
)
def test_headings_are_known_in_six_languages(heading: str, field: str) -> None:
    assert columns([heading]).fields == {field: 0}


def test_the_first_of_two_wins_and_the_unknown_become_properties() -> None:
    known = columns(["Email", "E-mail", "Budget", ""])
    assert known.fields == {"email": 0}
    assert known.properties == {"E-mail": 1, "Budget": 2}


def test_a_name_is_put_together_from_two_columns() -> None:
    known = columns(["First Name", "Last Name"])
    assert full_name(known.cells(["Jane", "Doe"])) == "Jane Doe"
    assert full_name(known.cells(["Jane"])) == "Jane"
    assert full_name(known.cells(["", " "])) is None


@pytest.mark.parametrize(
    ("cell", "broken"),
    [
        ("3.86E+10", True),
        ("3,86E+10", True),
        ("4E10", True),
        ("+38640123456", False),
        ("E10", False),
    ],
)
def test_a_number_that_a_spreadsheet_rounded_is_told(cell: str, broken: bool) -> None:
    assert is_broken_number(cell) is broken


@pytest.mark.parametrize("code", [1, 7, 20, 31, 34, 39, 44, 47, 48, 49, 54, 55, 358, 386, 972])
def test_the_quick_way_gives_the_same_number_as_the_careful_one(code: int) -> None:
    chance = random.Random(code)
    for _ in range(200):
        digits = "".join(chance.choice("0123456789") for _ in range(chance.randint(4, 12)))
        text = f"+{code} {digits[:2]}-{digits[2:]}"
        try:
            careful = normalise_phone(text)
        except BadPhone:
            careful = None
        assert quick_phone(text, None) == careful


@pytest.mark.parametrize(
    "address",
    ["Jane.Doe@Acme.IO", "a@b.test", "x@foo.local", "it@acme.si", "čž@acme.si", "a@xn--p1ai.si"],
)
def test_the_quick_way_gives_the_same_address_as_the_careful_one(address: str) -> None:
    try:
        careful = normalise_email(address)
    except BadEmail:
        with pytest.raises(BadEmail):
            quick_email(address)
    else:
        assert quick_email(address) == careful
        assert quick_kind(careful) == email_kind(careful)
