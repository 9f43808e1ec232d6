"""Playbooks are published once proved sound, numbered, and never changed."""

import asyncio
from pathlib import Path

import httpx
import pytest

from crm_bridge.core.database import Database, make_engine
from crm_bridge.playbooks import service
from crm_bridge.playbooks.service import Library, PlaybookUnknown, PublishedMeanwhile
from playbook.fault import PlaybookFaults
from tests.crm_bridge.conftest import INTERNAL_KEY, NOW

ROOT = Path(__file__).resolve().parents[3]
SOURCE = (ROOT / "data/playbooks/consulting.yml").read_text("utf-8")
EDITED = SOURCE.replace("qualified_from: 40", "qualified_from: 45")
FAULTY = SOURCE.replace("  - id: industry", "  - id: need", 1)


async def publish(database: Database, source: str) -> int:
    async with database.transaction() as session:
        return (await service.publish(session, source, now=NOW)).version


async def test_versions_count_up_and_the_newest_is_latest(database: Database) -> None:
    assert EDITED != SOURCE
    assert [await publish(database, source) for source in (SOURCE, EDITED, SOURCE)] == [1, 2, 3]
    async with database.reading() as session:
        assert (await service.latest(session, "consulting")).version == 3
        assert (await service.get(session, "consulting", 2)).source == EDITED


async def test_publishing_the_same_again_changes_nothing(database: Database) -> None:
    assert [await publish(database, SOURCE), await publish(database, SOURCE)] == [1, 1]


async def test_a_faulty_playbook_is_refused_and_the_running_one_stays(database: Database) -> None:
    assert FAULTY != SOURCE
    await publish(database, SOURCE)
    with pytest.raises(PlaybookFaults) as refused:
        await publish(database, FAULTY)
    assert all(fault.line > 1 and fault.column >= 1 for fault in refused.value.faults)
    async with database.reading() as session:
        assert (await service.latest(session, "consulting")).source == SOURCE


async def test_two_who_publish_at_once_cannot_take_one_number(database: Database) -> None:
    sources = [SOURCE.replace("qualified_from: 40", f"qualified_from: {n}") for n in (41, 42, 43)]
    done = await asyncio.gather(
        *(publish(database, source) for source in sources), return_exceptions=True
    )
    numbers = [number for number in done if isinstance(number, int)]
    refused = [fault for fault in done if not isinstance(fault, int)]
    assert len(set(numbers)) == len(numbers) >= 1
    assert all(isinstance(fault, PublishedMeanwhile) for fault in refused)


async def test_the_library_gives_the_pinned_version_and_sees_a_publish_at_once(
    database: Database,
) -> None:
    library = Library()
    await publish(database, SOURCE)
    async with database.reading() as session:
        assert (await library.latest(session, "consulting")).playbook.qualified_from == 40
    await publish(database, EDITED)
    async with database.reading() as session:
        newest = await library.latest(session, "consulting")
        assert (newest.version, newest.playbook.qualified_from) == (2, 45)
        pinned = await library.get(session, "consulting", 1)
        assert pinned.playbook.qualified_from == 40
        assert (await library.get(session, "consulting", 1)).playbook is pinned.playbook


async def test_what_was_never_published_is_unknown(database: Database) -> None:
    library = Library()
    async with database.reading() as session:
        with pytest.raises(PlaybookUnknown):
            await library.latest(session, "consulting")
        with pytest.raises(PlaybookUnknown):
            await library.get(session, "consulting", 1)


async def test_the_first_start_seeds_and_the_second_publishes_nothing(database: Database) -> None:
    sources = {"data/playbooks/consulting.yml": SOURCE, "data/playbooks/broken.yml": "name: [x"}
    async with database.transaction() as session:
        seeded = await service.seed(session, sources, now=NOW)
        assert [(row.name, row.version) for row in seeded] == [("consulting", 1)]
    async with database.transaction() as session:
        edited = {"data/playbooks/consulting.yml": EDITED}
        assert await service.seed(session, edited, now=NOW) == []


async def test_a_database_without_tables_stops_no_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(make_engine(f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite'}"))
    await service.seed_at_first_start(database, ROOT / "data/playbooks", now=NOW)
    await database.close()
    assert "OperationalError" in caplog.text


async def test_the_action_server_reads_a_version(
    client: httpx.AsyncClient, database: Database
) -> None:
    await publish(database, SOURCE)
    path = "/internal/v1/playbooks/consulting/1"
    assert (await client.get(path)).status_code == 401
    headers = {"Authorization": f"Bearer {INTERNAL_KEY}"}
    found = (await client.get(path, headers=headers)).json()
    assert found == {"name": "consulting", "version": 1, "source": SOURCE}
    missing = await client.get("/internal/v1/playbooks/consulting/2", headers=headers)
    assert (missing.status_code, missing.json()["code"]) == (404, "playbook_unknown")
