"""A million contacts: brought in from a file, then looked up over HTTP beside Tryton's parties.

The file is a HubSpot export; it goes the way of `usher import contacts`. Then `usher serve`
answers GET /api/v1/contacts/lookup at 200 requests a second: by address (7 of 10), number,
external id, and one in ten that nobody has. A request's time counts from when it was due, so
that a stall costs all who wait behind it. Tryton 8 on SQLite holds as many parties, with the
same addresses and numbers, written straight into its tables; its own look-up is
party.contact_mechanism.search_read over JSON-RPC, one request after another.

    make bench ONLY=contacts SIZE=20000     # a short run; without SIZE a million
"""

import asyncio
import gc
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx
from sqlalchemy import text, update

import crm_bridge.app  # noqa: F401 - every table is known
from benchmarks.report import ROOT, Report, percentile
from crm_bridge.contacts import csv_import, csv_run
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Base, Database, make_engine
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.web.api_keys import create_key
from tests import postgresql, tryton

SIZE = int(os.environ.get("SIZE") or 1_000_000)
RATE = 200  # requests a second
SECONDS = 20
CONNECTIONS = 16
SETTLING = 5  # seconds after the server's first answer
WARM = 400  # requests before it counts
PEER_REQUESTS = 60
# PostgreSQL's manual on a server's memory: "a reasonable starting value for shared_buffers is
# 25% of the memory", with max_wal_size raised beside it.
SERVER = ("shared_buffers=1GB", "max_wal_size=4GB")
SYSTEM = "hubspot"
FIRST = ("Ana", "Luka", "Maja", "Kari", "Noam", "Liisa", "Piotr", "Jane", "Omer", "Eva", "Jan")
LAST = ("Novak", "Horvat", "Kowalski", "Virtanen", "Hansen", "Cohen", "Smith", "Zajc", "Berg")
HEAD = (
    "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Company Name,Country/Region,"
    "Contact owner,Lifecycle Stage,Create Date\n"
)


def run() -> Report:
    """Measure on SQLite, on PostgreSQL where it is installed, and Tryton."""
    report = Report("contacts", "Tryton's own look-up (trytond, SQLite)")
    peer = _peer()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/usher.sqlite"
        asyncio.run(_measure(report, "SQLite", url, Path(folder), peer, wanted=5))
    with postgresql.running(*SERVER) as url, tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(report, "PostgreSQL", url, Path(folder), peer, wanted=8))
    report.notes.append(
        f"{SIZE:,} contacts and as many parties; ours at {RATE} requests a second from {CONNECTIONS}"
        " connections, Tryton's one after another (it does not keep up with that rate)"
    )
    report.notes.append(
        "before the look-ups the news of the import was marked as heard, and PostgreSQL had cleaned"
        f" up (VACUUM); it runs with {', '.join(SERVER)}"
    )
    return report


async def _measure(
    report: Report, name: str, url: str, folder: Path, peer: float, *, wanted: int
) -> None:
    key = await _bring_in(report, name, url, folder)
    with _serving(url, folder) as address:
        taken = await _ask(address, key, _questions(), seconds=SECONDS)
        for part, of in ((0.5, "median"), (0.95, "p95"), (0.99, "p99")):
            bar = f"<= {wanted} ms" if part == 0.95 else ""
            beside = peer if part == 0.5 else None
            report.add(f"look-up, {name}, {of}", "ms", percentile(taken, part), beside, wanted=bar)
        names = ("/api/v1/contacts/lookup?name=" + quote(f"{a} {b}") for a, b in _names())
        named = await _ask(address, key, names, seconds=5, rate=10)
        report.add(f"by a name, {name}, p95, 10 a second", "ms", percentile(named, 0.95))


def _names() -> Iterator[tuple[str, str]]:
    chance = random.Random(5)
    while True:
        yield chance.choice(FIRST), chance.choice(LAST)


def _file() -> bytes:
    lines = [HEAD]
    lines += [
        f"{i},{FIRST[i % 11]},{LAST[i // 11 % 9]},{_address(i)},{_number(i)},Manager,"
        f"Company {i % _companies()} d.o.o.,Slovenia,owner{i % 20}@acme.si,lead,2024-01-02\n"
        for i in range(SIZE)
    ]
    return "".join(lines).encode()


def _companies() -> int:
    return SIZE // 5 + 1


def _address(i: int) -> str:
    return f"{FIRST[i % 11]}.{LAST[i // 11 % 9]}.{i}@company{i % _companies()}.si".lower()


def _number(i: int) -> str:
    return f"+3864{i:07d}"


