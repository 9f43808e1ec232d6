"""Which column of a spreadsheet is which field, and what a cell means. Pure.

Headings are compared without case, diacritics and punctuation, in the six languages.
A column that is no field of ours is kept as a property of its own name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from crm_bridge.contacts import lifecycle
from parsing.fold import fold

HEADINGS: Final[Mapping[str, frozenset[str]]] = {
    "email": frozenset(
        [
            "email",
            "e mail",
            "mail",
            "emails",
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
            "phones",
            "phone number",
            "telephone",
            "tel",
            "mobile",
            "mobile phone",
            "mobile phone number",
            "mobilephone",
            "business phone",
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
    "owner": frozenset(
        [
            "owner",
            "contact owner",
            "ownerid",
            "owner id",
            "skrbnik",
            "omistaja",
            "eier",
            "wlasciciel",
        ]
    ),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """What another system writes into its export. `signature` are headings that it alone
    has together; `external_id` heads its own id; `dropped` say nothing about a person; `more` head
    fields that it alone knows (heading -> field)."""

    name: str
    signature: frozenset[str] = frozenset()
    external_id: str | None = None
    stage: str | None = None
    dropped: frozenset[str] = frozenset()
    more: Mapping[str, str] = field(default_factory=dict)


GENERIC: Final = Layout("generic")
LAYOUTS: Final = (
    Layout(
        "usher",  # the contacts.csv of `usher export`
        frozenset({"emails", "phones", "lifecycle stage", "provenance"}),
        external_id="id",
        stage="lifecycle stage",
        dropped=frozenset(
            {
                *("name folded", "company id", "company matched by", "provenance"),
                *("created by conversation", "created at", "updated at"),
            }
        ),
        more={"timezone": "timezone", "source": "source", "properties": "properties"},
    ),
    Layout(
        "dynamics",
        frozenset({"do not modify contact"}),
        external_id="do not modify contact",
        dropped=frozenset({"do not modify row checksum", "do not modify modified on"}),
    ),
    Layout(
        "hubspot",
        frozenset({"record id", "first name", "last name"}),
        external_id="record id",
        stage="lifecycle stage",
        dropped=frozenset({"associated company ids", "associated deal ids"}),
    ),
    Layout(
        "salesforce",
        frozenset({"id", "lastname", "email"}),
        external_id="id",
        dropped=frozenset({"isdeleted", "systemmodstamp", "accountid", "masterrecordid"}),
    ),
)
# Their words for how far a relation has come, in ours.
STAGES: Final[Mapping[str, str]] = {
    "subscriber": "subscriber",
    "lead": "lead",
    "marketing qualified lead": "lead",
    "sales qualified lead": "qualified",
    "opportunity": "opportunity",
    "customer": "customer",
    "evangelist": "customer",
    **{stage: stage for stage in lifecycle.STAGES},
}


_QUOTES = re.compile(r"[\"']")  # within Hebrew abbreviations
_APART = re.compile(r"[\W_]+")
# What is no formula: exports write it with an apostrophe before it, as spreadsheets do.
_GUARDED = re.compile(r"'[=@\t\r]")
# What a spreadsheet makes of a long number: 3.86E+10, its last digits lost for ever.
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """Position of each field's column, and of the columns that become properties."""

    fields: Mapping[str, int]
    properties: Mapping[str, int]
    layout: Layout = GENERIC

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        """What a row says, by field; empty cells are left out."""
        width = len(row)
        return {
            field: cell[1:] if _GUARDED.match(cell) else cell
            for field, at in self.fields.items()
            if at < width and (cell := row[at].strip())
        }


def columns(headings: Sequence[str]) -> Columns:
    """Which column is which; the first of several that mean the same field wins."""
    fields: dict[str, int] = {}
    properties: dict[str, int] = {}
    known_as = layout(headings)
    own: dict[str | None, str] = {known_as.external_id: "external_id", known_as.stage: "stage"}
    own.update(known_as.more)
    for at, heading in enumerate(headings):
        plain = _plain(heading)
        if plain in known_as.dropped:
            continue
        if plain in own:
            fields.setdefault(own[plain], at)
            continue
        field = next((name for name, known in HEADINGS.items() if plain in known), None)
        if field is not None and field not in fields:
            fields[field] = at
        elif plain:
            properties[heading.strip()] = at
    return Columns(fields, properties, known_as)


def layout(headings: Sequence[str]) -> Layout:
    """Which system wrote these headings."""
    present = {_plain(heading) for heading in headings}
    return next((one for one in LAYOUTS if one.signature <= present), GENERIC)


def _plain(heading: str) -> str:
    return _APART.sub(" ", _QUOTES.sub("", fold(heading).text)).strip()


def full_name(said: Mapping[str, str]) -> str | None:
    """The name in one piece, from one column or two."""
    first, last = said.get("first_name"), said.get("last_name")
    both = f"{first} {last}" if first and last else first or last
    return said.get("name") or both


def is_broken_number(cell: str) -> bool:
    """Whether a spreadsheet has rounded the number away."""
    return _SCIENTIFIC.fullmatch(cell.strip()) is not None
