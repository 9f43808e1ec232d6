"""Transactions of both kinds keep their promises on both databases, and hold up nobody."""

import asyncio
import sqlite3
import traceback
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import String, bindparam, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from crm_bridge.core import database as module
from crm_bridge.core.database import Database, make_engine, touch
from crm_bridge.core.outbox import DomainEvent, announce
from crm_bridge.core.prepared import Prepared
from tests.crm_bridge.conftest import NOW

EVENTS = DomainEvent.__table__
ADD = Prepared(
    insert(EVENTS), columns=("id", "name", "subject_id", "data", "at", "fanned_out", "bulk")
)
ALL = Prepared(select(EVENTS).order_by(EVENTS.c.id))
ONE = Prepared(select(EVENTS).where(EVENTS.c.id == bindparam("id", type_=String)))
RENAME = Prepared(
    update(EVENTS)
    .where(EVENTS.c.id == bindparam("which"), EVENTS.c.fanned_out.is_(False))
    .values(name=EVENTS.c.name + bindparam("more"), fanned_out=True, subject_id=None)
    .returning(EVENTS.c.name, EVENTS.c.fanned_out)
)


def row(event_id: str = "evt_1", **changed: object) -> dict[str, object]:
    return {
        "id": event_id,
        "name": "thing.happened",
        "subject_id": "x",
        "data": {"a": [1, "č"], "b": None},
        "at": NOW + timedelta(microseconds=7),
        "fanned_out": False,
        "bulk": False,
        **changed,
    }


async def test_a_prepared_row_comes_back_as_it_was_given(database: Database) -> None:
    async with database.quick() as quick:
        await ADD.run(quick, row())
    async with database.quick(readonly=True) as quick:
        found = await ONE.one(quick, {"id": "evt_1"})
        assert await ONE.one(quick, {"id": "evt_2"}) is None
    assert found._asdict() == row()
    async with database.reading() as session:
        mapped = await session.get_one(DomainEvent, "evt_1")
        assert (mapped.data, mapped.at, mapped.fanned_out) == (
            row()["data"], row()["at"], False,
        )  # fmt: skip


async def test_a_prepared_statement_runs_beneath_a_session_and_sees_its_work(
    database: Database,
) -> None:
    async with database.transaction() as session:
        session.add(DomainEvent(**row()))
        assert [one.id for one in await ALL.all(session, {})] == ["evt_1"]
        await ADD.run(session, row("evt_2"))
        assert await session.scalar(select(func.count()).select_from(DomainEvent)) == 2


async def test_a_change_gives_what_it_made(database: Database) -> None:
    async with database.quick() as quick:
        await ADD.each(quick, [row("evt_1"), row("evt_2")])
        changed = await RENAME.one(quick, {"which": "evt_1", "more": "!"})
        assert (changed.name, changed.fanned_out) == ("thing.happened!", True)
        assert await RENAME.one(quick, {"which": "evt_1", "more": "!"}) is None
        assert await RENAME.run(quick, {"which": "evt_2", "more": "?"}) == 1


async def test_a_quick_transaction_is_whole_or_nothing(database: Database) -> None:
    with suppress(RuntimeError):
        async with database.quick() as quick:
            await ADD.run(quick, row())
            raise RuntimeError
    async with database.quick(readonly=True) as quick:
        assert await ALL.all(quick, {}) == []


async def test_a_taken_key_is_an_integrity_error_without_the_values(database: Database) -> None:
    async with database.quick() as quick:
        await ADD.run(quick, row())
    with pytest.raises(IntegrityError) as fault:
        async with database.quick() as quick:
            await ADD.run(quick, row(data={"secret": "jane@acme.io"}))
    assert "jane@acme.io" not in str(fault.value)
    async with database.quick() as quick:
        await ADD.run(quick, row("evt_2"))


async def test_a_cancelled_transaction_leaves_nothing_behind(database: Database) -> None:
    async def work() -> None:
        async with database.quick() as quick:
            await ADD.run(quick, row())
            await asyncio.sleep(60)

    working = asyncio.create_task(work())
    await asyncio.sleep(0.2)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    async with asyncio.timeout(5), database.quick() as quick:
        assert await ALL.all(quick, {}) == []
        await ADD.run(quick, row())


