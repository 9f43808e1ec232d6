"""The pipelines that deals are in: those of the file that was read last.

A stage in which deals stand does not go with its line: it stays at the end of its pipeline
until the last deal has left it.
"""

import logging
from pathlib import Path
from typing import Final, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import Database
from crm_bridge.core.prepared import Prepared
from crm_bridge.deals.models import Deal, DealStage
from crm_bridge.deals.pipeline import HOUSE, PipelineFaults, Pipelines, Stage, load

log = logging.getLogger(__name__)

_stage = cast("Table", DealStage.__table__)
_ALL: Final = Prepared(select(_stage).order_by(_stage.c.place))


async def pipelines(session: AsyncSession) -> Pipelines:
    """Every pipeline with its stages; the house's own until a file was read."""
    found: dict[str, tuple[Stage, ...]] = {}
    for row in await _ALL.all(session, {}):
        found[row.pipeline] = (*found.get(row.pipeline, ()), Stage(row.id, row.state))
    return Pipelines(found) if found else HOUSE


async def put_in_force(session: AsyncSession, wanted: Pipelines) -> list[str]:
    """From now on these. Gives the stages ("sales: proposal") that are in it no more and
    stay, because deals stand in them."""
    before = await pipelines(session)
    used = await session.execute(select(Deal.pipeline, Deal.stage).distinct())
    stages = dict(wanted.stages)
    stay = []
    for pipeline, stage in sorted(tuple(row) for row in used):
        if wanted.stage_of(pipeline, stage) is None:
            kept = before.stage_of(pipeline, stage) or Stage(stage)
            stages[pipeline] = (*stages.get(pipeline, ()), kept)
            stay.append(f"{pipeline}: {stage}")
    if stages == before.stages and before is not HOUSE:
        return stay
    flat = [(name, each) for name, every in stages.items() for each in every]
    await session.execute(delete(DealStage))
    rows = [
        {"pipeline": name, "id": each.id, "state": each.state, "place": place}
        for place, (name, each) in enumerate(flat)
    ]
    await session.execute(insert(DealStage), rows)
    return stay


async def read_file(database: Database, path: Path) -> None:
    """Put the file in force, as at every start. Without one, or with faults in it (each is
    logged), what was in force stays. A database that is away or without tables is logged, and
    costs the process nothing."""
    wanted = _of_file(path)
    if wanted is None:
        return
    try:
        async with database.transaction() as session:
            stay = await put_in_force(session, wanted)
    except IntegrityError:
        return  # another process that starts now was first
    except SQLAlchemyError as fault:
        log.error("pipelines were not looked after: %s", type(fault).__name__)  # noqa: TRY400
        return
    for stage in stay:
        log.warning("deals stand in %s, which the file does not name: it stays", stage)


def _of_file(path: Path) -> Pipelines | None:
    if not path.exists():
        return None
    try:
        return load(path.read_text("utf-8"), filename=str(path))
    except (PipelineFaults, UnicodeDecodeError) as fault:
        log.warning("pipelines stay as they were: %s", fault)
        return None
