"""All that the house holds goes out, whole and in order, and no secret with it."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from crm_bridge.core.database import Base, Database
from crm_bridge.privacy import export_all as exporting
from crm_bridge.privacy.export_all import KINDS, LEFT_OUT, SECRETS, columns_of, export_all
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import key_headers, make_contact, make_conversation

SECRET = re.compile(r"secret|hash|token|sealed|password|nonce|credential")


async def lived(database: Database) -> None:
    await make_contact(database, name='=SUM("x")', emails=["jane@acme.io", "j@acme.io"])
    for n in range(5):
        await make_contact(database, emails=[f"someone{n}@acme.io"], phones=["+38640111222"])
    await make_conversation(database)
    await key_headers(database)


def test_no_column_that_sounds_like_a_secret_goes_out() -> None:
    for table in Base.metadata.sorted_tables:
        if table.name not in LEFT_OUT:
            assert [name for name in columns_of(table) if SECRET.search(name)] == []
    assert {name for name, _ in SECRETS} | LEFT_OUT <= set(Base.metadata.tables)


async def test_every_table_row_by_row_and_csv_for_people(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(database)
    monkeypatch.setattr(exporting, "AT_ONCE", 2)  # several parts
    folder = tmp_path / "all"
    counts = await export_all(database, folder, now=NOW)
    assert set(counts) == set(Base.metadata.tables) - LEFT_OUT
    for name, count in counts.items():
        lines = (folder / "tables" / f"{name}.jsonl").read_text("utf-8").splitlines()
        assert len(lines) == count
        keys = [column.name for column in Base.metadata.tables[name].primary_key.columns]
        rows = [json.loads(line) for line in lines]
        assert len({tuple(row.get(key) for key in keys) for row in rows}) == count
    assert counts["contact"] == 7
    assert counts["answer"] > 5
    assert {path.stem for path in folder.glob("*.csv")} == set(KINDS)
    shown = (folder / "contacts.csv").read_text("utf-8-sig")
    contacts = list(csv.DictReader(io.StringIO(shown, newline="")))
    assert contacts[0]["emails"] == "jane@acme.io; j@acme.io"
    assert contacts[0]["name"] == '\'=SUM("x")', "no formula for a spreadsheet"
    assert contacts[1]["phones"] == "+38640111222"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["rows"] == counts
    with pytest.raises(FileExistsError):
        await export_all(database, folder, now=NOW)


async def test_one_file_holds_the_same(database: Database, tmp_path: Path) -> None:
    await lived(database)
    counts = await export_all(database, tmp_path / "all.zip", now=NOW)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.testzip() is None
        lines = archive.read("tables/contact.jsonl").decode().splitlines()
        assert len(lines) == counts["contact"]
        assert "contacts.csv" in archive.namelist()
