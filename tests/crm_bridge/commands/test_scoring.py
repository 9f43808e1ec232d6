"""`usher scoring explain` says why, by the answers as they stand; `report`, how well outcomes
are predicted."""

import asyncio
import csv
import json
from pathlib import Path

import pytest

from crm_bridge.core.database import Database, make_engine
from tests.crm_bridge.commands.conftest import Usher
from tests.crm_bridge.records import make_conversation
from tests.crm_bridge.scoring.test_predict import made_up


def test_score_outcome_and_route_have_their_reasons(usher: Usher, database_url: str) -> None:
    async def make() -> None:
        database = Database(make_engine(database_url))
        await make_conversation(database, language="he")
        await database.close()

    asyncio.run(make())
    found = json.loads(usher("scoring", "explain", "cnv_1", "--json").stdout)
    assert (found["score"], found["outcome"], found["route"]) == (80, "qualified", "israel")
    assert sum(reason["points"] for reason in found["reasons"]) == 80
    assert [reason["taken"] for reason in found["route_reasons"]] == [False, True]
    said = usher("scoring", "explain", "cnv_1").output
    assert "+25  asks for one of our core services" in said


def test_an_unknown_conversation_is_one_line(usher: Usher) -> None:
    assert "cnv_none" in usher("scoring", "explain", "cnv_none", exit_code=1).stderr


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_of_leads_is_reported_on(usher: Usher, tmp_path: Path) -> None:
    rows, won = made_up(700)
    file = tmp_path / "leads.csv"
    with file.open("w", newline="") as opened:
        writer = csv.DictWriter(opened, [*rows[0], "Won"])
        writer.writeheader()
        writer.writerows(
            {**row, "Won": "yes" if wins else "no"} for row, wins in zip(rows, won, strict=True)
        )
    said = usher("scoring", "report", "--file", str(file), "--outcome", "Won").output
    assert f"700 leads with an outcome, {sum(won)} of them won" in said
    assert "AUC 0." in said
    refused, strongest = said.split("refused:")[1].split("tell most:")
    assert {line.split(":")[0].strip() for line in refused.strip().splitlines()} == {"id", "tag"}
    assert "minutes: " in strongest
    missing = usher("scoring", "report", "--file", str(file), exit_code=1)
    assert "no column Converted" in missing.stderr


def test_with_few_outcomes_the_report_says_so(usher: Usher) -> None:
    said = usher("scoring", "report").output
    assert "0 leads with an outcome" in said
    assert "points alone count" in said
