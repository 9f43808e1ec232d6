"""An import that is killed, whenever it is, goes on: nobody is lost, nobody is there twice."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import func, select

from crm_bridge.companies.models import Company
from crm_bridge.contacts.models import Contact, ContactEmail, ContactExternalId, ImportRun
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent

ROOT = Path(__file__).resolve().parents[3]
ROWS = 20_000 if os.environ.get("USHER_LONG") else 1_500  # in batches of sixty
FIRMS = 300


@contextmanager
def _house(url: str, file: Path) -> Iterator[Callable[[float], None]]:
    """Starts an import, and kills it after so many seconds."""
    zygote = subprocess.Popen(
        [sys.executable, "-m", "tests.crm_bridge.contacts.import_house", url, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert zygote.stdin is not None
    assert zygote.stdout is not None
    stdin, stdout = zygote.stdin, zygote.stdout

    def started_and_killed(seconds: float) -> None:
        stdin.write("\n")
        stdin.flush()
        child = int(stdout.readline())
        time.sleep(seconds)
        with suppress(ProcessLookupError):  # it has come to its end
            os.kill(child, signal.SIGKILL)
        assert int(stdout.readline()) in (0, -signal.SIGKILL)

    try:
        yield started_and_killed
    finally:
        stdin.close()
        zygote.wait(30)
        stdout.close()


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
    with _house(database_url, file) as started_and_killed:
        while stood[-1] < ROWS:
            await asyncio.to_thread(started_and_killed, chance.uniform(0.05, 0.05 * len(stood)))
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
