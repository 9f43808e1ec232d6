"""A real Tryton that cannot be reached for an hour of traffic on both sides, and how soon the
last change arrives."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from crm_bridge.core.database import Database
from crm_bridge.core.sealed import Seal
from crm_bridge.sync import connections
from crm_bridge.sync.worker import POLL_SECONDS, Syncer
from tests.crm_bridge.sync.fake_house import Leaping
from tests.crm_bridge.sync.ours import Ours
from tests.crm_bridge.sync.places import DATA, SECRET
from tests.tryton import Tryton

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Line:
    """The line to a server, which can be cut and mended."""

    def __init__(self, to: str) -> None:
        self._to = urlsplit(to)
        self._port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def mend(self) -> str:
        """The address of this end."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{self._port}"

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
            for end in self._open:
                end.transport.abort()
            await self._server.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, onward = await asyncio.open_connection(self._to.hostname, self._to.port)
        ends = {writer, onward}
        self._open |= ends
        with suppress(OSError):
            await asyncio.gather(_copy(reader, onward), _copy(there, writer))
        self._open -= ends


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
    writer.close()


class Slow(Leaping):
    faster = 1  # Tryton has the real clock


@pytest.fixture
async def line(outside: Tryton) -> AsyncIterator[Line]:
    line = Line(outside.url)
    yield line
    await line.cut()


@pytest.fixture
async def ours(database: Database, outside: Tryton, line: Line) -> AsyncIterator[Ours]:
    clock, url = Slow(), await line.mend()
    async with database.transaction() as session:
        given = connections.credentials("tryton", {**outside.given, "url": url})
        seal = Seal(SECRET)
        await connections.connect(
            session, "crm", system="tryton", given=given, seal=seal, now=clock.now()
        )
    syncer = Syncer(database, clock, secret_key=SECRET, data=DATA)
    yield Ours(database, syncer, clock)
    await syncer.close()


async def rounds(ours: Ours, times: int, *, apart: timedelta) -> None:
    """Rounds of the sync, which rests when it must."""
    assert isinstance(ours.clock, Slow)
    for _ in range(times):
        while await ours.dispatcher.deliver_due():
            pass
        await ours.syncer.round()
        ours.clock.passed += apart


async def test_an_hour_without_tryton_loses_and_doubles_nothing(
    ours: Ours, outside: Tryton, line: Line
) -> None:
    made = [await ours.contact(name=f"Before {n}", emails=[f"b{n}@acme.si"]) for n in range(3)]
    there = outside.party("Ana", email="ana@acme.si")
    await rounds(ours, 2, apart=timedelta(minutes=1))
    await line.cut()
    for minute in range(0, 60, 10):
        await ours.change(made[minute // 10 % 3], name=f"During {minute}")
        await ours.contact(name=f"New {minute}", emails=[f"n{minute}@acme.si"])
        outside.party(f"There {minute}", email=f"t{minute}@acme.si")
        outside.call("model.party.party.write", [there], {"name": f"Ana {minute}"})
        await rounds(ours, 1, apart=timedelta(minutes=10))
    connection = await ours.connection()
    assert (connection.state, connection.failures > 0) == ("live", True)
    await line.mend()
    await rounds(ours, 3, apart=timedelta(minutes=6))
    people = {person.emails[0].address: person.name for person in await ours.people()}
    assert len(people) == 3 + 1 + 6 + 6
    assert {party["email"]: party["name"] for party in outside.parties()} == people
    assert len(outside.parties()) == len(people)
    assert (people["ana@acme.si"], people["b2@acme.si"]) == ("Ana 50", "During 50")
    assert [link.next_at for link in await ours.links()] == [None] * len(people)
    assert (await ours.connection()).error is None
    assert await ours.conflicts() == []


async def test_the_last_change_has_arrived_after_two_looks(ours: Ours, outside: Tryton) -> None:
    """Looks are POLL_SECONDS apart: within five seconds, with a second of work to spare."""
    assert 2 * POLL_SECONDS < 5
    here = await ours.contact(name="Kari", emails=["kari@moe.no"])
    there = outside.party("Ana", email="ana@acme.si")
    await rounds(ours, 2, apart=timedelta(minutes=1))
    for number in range(3):
        await ours.change(here, name=f"Kari {number}")
        outside.call("model.party.party.write", [there], {"name": f"Ana {number}"})
    await rounds(ours, 2, apart=timedelta(seconds=POLL_SECONDS))
    named = {person.emails[0].address: person.name for person in await ours.people()}
    assert named == {"ana@acme.si": "Ana 2", "kari@moe.no": "Kari 2"}
    assert {party["email"]: party["name"] for party in outside.parties()} == named
