"""A long file read by another process comes in as a short one does, and goes on after its end."""

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_bridge.contacts import csv_run
from crm_bridge.contacts.csv_apart import ReaderEnded, read_apart
from crm_bridge.contacts.csv_import import Outcome, Row, read, stream
from crm_bridge.contacts.models import Contact
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database

LINES = (
    "Record ID,First Name,Last Name,Email,Phone Number,Company Name,Country/Region,Note\n"
    "1,Ana,Žagar,ana@acme.si,040 123 456,Acme d.o.o.,Slovenia,first\n"
    "2,No,Address,,,,,\n"
    "3,Ana,Again,ANA@acme.si,,,,\n"
    "4,Jan,Kowalski,jan@gmail.com,3.86E+10,Zeta Sp. z o.o.,Nowhereland,\n"
)
MANY = LINES + "".join(
    f"{n},Maja,Novak,maja{n}@firm{n % 7}.si,,Firm {n % 7},Slovenia,\n" for n in range(10, 400)
)


async def test_the_rows_are_the_same_and_in_order() -> None:
    whole = list(read(MANY.encode(), region="SI").rows)
    found: list[Row] = []
    async with read_apart(MANY.encode(), region="SI", done=1, rows_at_once=50) as batches:
        while batch := await batches.batch():
            assert len(batch) <= 50
            found += batch
    assert found == whole[1:]


async def test_a_reader_that_ends_early_loses_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_run, "LONG", 0)
    monkeypatch.setattr(csv_run, "ROWS_AT_ONCE", 2)
    data = LINES.encode() + MANY.encode()[len(LINES.encode()) :] * 6  # more than a pipe holds
    run = csv_run.run_id(data, region="SI", fill=False)

    async def work(*, until: int | None = None) -> list[Outcome]:
        told: list[Outcome] = []
        reading = stream(data, region="SI")
        async for outcomes in csv_run.bring_in(
            database, reading, Clock(), run=run, file="x.csv", fill=False
        ):
            told += outcomes
            if len(told) == until:
                _kill_the_reader()
        return told

    with pytest.raises(ReaderEnded):
        await work(until=4)
    done = await csv_run.done_before(database, run)
    assert 4 <= done < stream(data).total
    monkeypatch.setattr(csv_run, "ROWS_AT_ONCE", 1000)
    rest = await work()
    assert done + len(rest) == stream(data).total
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Contact)) == 2 + 390


def _kill_the_reader() -> None:
    ours = [
        int(child)
        for children in Path("/proc/self/task").glob("*/children")
        for child in children.read_text().split()
        if b"csv_apart" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
    assert len(ours) == 1
    os.kill(ours[0], signal.SIGKILL)
