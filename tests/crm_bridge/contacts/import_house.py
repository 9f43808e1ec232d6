"""Imports to be killed.

Usage: python -m tests.crm_bridge.contacts.import_house DATABASE_URL FILE
"""

import asyncio
import sys
from pathlib import Path

from crm_bridge.contacts import csv_import, csv_run
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from tests.zygote import fork_for_each_line

csv_run.ROWS_AT_ONCE = 60  # type: ignore[misc] - more ends of batches to be killed at


async def work(url: str, data: bytes, file: str) -> None:
    """As `usher import contacts` does."""
    database = Database(make_engine(url))
    run = csv_run.run_id(data, region=None, fill=False)
    reading = csv_import.stream(data)
    async for _ in csv_run.bring_in(database, reading, Clock(), run=run, file=file, fill=False):
        pass
    await database.close()


def main() -> None:
    url, file = sys.argv[1:]
    fork_for_each_line(lambda: asyncio.run(work(url, Path(file).read_bytes(), "people.csv")))


if __name__ == "__main__":
    main()
