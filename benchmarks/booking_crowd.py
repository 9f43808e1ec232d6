"""Bookings of a crowd: several processes hold and book the same advisors' time at once.

Each try takes a random time of any of ten advisors and books it, as the API does: a hold
and its confirmation, a transaction each. Beside it the way that books twice in the systems
people use: look whether the time is free, then insert. Counted are the bookings that stand
and, in both, the pairs of one advisor's that overlap.
"""

import asyncio
import multiprocessing
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from benchmarks.report import Report
from crm_bridge.app import create_app
from crm_bridge.booking import confirm, hold
from crm_bridge.booking.models import AdvisorTime
from crm_bridge.booking.refusals import OpeningTaken
from crm_bridge.booking.scope import Scope
from crm_bridge.core.database import Base, Database, make_engine
from crm_bridge.core.ids import new_id
from crm_bridge.settings import Settings
from tests import postgresql
from tests.crm_bridge.booking.makers import a_desk, at, make_advisor
from tests.crm_bridge.conftest import NOW

PROCESSES: Final = 3
AT_ONCE: Final = 2  # visitors of each process
TRIES: Final = 60  # of each visitor
ADVISORS: Final = tuple(f"a{number}" for number in range(10))
HALF_HOUR: Final = timedelta(minutes=30)
STARTS: Final = [
    at(f"{day} 08:00") + HALF_HOUR * half for day in (12, 13, 16, 17, 18) for half in range(6)
]
_PEER_TABLE = "CREATE TABLE peer_booking (id TEXT PRIMARY KEY, advisor TEXT, start_at TEXT)"
_PEER_LOOK = "SELECT 1 FROM peer_booking WHERE advisor = :advisor AND start_at = :start"
_PEER_BOOK = "INSERT INTO peer_booking VALUES (:id, :advisor, :start)"
_PEER_TWICE = (
    "SELECT count(*) FROM peer_booking a JOIN peer_booking b"
    " ON a.advisor = b.advisor AND a.start_at = b.start_at AND a.id < b.id"
)


def measure(report: Report) -> None:
    """Bookings a second and overlaps, on SQLite and on PostgreSQL."""
    for name in ("SQLite", "PostgreSQL"):
        with _place(name) as url:
            asyncio.run(_furnish(url))
            ours, seconds = _crowd(url, peer=False)
            peers, peer_seconds = _crowd(url, peer=True)
            overlaps, twice = asyncio.run(_overlaps(url))
        report.add(f"booking on {name}", "a second", ours / seconds, peers / peer_seconds)
        report.add(f"bookings made on {name}", "", ours, peers)
        report.add(f"overlaps on {name}", "", overlaps, twice, wanted="0")
    report.notes.append(
        f"booking: {PROCESSES} processes with {AT_ONCE} visitors each, {TRIES} tries a visitor for"
        f" {len(STARTS)} times of {len(ADVISORS)} advisors; the peer looks whether the time is"
        " free and then inserts, without turns, calendars, limits or news"
    )


@contextmanager
def _place(name: str) -> Iterator[str]:
    if name == "PostgreSQL":
        with postgresql.running() as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite+aiosqlite:///{Path(folder) / 'crowd.sqlite'}"


def _crowd(url: str, *, peer: bool) -> tuple[int, float]:
    """How many bookings were made, and in how many seconds of the crowd's."""
    given = [(url, peer, seed) for seed in range(PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        found = pool.map(_process, given)
    began = min(start for _, start, _ in found)
    return sum(made for made, _, _ in found), max(end for _, _, end in found) - began


def _process(given: tuple[str, bool, int]) -> tuple[int, float, float]:
    return asyncio.run(_visitors(*given))


async def _visitors(url: str, peer: bool, seed: int) -> tuple[int, float, float]:
    database = Database(make_engine(url))
    visit = _as_the_peer if peer else _as_we_do
    began = time.time()
    made = await asyncio.gather(
        *(visit(database, url, random.Random(f"{seed} {each}")) for each in range(AT_ONCE))
    )
    ended = time.time()
    await database.close()
    return sum(made), began, ended


async def _as_we_do(database: Database, url: str, chance: random.Random) -> int:
    desk = a_desk(_settings(url))
    scope = Scope(advisors=ADVISORS, playbook="consulting", playbook_version=1)
    made = 0
    for _ in range(TRIES):
        try:
            async with database.transaction() as session:
                held = await hold.hold(
                    session, scope, chance.choice(STARTS), conversation_id=None, desk=desk, now=NOW
                )
            async with database.transaction() as session:
                await confirm.confirm(
                    session,
                    held.hold_token,
                    scope=scope,
                    visitor={"name": "Robin Berg"},
                    contact_id=None,
                    desk=desk,
                    now=NOW,
                )
            made += 1
        except (OpeningTaken, OperationalError):  # SQLite's one writer kept them waiting
            continue
    return made


async def _as_the_peer(database: Database, _: str, chance: random.Random) -> int:
    made = 0
    for _ in range(TRIES):
        start = chance.choice(STARTS).isoformat()
        for advisor in chance.sample(ADVISORS, len(ADVISORS)):
            wanted = {"advisor": advisor, "start": start}
            async with database.reading() as session:
                taken = (await session.execute(text(_PEER_LOOK), wanted)).first()
            if taken is None:
                async with database.transaction() as session:
                    await session.execute(text(_PEER_BOOK), {"id": new_id("x"), **wanted})
                made += 1
                break
    return made


async def _furnish(url: str) -> None:
    create_app(_settings(url))  # every table is known
    database = Database(make_engine(url))
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(text(_PEER_TABLE))
    for advisor in ADVISORS:
        await make_advisor(database, advisor)
    await database.close()


async def _overlaps(url: str) -> tuple[int, int]:
    database = Database(make_engine(url))
    async with database.reading() as session:
        standing = list(await session.scalars(select(AdvisorTime)))
        twice = await session.scalar(text(_PEER_TWICE))
    await database.close()
    times: dict[str, list[tuple[datetime, datetime]]] = {}
    for each in standing:
        times.setdefault(each.advisor_id, []).append((each.start_at, each.end_at))
    overlaps = sum(
        one[0] < other[1] and other[0] < one[1]
        for mine in times.values()
        for number, one in enumerate(mine)
        for other in mine[:number]
    )
    return overlaps, twice or 0


def _settings(url: str) -> Settings:
    return Settings(
        _env_file=None, database_url=url, internal_key=SecretStr("x"), secret_key=SecretStr("x")
    )
