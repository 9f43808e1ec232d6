"""A crowd of visitors in processes of its own, all after the same few openings: most want any
advisor, some want all of them at once.

`python -m tests.crm_bridge.booking.crowd DATABASE_URL TRIES PROCESSES` prints one JSON
line: how the tries ended, and every broken promise. The tables are there and empty.
"""

import asyncio
import json
import multiprocessing
import random
import sys
import time
from collections import Counter
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

import crm_bridge.app  # noqa: F401 - every table is known
from contracts.booking import BookingView
from crm_bridge.booking import service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import AdvisorTime, Booking, Claim, Fellow
from crm_bridge.booking.refusals import HoldExpired, OpeningTaken
from crm_bridge.core.database import Database, make_engine
from crm_bridge.settings import Settings
from playbook.model import Route
from tests.crm_bridge.booking.makers import (
    ALWAYS,
    a_desk,
    a_playbook,
    at,
    make_advisor,
    make_conversation,
)
from tests.crm_bridge.conftest import NOW

ADVISORS = ("maja", "noam")
DAYS = (12, 13)
DAILY_LIMIT = 2  # eight places for twelve visitors
STARTS = [at(f"{day} {8 + half // 2:02d}:{half % 2 * 30:02d}") for day in DAYS for half in range(6)]
VISITORS_AT_ONCE = 4  # in each process


def _desk(url: str) -> Desk:
    settings = Settings(
        _env_file=None,
        database_url=url,
        internal_key=SecretStr("x"),
        secret_key=SecretStr("x"),
        booking={"holds_per_conversation": 10**6, "meetings_per_email": 10**6},
    )
    anyone = Route(id="anyone", when=ALWAYS, advisors=ADVISORS)
    panel = Route(id="panel", when=ALWAYS, advisors=ADVISORS, choose="all")
    return a_desk(settings, a_playbook([anyone, panel]))


async def _visitor(
    database: Database, desk: Desk, conversation: str, tries: int, ended: Counter[str]
) -> None:
    """Hold and book, then move or give back, again and again."""
    chance = random.Random(conversation)
    booked: BookingView | None = None
    for _ in range(tries):
        start = chance.choice(STARTS)
        try:
            if booked is not None:
                async with database.transaction() as session:
                    if chance.random() < 0.5:
                        booked = await service.move(
                            session, booked.booking, start, by="visitor", desk=desk, now=NOW
                        )
                        ended["moved"] += 1
                    else:
                        await service.cancel(
                            session, booked.booking, reason="", by="visitor", desk=desk, now=NOW
                        )
                        booked = None
                        ended["cancelled"] += 1
                continue
            async with database.transaction() as session:
                held = await service.hold(session, conversation, start, desk=desk, now=NOW)
            booked = await _confirmed_twice(database, desk, conversation, held.hold, ended)
        except OpeningTaken as taken:
            ended["taken"] += 1
            ended["taken, with the nearest"] += bool(taken.nearest)
        except OperationalError:  # SQLite's one writer kept them waiting for ten seconds
            ended["told to try later"] += 1


async def _confirmed_twice(
    database: Database, desk: Desk, conversation: str, token: str, ended: Counter[str]
) -> BookingView | None:
    """Book what is held; the same once more gives the same booking."""
    views = []
    while len(views) < 2:
        try:
            async with database.transaction() as session:
                views.append(
                    await service.confirm(session, conversation, token, desk=desk, now=NOW)
                )
        except OperationalError:
            continue
        except HoldExpired:
            ended["LOST HOLD"] += 1
            return None
    ended["booked"] += 1
    ended["NOT IDEMPOTENT"] += views[0].booking != views[1].booking
    return views[0]


async def _process(url: str, tries: int) -> Counter[str]:
    database, desk = Database(make_engine(url)), _desk(url)
    ended: Counter[str] = Counter()
    visitors = [
        await make_conversation(database, route=route)
        for route in ("anyone", "anyone", "anyone", "panel")[:VISITORS_AT_ONCE]
    ]
    share = tries // VISITORS_AT_ONCE
    await asyncio.gather(*(_visitor(database, desk, each, share, ended) for each in visitors))
    await database.close()
    return ended


def _in_process(given: tuple[str, int]) -> dict[str, int]:
    return dict(asyncio.run(_process(*given)))


async def _furnish(url: str) -> None:
    database = Database(make_engine(url))
    for advisor in ADVISORS:
        await make_advisor(database, advisor, daily_limit=DAILY_LIMIT)
    await database.close()


async def _broken(url: str) -> dict[str, int]:
    """What must not be: counted."""
    database = Database(make_engine(url))
    async with database.reading() as session:
        standing = list(await session.scalars(select(Booking).where(Booking.status == "booked")))
        times = list(await session.scalars(select(AdvisorTime)))
        attending = {each.id: {each.advisor_id} for each in standing}
        for fellow in await session.scalars(select(Fellow)):
            if fellow.booking_id in attending:
                attending[fellow.booking_id].add(fellow.advisor_id)
        claims = await session.scalar(select(func.count()).select_from(Claim))
    await database.close()
    overlaps = sum(
        one.advisor_id == other.advisor_id
        and one.start_at < other.end_at
        and other.start_at < one.end_at
        for number, one in enumerate(times)
        for other in times[:number]
    )
    a_day = Counter((each.advisor_id, each.start_at.date()) for each in times)
    taken = {(each.booking_id, each.advisor_id) for each in times}
    wanted = {(booking, advisor) for booking, who in attending.items() for advisor in who}
    return {
        "standing": len(standing),
        "of several": sum(len(who) > 1 for who in attending.values()),
        "times amiss": len(taken ^ wanted),
        "overlaps": overlaps,
        "days over the limit": sum(count > DAILY_LIMIT for count in a_day.values()),
        "claims amiss": abs((claims or 0) - 6 * len(times)),
    }


def main(url: str, tries: int, processes: int) -> dict[str, Any]:
    """Let them all in at once; what came of it."""
    asyncio.run(_furnish(url))
    ended: Counter[str] = Counter()
    began = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for each in pool.map(_in_process, [(url, tries // processes)] * processes):
            ended.update(each)
    seconds = time.perf_counter() - began
    return {"ended": dict(ended), "seconds": round(seconds, 1), **asyncio.run(_broken(url))}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
