"""One process at a time writes to a CRM: a round whose lease was not renewed writes no more."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import update
from sqlalchemy.engine import make_url

from crm_bridge.core.database import Database
from crm_bridge.sync.models import CrmConnection
from crm_bridge.sync.worker import Syncer
from tests.crm_bridge.sync.fake_house import House
from tests.crm_bridge.sync.places import DATA, SECRET

LEASE: Final = timedelta(seconds=0.6)

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.parametrize("house", ["odoo"], indirect=True),
]


@asynccontextmanager
async def amid_a_push(house: House, database: Database) -> AsyncIterator[None]:
    """A round with a change to write is broken into while the CRM takes its time to be read;
    it has ended when the block has."""
    made = await house.ours.contact(name="Ana Novak", emails=["ana@acme.si"])
    await house.ours.round(2)
    await house.ours.change(made, name="Ana Kovač")
    while await house.ours.dispatcher.deliver_due():
        pass
    fake = house.place.fake
    fake.slow_seconds, before = LEASE.total_seconds(), fake.asked
    syncer = Syncer(database, house.clock, secret_key=SECRET, data=DATA, lease=LEASE)
    working = asyncio.create_task(syncer.work(await house.ours.connection()))
    while fake.asked == before:  # noqa: ASYNC110 - the fake is in a thread of its own
        await asyncio.sleep(0.01)
    yield
    await working
    await syncer.close()
    assert house.place.names() == {"ana@acme.si": "Ana Novak"}, "it wrote without a lease"
    fake.slow_seconds = 0


async def test_a_round_that_another_process_took_over_writes_no_more(
    house: House, database: Database
) -> None:
    until = house.clock.now() + timedelta(hours=1)
    async with amid_a_push(house, database), database.transaction() as session:
        await session.execute(
            update(CrmConnection).values(leased_by="wrk_other", leased_until=until)
        )
    row = await house.ours.connection()
    assert (row.leased_by, row.leased_until) == ("wrk_other", until)
    assert (row.failures, row.error, row.paused_until) == (0, None, None)  # it is the other's


async def test_a_round_that_cannot_reach_the_database_writes_no_more(
    house: House, database: Database, database_url: str
) -> None:
    """Until the lease has run out, another process may begin; what was due is written then."""
    file = Path(make_url(database_url).database or "")
    async with amid_a_push(house, database):
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(2 * LEASE.total_seconds())
        other.execute("ROLLBACK")
        other.close()
    await house.ours.round(2)
    assert house.place.names() == {"ana@acme.si": "Ana Kovač"}
