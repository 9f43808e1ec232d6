"""An import from beginning to end: in batches, each committed with how far it got, so that
what was cut short goes on where it stood.
"""

import asyncio
import hashlib
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts import csv_bulk
from crm_bridge.contacts.csv_apart import LONG, Batches, read_apart
from crm_bridge.contacts.csv_import import Outcome, Reading, Row, Sheet, import_row
from crm_bridge.contacts.csv_properties import settle
from crm_bridge.contacts.models import ImportRun
from crm_bridge.core.bulk import make_room
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database

ROWS_AT_ONCE: Final = 1000  # rows in one transaction
_PIECE: Final = 20  # a millisecond's work; a multiple of it is ROWS_AT_ONCE


def run_id(data: bytes, *, region: str | None, fill: bool) -> str:
    """The same file imported the same way is the same run."""
    choices = f"{region} {fill}".encode()
    return f"imp_{hashlib.sha256(data + choices).hexdigest()[:26]}"


async def begin(
    session: AsyncSession, run: str, sheet: Sheet | Reading, *, file: str, now: datetime
) -> ImportRun:
    """The run of a file: where it stood when it was cut short, else at its first row."""
    found = await session.get(ImportRun, run)
    if found is not None and found.finished_at is None:
        return found
    fresh = ImportRun(
        id=run,
        file=file,
        layout=sheet.layout,
        total=sheet.total,
        done=0,
        counts={},
        started_at=now,
        finished_at=None,
    )
    return await session.merge(fresh)


async def bring_in(
    database: Database,
    reading: Reading,
    clock: Clock,
    *,
    run: str,
    file: str,
    fill: bool,
) -> AsyncIterator[list[Outcome]]:
    """Import what an earlier run of the same file has not: each batch's outcomes, once they
    are committed. A long file is read by another process meanwhile. Raises ReaderEnded."""
    by = f"import:{file}"
    async with database.transaction() as session:
        done = (await begin(session, run, reading, file=file, now=clock.now())).done
    async with _batches(reading, done) as batches:
        while batch := await batches.batch():
            async with database.transaction() as session:
                now = clock.now()
                outcomes = await import_batch(
                    session, batch, system=reading.layout, fill=fill, by=by, now=now
                )
                await note(session, run, outcomes, now=now)
            yield outcomes


async def tried(
    database: Database, reading: Reading, clock: Clock, *, file: str, fill: bool
) -> AsyncIterator[list[Outcome]]:
    """What `bring_in` would come to. Nothing is kept of it."""
    async with database.transaction() as session:
        nested = await session.begin_nested()
        async with _batches(reading, 0) as batches:
            while batch := await batches.batch():
                yield await import_batch(
                    session,
                    batch,
                    system=reading.layout,
                    fill=fill,
                    by=f"import:{file}",
                    now=clock.now(),
                )
        await nested.rollback()
        session.info.clear()  # nothing happened that anybody should be told of


class _Here:
    """The rows of a short file, read by this process, others at work in between."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows

    async def batch(self) -> list[Row]:
        batch: list[Row] = []
        while len(batch) < ROWS_AT_ONCE:
            piece = list(itertools.islice(self._rows, _PIECE))
            if not piece:
                break
            batch += piece
            await asyncio.sleep(0)
        return batch


@asynccontextmanager
async def _batches(reading: Reading, done: int) -> AsyncIterator[Batches]:
    if reading.total - done < LONG:
        yield _Here(itertools.islice(reading.rows, done, None))
        return
    async with read_apart(
        reading.data, region=reading.region, done=done, rows_at_once=ROWS_AT_ONCE
    ) as batches:
        yield batches


async def done_before(database: Database, run: str) -> int:
    """How many rows a run that was cut short has committed."""
    async with database.reading() as session:
        found = await session.get(ImportRun, run)
        return found.done if found is not None and found.finished_at is None else 0


async def import_batch(
    session: AsyncSession,
    rows: Sequence[Row],
    *,
    system: str,
    fill: bool,
    by: str,
    now: datetime,
) -> list[Outcome]:
    """What each row came to, in order. New people with an address are added together. The
    news of it lets other news go first."""
    session.info["bulk"] = True
    await make_room(session)
    there = await csv_bulk.there(session, rows, system=system)
    fresh = [row for row in rows if row.refused is None and not there.has(row)]
    await settle(session, rows, fresh={row.line for row in fresh})
    ids = await csv_bulk.add_new(session, fresh, system=system, by=by, now=now)
    added = {row.line: contact_id for row, contact_id in zip(fresh, ids, strict=True)}
    outcomes = []
    for row in rows:
        if row.line in added:
            outcomes.append(Outcome(row.line, "add", "new", added[row.line], tuple(row.notes)))
        else:
            outcomes.append(
                await import_row(session, row, system=system, fill=fill, by=by, now=now)
            )
    return outcomes


async def note(
    session: AsyncSession, run: str, outcomes: Sequence[Outcome], *, now: datetime
) -> ImportRun:
    """Write down how far a run got, in the transaction of its batch."""
    found = await session.get_one(ImportRun, run)
    found.done += len(outcomes)
    found.counts = dict(
        Counter(found.counts) + Counter(str(outcome.action) for outcome in outcomes)
    )
    found.finished_at = now if found.done >= found.total else None
    return found
