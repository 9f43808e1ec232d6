"""What goes out as contacts.csv comes back in as the same people."""

import csv
import io
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from crm_bridge.companies import service as companies
from crm_bridge.companies.models import Company
from crm_bridge.contacts import csv_run
from crm_bridge.contacts.csv_import import Outcome, read
from crm_bridge.contacts.models import Contact
from crm_bridge.core.database import Database
from crm_bridge.privacy.export_all import export_all
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_contact

ELSEWHERE = {"id", "company_id", "company_matched_by", "provenance", "created_at", "updated_at"}


async def taken_in(database: Database, data: bytes) -> list[Outcome]:
    sheet = read(data)
    async with database.transaction() as session:
        return await csv_run.import_batch(
            session, sheet.rows, system=sheet.layout, fill=False, by="import:x.csv", now=NOW
        )


async def exported(database: Database, folder: Path) -> tuple[bytes, list[dict[str, str]]]:
    """The file, and what it says of each person that is theirs wherever they are kept."""
    await export_all(database, folder, now=NOW)
    data = (folder / "contacts.csv").read_bytes()
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    told = [{name: cell for name, cell in row.items() if name not in ELSEWHERE} for row in rows]
    return data, sorted(told, key=lambda row: (row["emails"], row["phones"]))


async def lived(database: Database) -> None:
    async with database.transaction() as session:
        acme = (await companies.create(session, "Acme d.o.o.", by="rep:1", now=NOW)).id
    await make_contact(
        database,
        name='=HYPERLINK("x")',
        emails=["jane@gmail.com", "jane.doe@acme.si"],
        phones=["+38640111222", "+4722334455"],
        company_id=acme,
        language="sl",
        timezone="Europe/Ljubljana",
        country="SI",
        owner="maja",
        lifecycle_stage="qualified",
        source={"utm": {"source": "news; letter"}},
        properties={"shoe size": 38, "likes": ["tea", 'cake, "dry"'], "vip": True},
    )
    await make_contact(database, name="שרה כהן\nלוי", emails=["sara@walla.co.il"], language="he")
    await make_contact(database, name=None, emails=[], phones=["+48221234567"])


async def test_an_export_comes_back_in_as_it_was(database: Database, tmp_path: Path) -> None:
    await lived(database)
    data, before = await exported(database, tmp_path / "before")
    assert len(before) == 3
    async with database.transaction() as session:
        await session.execute(delete(Contact))
        await session.execute(delete(Company))
    outcomes = await taken_in(database, data)
    assert [(one.action, one.notes) for one in outcomes] == [("add", ())] * 3
    assert (await exported(database, tmp_path / "after"))[1] == before
    assert {one.action for one in await taken_in(database, data)} == {"leave"}


@pytest.mark.parametrize("known", ["jane@acme.si", "j@acme.si"])
async def test_several_addresses_in_a_cell_are_one_person(database: Database, known: str) -> None:
    there = await make_contact(database, emails=[known])
    mails = 'E-mail;Phone\n"jane@acme.si; j@acme.si, nonsense";\n'
    (outcome,) = await taken_in(database, mails.encode())
    assert (outcome.action, outcome.contact_id) == ("leave", there)
    assert outcome.notes == ("no address: nonsense",)


async def test_an_address_of_two_rows_stays_the_first_ones(database: Database) -> None:
    rows = "email\na@acme.si\nb@acme.si; a@acme.si\nb@acme.si\n"
    outcomes = await taken_in(database, rows.encode())
    assert [one.action for one in outcomes] == ["add", "add", "refuse"]
    assert outcomes[1].notes == ("the same address as line 2: a@acme.si",)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Contact)) == 2
