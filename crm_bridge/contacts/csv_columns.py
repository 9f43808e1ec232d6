"""Which column of a spreadsheet is which field, and what a cell means. Pure.

Headings are compared without case, diacritics and punctuation, in the six languages.
A column that is no field of ours is kept as a property of its own name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from parsing.fold import fold

HEADINGS: Final[Mapping[str, frozenset[str]]] = {
    "email": frozenset(
        [
            "email",
            "e mail",
            "mail",
            "email address",
            "e mail address",
            "email 1",
            "work email",
            "e posta",
            "eposta",
            "elektronski naslov",
            "דואל",
            "דואר אלקטרוני",
            "sahkoposti",
            "sahkopostiosoite",
            "epost",
            "e post",
            "adres email",
            "adres e mail",
            "poczta",
        ]
    ),
    "phone": frozenset(
        [
            "phone",
            "phone number",
            "telephone",
            "tel",
            "mobile",
            "mobile phone",
            "mobile phone number",
            "cell",
            "telefon",
            "gsm",
            "mobitel",
            "telefonska stevilka",
            "טלפון",
            "נייד",
            "puhelin",
            "puhelinnumero",
            "matkapuhelin",
            "mobil",
            "telefonnummer",
            "numer telefonu",
            "komorka",
        ]
    ),
    "name": frozenset(
        [
            "name",
            "full name",
            "contact",
            "contact name",
            "ime in priimek",
            "naziv",
            "שם",
            "שם מלא",
            "nimi",
            "koko nimi",
            "navn",
            "fullt navn",
            "imie i nazwisko",
            "nazwa",
        ]
    ),
    "first_name": frozenset(
        ["first name", "firstname", "given name", "ime", "שם פרטי", "etunimi", "fornavn", "imie"]
    ),
    "last_name": frozenset(
        [
            "last name",
            "lastname",
            "surname",
            "family name",
            "priimek",
            "שם משפחה",
            "sukunimi",
            "etternavn",
            "nazwisko",
        ]
    ),
    "company": frozenset(
        [
            "company",
            "company name",
            "organisation",
            "organization",
            "account",
            "account name",
            "employer",
            "podjetje",
            "organizacija",
            "חברה",
            "ארגון",
            "yritys",
            "organisaatio",
            "bedrift",
            "firma",
            "selskap",
            "organisasjon",
            "organizacja",
        ]
    ),
    "country": frozenset(
        ["country", "country region", "drzava", "מדינה", "ארץ", "maa", "land", "kraj"]
    ),
    "language": frozenset(["language", "jezik", "שפה", "kieli", "sprak", "jezyk"]),
    "owner": frozenset(["owner", "contact owner", "skrbnik", "omistaja", "eier", "wlasciciel"]),
}
_QUOTES = re.compile(r"[\"']")  # within Hebrew abbreviations
_APART = re.compile(r"[\W_]+")
# What a spreadsheet makes of a long number: 3.86E+10, its last digits lost for ever.
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """Position of each field's column, and of the columns that become properties."""

    fields: Mapping[str, int]
    properties: Mapping[str, int]

    def cell(self, row: Sequence[str], field: str) -> str:
        """The cell of a field; "" where there is no such column or cell."""
        at = self.fields.get(field)
        return row[at].strip() if at is not None and at < len(row) else ""


def columns(headings: Sequence[str]) -> Columns:
    """Which column is which; the first of several that mean the same field wins."""
    fields: dict[str, int] = {}
    properties: dict[str, int] = {}
    for at, heading in enumerate(headings):
        plain = _APART.sub(" ", _QUOTES.sub("", fold(heading).text)).strip()
        field = next((name for name, known in HEADINGS.items() if plain in known), None)
        if field is not None and field not in fields:
            fields[field] = at
        elif plain:
            properties[heading.strip()] = at
    return Columns(fields, properties)


def full_name(columns: Columns, row: Sequence[str]) -> str | None:
    """The name in one piece, from one column or two."""
    whole = columns.cell(row, "name")
    parts = [columns.cell(row, "first_name"), columns.cell(row, "last_name")]
    return whole or " ".join(part for part in parts if part) or None


def is_broken_number(cell: str) -> bool:
    """Whether a spreadsheet has rounded the number away."""
    return _SCIENTIFIC.fullmatch(cell.strip()) is not None
