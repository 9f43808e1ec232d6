"""An import from beginning to end: in batches, each committed with how far it got, so that
what was cut short goes on where it stood.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts import csv_bulk
from crm_bridge.contacts.csv_import import Outcome, Reading, Row, Sheet, import_row
from crm_bridge.contacts.models import ImportRun

ROWS_AT_ONCE: Final = 1000  # rows in one transaction


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


async def import_batch(
    session: AsyncSession,
    rows: Sequence[Row],
    *,
    system: str,
    fill: bool,
    by: str,
    now: datetime,
) -> list[Outcome]:
    """What each row came to, in order. New people with an address are added together."""
    there = await csv_bulk.there(session, rows, system=system)
    fresh = [row for row in rows if row.refused is None and not there.has(row)]
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
