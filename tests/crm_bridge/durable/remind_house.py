"""A bridge that is killed while a reminder waits, and started again when it is due.

`python -m tests.crm_bridge.durable.remind_house DATABASE_URL FOLDER`, on an empty database
with its tables; prints what was mailed to the visitor, in order, as one JSON line.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from crm_bridge.core.database import Database, make_engine
from tests.crm_bridge.booking.makers import at, make_advisor
from tests.crm_bridge.durable.kill_house import PATIENCE_SECONDS, House

START = at("13 08:00")  # two days after it is booked
DUE = START - timedelta(hours=24)
LEAD = timedelta(seconds=5)


def house_at(url: str, folder: Path, moment: datetime) -> House:
    """A house whose clock shows `moment` now."""
    house = House(url, folder, "book", "")
    house.pass_time(moment)
    return house


async def until(done: Callable[[], Awaitable[bool]]) -> None:
    """Wait for it, as long as patience lasts."""
    for _ in range(PATIENCE_SECONDS * 10):
        if await done():
            return
        await asyncio.sleep(0.1)
    raise TimeoutError


async def book_and_die(url: str, folder: Path) -> None:
    """Book, see the reminders planned, and be killed before the first one is due."""
    house = house_at(url, folder, DUE - LEAD)
    await house.durable.start()
    await house._book(START)
    delivering = asyncio.create_task(house.dispatcher.run())

    async def planned() -> bool:
        waiting, done = await house._works(["DELAYED"]), await house._works(["SUCCESS"])
        return bool(done) and len(waiting) + len(done) == 3

    await until(planned)
    delivering.cancel()
    os.kill(os.getpid(), signal.SIGKILL)


async def remind(url: str, folder: Path) -> None:
    """Go on where the former life ended, until the reminder is sent."""
    house = house_at(url, folder, DUE + timedelta(seconds=1))
    await house.durable.start()

    async def sent() -> bool:
        return len(await house._works(["SUCCESS"])) == 2

    await until(sent)
    await house.durable.stop()
    await house.database.close()


async def stay_quiet(url: str, folder: Path) -> None:
    """Start once more: nothing is sent twice."""
    house = house_at(url, folder, DUE + timedelta(hours=1))
    await house.durable.start()
    await asyncio.sleep(1.5)
    await house.durable.stop()
    await house.database.close()


def one_life(life: Callable[[str, Path], Awaitable[None]], url: str, folder: Path) -> int:
    """Live in a child process; how it ended (a negative signal)."""

    async def whole() -> None:
        await life(url, folder)

    child = os.fork()
    if child == 0:
        ended = 1
        try:
            asyncio.run(whole())
            ended = 0
        finally:
            os._exit(ended)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def main(url: str, folder: Path) -> None:
    async def furnish() -> None:
        database = Database(make_engine(url))
        await make_advisor(database, "maja")
        await database.close()

    asyncio.run(furnish())
    ended = [one_life(life, url, folder) for life in (book_and_die, remind, stay_quiet)]
    sent = sorted((folder / "sendings_visitor").glob("*"), key=lambda each: each.stat().st_mtime_ns)
    print(json.dumps({"ended": ended, "mails": [each.read_text() for each in sent]}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
