"""Sync processes that start in milliseconds, to be killed: everything is imported once,
then each line on stdin forks one, and its process id is printed.

Usage: python -m tests.crm_bridge.sync.zygote DATABASE_URL
"""

import asyncio
import logging
import os
import sys
from datetime import timedelta

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from crm_bridge.core.outbox import Dispatcher
from crm_bridge.sync import worker
from crm_bridge.sync.worker import Syncer
from tests.crm_bridge.sync.places import DATA, SECRET

worker.POLL_SECONDS = 0.05  # type: ignore[misc] - more happens in the little time it has
worker.LONGEST_PAUSE = timedelta(milliseconds=200)  # type: ignore[misc]
LEASE = timedelta(milliseconds=300)


async def work(url: str) -> None:
    """Deliver news and keep in step, until the process is killed."""
    database, clock = Database(make_engine(url)), Clock()
    syncer = Syncer(database, clock, secret_key=SECRET, data=DATA, lease=LEASE)
    heard = [("crm_outbox", syncer.on_news)]
    news = dict.fromkeys(("contact.created", "contact.changed"), heard)
    await asyncio.gather(Dispatcher(database, clock, news).run(), syncer.run())


def main() -> None:
    logging.disable(logging.CRITICAL)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(work(sys.argv[1]))
        print(child, flush=True)
        os.waitpid(child, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()
