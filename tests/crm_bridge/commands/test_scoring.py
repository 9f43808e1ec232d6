"""`usher scoring explain` says why, by the answers as they stand."""

import asyncio
import json

from crm_bridge.core.database import Database, make_engine
from tests.crm_bridge.commands.conftest import Usher
from tests.crm_bridge.records import make_conversation


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
