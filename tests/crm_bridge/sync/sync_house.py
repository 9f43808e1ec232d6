"""Sync processes to be killed.

Usage: python -m tests.crm_bridge.sync.sync_house DATABASE_URL
"""

import asyncio
import logging
import sys
from datetime import timedelta

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from crm_bridge.core.outbox import Dispatcher
from crm_bridge.sync import worker
from crm_bridge.sync.worker import Syncer
from tests.crm_bridge.sync.places import DATA, SECRET
from tests.zygote import fork_for_each_line

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
    fork_for_each_line(lambda: asyncio.run(work(sys.argv[1])))


if __name__ == "__main__":
    main()
