"""Imports that start in milliseconds, to be killed: everything is imported once, then each
line on stdin forks one; its process id is printed, then how it ended.

Usage: python -m tests.crm_bridge.contacts.import_house DATABASE_URL FILE
"""

import asyncio
import os
import sys
from pathlib import Path

from crm_bridge.contacts import csv_import, csv_run
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine

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
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(work(sys.argv[1], Path(sys.argv[2]).read_bytes(), "people.csv"))
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
