"""One ticket for many of a kind: no line is lost, and whoever follows the news hears of it."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.tickets import service as tickets
from crm_bridge.tickets.models import Ticket
from tests.crm_bridge.conftest import NOW

OCCASION = "calendar_away:maja"


async def _note(database: Database, key: str, *, after: timedelta = timedelta()) -> None:
    async with database.transaction() as session:
        await tickets.gather(
            session, OCCASION, "{} to see to".format, head="Look.", line="a line", key=key,
            now=NOW + after,
        )  # fmt: skip


async def _opened(database: Database) -> int:
    async with database.reading() as session:
        news = await session.scalars(
            select(DomainEvent.id).where(DomainEvent.name == "ticket.opened")
        )
        return len(news.all())


async def test_what_is_noted_at_the_same_time_is_all_there_once(database: Database) -> None:
    keys = [f"bkg_{number}" for number in range(6)]
    await asyncio.gather(*(_note(database, key) for key in [*keys, *keys]))
    async with database.reading() as session:
        (ticket,) = await session.scalars(select(Ticket))
    assert ticket.subject == "6 to see to"
    head, *lines = ticket.body.splitlines()
    assert head == "Look."
    assert sorted(lines) == [f"- a line ({key})" for key in keys]
    assert await _opened(database) == 1


async def test_an_open_ticket_is_told_of_again_after_a_quiet_hour(database: Database) -> None:
    for key, minutes, told in (("bkg_1", 0, 1), ("bkg_2", 50, 1), ("bkg_3", 200, 2)):
        await _note(database, key, after=timedelta(minutes=minutes))
        assert await _opened(database) == told
