"""An import that is killed, whenever it is, goes on: nobody is lost, nobody is there twice."""

import asyncio
import os
import random
from pathlib import Path

from sqlalchemy import func, select

from crm_bridge.companies.models import Company
from crm_bridge.contacts.models import Contact, ContactEmail, ContactExternalId, ImportRun
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from tests.zygote import zygote

ROWS = 20_000 if os.environ.get("USHER_LONG") else 1_500  # in batches of sixty
FIRMS = 300


async def _done(database: Database) -> int:
    """How many rows are committed."""
    async with database.reading() as session:
        return await session.scalar(select(ImportRun.done)) or 0


async def test_killed_again_and_again_it_brings_everybody_in_once(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    file, chance = tmp_path / "people.csv", random.Random(ROWS)
    lines = ["Record ID,First Name,Last Name,Email,Phone Number,Company Name"]
    lines += [
        f"{i},Ana,Novak {i},ana{i}@firm{i % FIRMS}.si,+3864{i:07d},Firm {i % FIRMS}"
        for i in range(ROWS)
    ]
    file.write_text("\n".join(lines))
    stood = [0]
    with zygote("tests.crm_bridge.contacts.import_house", database_url, str(file)) as process:
        while stood[-1] < ROWS:
            await asyncio.to_thread(process.start)
            await asyncio.sleep(chance.uniform(0.05, 0.05 * len(stood)))
            await asyncio.to_thread(process.kill)
            stood.append(await _done(database))
    assert stood == sorted(stood)
    assert len(set(stood)) > 2, "it was killed on its way"
    async with database.reading() as session:
        for model in (Contact, ContactEmail, ContactExternalId):
            assert await session.scalar(select(func.count()).select_from(model)) == ROWS
        assert await session.scalar(select(func.count()).select_from(Company)) == FIRMS
        news = select(func.count(), func.count(DomainEvent.subject_id.distinct()))
        told = news.where(DomainEvent.name == "contact.created")
        assert tuple((await session.execute(told)).one()) == (ROWS, ROWS)
        run = (await session.scalars(select(ImportRun))).one()
        assert (run.done, run.counts) == (ROWS, {"add": ROWS})
        assert run.finished_at is not None