async def test_what_was_touched_is_told_after_the_commit_alone(database: Database) -> None:
    heard: list[str] = []
    database.on_touched("thing", heard.append)
    async with database.quick() as quick:
        touch(quick, "thing", "one")
        assert heard == []
    async with database.transaction() as session:
        touch(session, "thing", "two")
    with suppress(RuntimeError):
        async with database.quick() as quick:
            touch(quick, "thing", "never")
            raise RuntimeError
    assert heard == ["one", "two"]


async def test_news_of_a_quick_transaction_is_written_with_it(database: Database) -> None:
    rung: list[bool] = []
    database.on_announced(lambda: rung.append(True))
    with suppress(RuntimeError):
        async with database.quick() as quick:
            announce(quick, "thing.lost", {}, now=NOW)
            raise RuntimeError
    assert rung == []
    async with database.quick() as quick:
        event_id = announce(quick, "thing.happened", {"thing": "t"}, now=NOW, subject_id="s")
    assert rung == [True]
    async with database.quick(readonly=True) as quick:
        (stored,) = await ALL.all(quick, {})
    assert (stored.id, stored.data, stored.subject_id, stored.fanned_out) == (
        event_id, {"thing": "t"}, "s", False,
    )  # fmt: skip


async def test_writers_in_one_process_wait_for_each_other_without_stopping_it(
    database: Database,
) -> None:
    """The first holds its transaction over a pause; nobody is refused, nothing is lost."""

    async def add(number: int, *, quick: bool) -> None:
        opened = database.quick() if quick else database.transaction()
        async with opened as on:
            await ADD.run(on, row(f"evt_{number:02}"))
            await asyncio.sleep(0.01)

    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.005)

    ticking = asyncio.create_task(tick())
    await asyncio.gather(*(add(number, quick=number % 2 == 0) for number in range(12)))
    ticking.cancel()
    assert ticks > 5
    async with database.quick(readonly=True) as quick:
        assert len(await ALL.all(quick, {})) == 12


async def test_a_long_reading_sees_what_is_committed(database: Database) -> None:
    async with database.quick() as quick:
        await ADD.run(quick, row())
    async with database.reading(long=True) as session:
        assert (await session.scalars(select(DomainEvent.id))).all() == ["evt_1"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "usher.sqlite"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_lock_of_another_process_is_waited_for(database: Database, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def let_go() -> None:
        await asyncio.sleep(0.1)
        other.execute("ROLLBACK")

    letting_go = asyncio.create_task(let_go())
    async with database.transaction() as session:
        await session.execute(text("UPDATE domain_event SET name = name"))
    await letting_go
    other.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_lock_that_stays_is_an_error_in_the_end(
    database_url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_TIMEOUT_MS", 50)
    database = Database(make_engine(database_url))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    for opened in (database.quick(), database.transaction()):
        with pytest.raises(OperationalError, match="locked"):
            async with opened as on:
                await ADD.run(on, row())
    async with database.quick(readonly=True) as quick:
        assert await ALL.all(quick, {}) == []
    other.execute("ROLLBACK")
    async with database.quick() as quick:
        await ADD.run(quick, row())
    other.close()
    await database.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_write_is_on_disk_when_the_process_dies(database: Database, file: Path) -> None:
    async with database.quick() as quick:
        await ADD.run(quick, row())
    with sqlite3.connect(file) as other:
        assert other.execute("SELECT id FROM domain_event").fetchall() == [("evt_1",)]
    other.close()


@pytest.mark.parametrize("by", ["session", "quick"])
async def test_a_refused_row_is_not_told_in_the_fault(database: Database, by: str) -> None:
    values = row("ana@acme.si")

    async def add() -> None:
        if by == "session":
            async with database.transaction() as session:
                await session.execute(insert(EVENTS).values(**values))
        else:
            async with database.quick() as quick:
                await ADD.run(quick, values)

    await add()
    with pytest.raises(IntegrityError) as refused:
        await add()
    told = "".join(traceback.format_exception(refused.value))
    assert "UNIQUE" in told.upper()
    assert "ana@acme" not in told
