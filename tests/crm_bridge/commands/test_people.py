"""People are found, brought in from files, given out and erased on the command line."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies.models import Company
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.models import Contact
from tests.crm_bridge.commands.conftest import Usher
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.contacts.test_bounce import REPORT

SHEET = """\
Ime in priimek;E-pošta;Telefon;Podjetje;Država;Ocena
Žiga Košir;Ziga@Koca.si;040 123 456;Koča d.o.o.;Slovenia;9
Jane Doe;jane@gmail.com;;;;
Broken;no address;3,86E+10;;;
Jane again;JANE@gmail.com;;;;
Only Phone;;+44 20 7946 0958;Acme Ltd;GB;
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A spreadsheet as Slovenian Excel saves it."""
    path = tmp_path / "stranke.csv"
    path.write_bytes(SHEET.encode("cp1250"))
    return path


def people(usher: Usher) -> list[Contact]:
    async def look(session):  # type: ignore[no-untyped-def]
        return list((await session.scalars(select(Contact).order_by(Contact.id))).all())

    return usher.look(look)


def brought_in(usher: Usher, *arguments: str) -> dict[int, tuple[str, str]]:
    said = json.loads(usher("import", "contacts", *arguments, "--json").stdout)
    return {row["line"]: (row["action"], row["reason"]) for row in said["rows"]}


def test_each_row_is_added_or_has_its_reason(usher: Usher, sheet: Path) -> None:
    assert brought_in(usher, str(sheet), "--region", "SI") == {
        2: ("add", "new"),
        3: ("add", "new"),
        4: ("refuse", "no usable address or number"),
        5: ("refuse", "the same address as line 3"),
        6: ("add", "new"),
    }
    ziga, jane, phone = people(usher)
    assert (ziga.name, ziga.country) == ("Žiga Košir", "SI")
    assert [email.address for email in ziga.emails] == ["ziga@koca.si"]
    assert [number.number for number in ziga.phones] == ["+38640123456"]
    assert ziga.properties == {"Ocena": "9"}
    assert ziga.provenance["name"]["by"] == "import:stranke.csv"
    assert jane.company_id is None
    assert [number.number for number in phone.phones] == ["+442079460958"]

    async def companies(session):  # type: ignore[no-untyped-def]
        return {row.id: row.name for row in (await session.scalars(select(Company))).all()}

    named = usher.look(companies)
    assert (named[ziga.company_id], named[phone.company_id]) == ("Koča d.o.o.", "Acme Ltd")


def test_what_a_row_lost_is_told(usher: Usher, sheet: Path) -> None:
    said = usher("import", "contacts", str(sheet)).output
    assert "line 4: refuse: no usable address or number (no address: no address;" in said
    assert "rounded by a spreadsheet: 3,86E+10" in said
    assert "line 2: add: new (no number: 040 123 456)" not in said  # its country tells where
    assert "3 added, 0 filled in, 0 left as they are, 2 refused" in said


def test_a_dry_run_says_the_same_and_changes_nothing(usher: Usher, sheet: Path) -> None:
    dry = brought_in(usher, str(sheet), "--dry-run")
    assert people(usher) == []
    assert brought_in(usher, str(sheet)) == dry


def test_a_second_run_changes_nothing(usher: Usher, sheet: Path) -> None:
    brought_in(usher, str(sheet))
    before = [(row.id, row.updated_at) for row in people(usher)]
    again = brought_in(usher, str(sheet))
    assert {action for action, _ in again.values()} == {"leave", "refuse"}
    assert [(row.id, row.updated_at) for row in people(usher)] == before


def test_filling_in_never_overwrites(usher: Usher, sheet: Path) -> None:
    async def known(session):  # type: ignore[no-untyped-def]
        values = {"name": "Ž. K.", "emails": ["ziga@koca.si"], "properties": {"Ocena": "3"}}
        return (await contacts.create(session, values, by="rep:u", now=NOW)).id

    contact_id = usher.look(known)
    filled = brought_in(usher, str(sheet), "--fill", "--region", "SI")
    assert filled[2] == ("fill", "filled in country, phones")
    row = next(row for row in people(usher) if row.id == contact_id)
    assert (row.name, row.country, row.properties) == ("Ž. K.", "SI", {"Ocena": "3"})


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "just words"])
def test_a_file_of_something_else_is_one_line(usher: Usher, tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.csv"
    path.write_text(content, "utf-8")
    assert "no column" in usher("import", "contacts", str(path), exit_code=1).stderr


def test_people_are_found_by_address_and_by_words(usher: Usher, sheet: Path) -> None:
    brought_in(usher, str(sheet))
    for query in ("ZIGA@koca.si", "kosir"):
        (found,) = json.loads(usher("contacts", "find", query, "--json").stdout)
        assert found["name"] == "Žiga Košir"
    assert "nobody found" in usher("contacts", "find", "nobody", exit_code=1).stderr


def test_a_person_is_given_out_and_erased(usher: Usher, sheet: Path) -> None:
    brought_in(usher, str(sheet))
    whole = json.loads(usher("person", "export", "ziga@koca.si").stdout)
    assert whole["contact"]["name"] == "Žiga Košir"
    usher("person", "erase", "ziga@koca.si", typed="n\n", exit_code=1)
    assert len(people(usher)) == 3
    usher("person", "erase", "ziga@koca.si", "--yes")
    assert [row.name for row in people(usher)] == ["Jane Doe", "Only Phone"]
    assert "nobody has" in usher("person", "erase", "ziga@koca.si", "--yes", exit_code=1).stderr


def test_a_report_of_the_mail_server_is_piped_in(usher: Usher) -> None:
    async def make(session: AsyncSession) -> str:
        values = {"name": "Jane Doe", "emails": ["jane@acme.io"]}
        return (await contacts.create(session, values, by="rep:1", now=NOW)).id

    person = usher.look(make)
    told = usher("contacts", "bounced", typed=REPORT)
    assert person in told.output
    assert "bounced: mail came back" in usher("contacts", "report").output
    assert person in usher("contacts", "bounced", "jane@acme.io").output