async def _bring_in(report: Report, name: str, url: str, folder: Path) -> str:
    """Import the file; an API key."""
    database = Database(make_engine(url))
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    data = _file()
    now = datetime.now(UTC)
    gc.freeze()
    began, worked = time.perf_counter(), time.process_time()
    reading, clock = csv_import.stream(data), Clock(None)
    async for _ in csv_run.bring_in(
        database, reading, clock, run="imp_bench", file="bench.csv", fill=False
    ):
        pass
    wall, processor = time.perf_counter() - began, time.process_time() - worked
    report.add(f"import, {name}", "rows/s", SIZE / wall, wanted=">= 5000 rows/s")
    report.add(f"import, {name}, processor", "rows/s", SIZE / processor)
    async with database.transaction() as session:
        await session.execute(update(DomainEvent).values(fanned_out=True))
        key = await create_key(session, "bench", scopes=("read",), now=now)
    async with database.engine.connect() as connection:
        if database.is_sqlite:
            await connection.execute(text("ANALYZE"))
        else:  # as the database's own cleaning leaves it, minutes after an import
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM (ANALYZE)"))
        await connection.commit()
    await database.close()
    return key.secret


@contextmanager
def _serving(url: str, folder: Path) -> Iterator[str]:
    port = postgresql.free_port()
    environment = {
        **os.environ,
        "USHER_VAR": str(folder),
        "USHER_DATABASE_URL": url,
        "USHER_INTERNAL_KEY": "bench-internal-key",
        "USHER_SECRET_KEY": "bench-secret-key",
        "USHER_DURABLE__DATABASE_URL": "memory",
    }
    command = [str(Path(sys.executable).parent / "usher"), "serve", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--log-level", "warning"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _until_alive(address, process)
        time.sleep(SETTLING)  # playbooks are read once, after the first answer
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _until_alive(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/healthz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise RuntimeError("the bridge does not answer")


def _questions() -> Iterator[str]:
    """Paths, the same ones in every run."""
    chance = random.Random(42)
    path = "/api/v1/contacts/lookup?"
    while True:
        i, kind = chance.randrange(SIZE), chance.randrange(10)
        if kind < 7:
            yield f"{path}email={quote(_address(i))}"
        elif kind == 7:
            yield f"{path}phone={quote(_number(i))}"
        elif kind == 8:
            yield f"{path}system={SYSTEM}&external_id={i}"
        else:
            yield f"{path}email=nobody{i}@company1.si"


async def _ask(
    address: str, key: str, paths: Iterator[str], *, seconds: float, rate: float = RATE
) -> list[float]:
    """Milliseconds of each request from when it was due, after some to warm up."""
    host, port = address.removeprefix("http://").split(":")
    waiting: asyncio.Queue[tuple[float, str] | None] = asyncio.Queue()
    taken: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        while (job := await waiting.get()) is not None:
            due, path = job
            head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n"
            writer.write(head.encode())
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200"), answer
            length = answer.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
            taken.append((time.perf_counter() - due) * 1000)
        writer.close()

    gc.freeze()  # a collection here would count as the server's time
    clients = [asyncio.create_task(client()) for _ in range(CONNECTIONS)]
    warm = min(WARM, int(rate * seconds / 4))
    begin = time.perf_counter()
    for number in range(warm + int(rate * seconds)):
        due = begin + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        waiting.put_nowait((due, next(paths)))
    for _ in clients:
        waiting.put_nowait(None)
    await asyncio.gather(*clients)
    return taken[warm:]


def _peer() -> float:
    """The median of Tryton's look-up by address, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder, tryton.running(Path(folder)) as server:
        with sqlite3.connect(Path(folder) / "crm.sqlite", timeout=60) as parties:
            parties.executemany(
                "INSERT INTO party_party (id, active, code, name) VALUES (?, 1, ?, ?)",
                ((i + 1000, f"B{i}", f"{FIRST[i % 11]} {LAST[i // 11 % 9]}") for i in range(SIZE)),
            )
            parties.executemany(
                "INSERT INTO party_contact_mechanism (active, party, type, value, value_compact)"
                " VALUES (1, ?, ?, ?, ?)",
                (
                    (i + 1000, kind, value, value)
                    for i in range(SIZE)
                    for kind, value in (("email", _address(i)), ("phone", _number(i)))
                ),
            )
        chance, taken = random.Random(42), []
        for _ in range(PEER_REQUESTS):
            i = chance.randrange(SIZE)
            began = time.perf_counter()
            found = server.call(
                "model.party.contact_mechanism.search_read",
                [["value", "=", _address(i)]],
                0,
                None,
                None,
                ["party.rec_name", "type", "value"],
            )
            taken.append((time.perf_counter() - began) * 1000)
            assert len(found) == 1, found
        return statistics.median(taken)
