"""Which pipelines count: those of the file that was read last; no deal loses its stage."""

import asyncio
from pathlib import Path

import pytest

from crm_bridge.core.database import Database
from crm_bridge.deals import in_force, service
from crm_bridge.deals.pipeline import HOUSE, load
from crm_bridge.deals.service import StageUnknown
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.deals.test_pipeline import FIRST

TWO = f"{FIRST}  - id: renewals\n    stages: [{{id: due}}, {{id: kept, state: won}}]\n"


async def _read(database: Database, folder: Path, source: str) -> None:
    path = folder / "deals.yml"
    path.write_text(source, "utf-8")
    await in_force.read_file(database, path)


async def test_without_a_file_the_house_has_its_own(database: Database, tmp_path: Path) -> None:
    await in_force.read_file(database, tmp_path / "deals.yml")
    async with database.reading() as session:
        assert await in_force.pipelines(session) == HOUSE


async def test_a_file_counts_and_the_next_one_too(database: Database, tmp_path: Path) -> None:
    for source in (TWO, FIRST, TWO, TWO):
        await _read(database, tmp_path, source)
        async with database.reading() as session:
            assert await in_force.pipelines(session) == load(source)


async def test_a_file_with_faults_changes_nothing(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await _read(database, tmp_path, TWO)
    await _read(database, tmp_path, "pipelines: []\n")
    async with database.reading() as session:
        assert await in_force.pipelines(session) == load(TWO)
    assert "deals.yml:1:1: there is no pipeline" in caplog.text


async def test_a_stage_in_which_a_deal_stands_stays_until_it_has_left(
    database: Database, tmp_path: Path
) -> None:
    await _read(database, tmp_path, TWO)
    async with database.transaction() as session:
        deal = await service.open_deal(session, "A", pipeline="renewals", stage="due", now=NOW)
    await _read(database, tmp_path, FIRST)
    async with database.reading() as session:
        known = await in_force.pipelines(session)
    assert list(known.stages) == ["sales", "renewals"]
    assert [one.id for one in known.stages["renewals"]] == ["due"]
    async with database.transaction() as session:
        await service.update(session, deal.id, {"pipeline": "sales", "stage": "new"}, now=NOW)
    await _read(database, tmp_path, FIRST)
    async with database.reading() as session:
        assert await in_force.pipelines(session) == load(FIRST)


async def test_a_deal_moves_through_the_stages_of_its_own_pipeline(
    database: Database, tmp_path: Path
) -> None:
    await _read(database, tmp_path, TWO)
    async with database.transaction() as session:
        first = await service.open_deal(session, "A", now=NOW)
        other = await service.open_deal(session, "B", pipeline="renewals", stage="due", now=NOW)
        assert (first.pipeline, other.pipeline) == ("sales", "renewals")
        moved = await service.move_to_stage(session, other.id, "kept", now=NOW)
        assert moved.closed_at == NOW
        with pytest.raises(StageUnknown):
            await service.move_to_stage(session, first.id, "kept", now=NOW)
        with pytest.raises(StageUnknown):
            await service.update(session, first.id, {"pipeline": "renewals"}, now=NOW)


async def test_processes_that_start_at_once_all_start(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "deals.yml"
    path.write_text(TWO, "utf-8")
    await asyncio.gather(*(in_force.read_file(database, path) for _ in range(6)))
    async with database.reading() as session:
        assert await in_force.pipelines(session) == load(TWO)
