"""Many rows into a table: one `executemany` on SQLite, one COPY on PostgreSQL.

SQLAlchemy's own way costs 30 µs a row before the database sees it; here it is 5. Types stay
SQLAlchemy's. Equal values that follow each other (a batch's time, a shared stamp) are turned
into the driver's form once: give the same object, not a copy.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import JSON, Boolean, DateTime, Dialect, Integer, String, Table
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import Base, Instant, json_text
from crm_bridge.core.sqlite_inline import InlineConnection

type Convert = Callable[[Any], Any]

# What COPY's text form escapes. Source: PostgreSQL manual, COPY, "Text Format".
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
_NULL = "\\N"
_BETWEEN = "\0"  # no text of PostgreSQL's has one


# On SQLite: pages kept in memory (KiB, negative), and pages of the log before it is carried
# over. With less every batch writes the same pages of the indexes again (64 MB and 10,000
# pages: a fifth slower at 150,000 contacts).
_ROOMY = ("PRAGMA cache_size=-262144", "PRAGMA wal_autocheckpoint=40000")


async def make_room(session: AsyncSession) -> None:
    """Let the session's connection work for many rows from now on."""
    driver, _ = await _driver(session)
    if isinstance(driver, InlineConnection):
        for pragma in _ROOMY:
            driver.run(pragma, ())


_IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
# Source: PostgreSQL manual, session_replication_role: "the firing of foreign key checks".
_UNCHECKED = "SET LOCAL session_replication_role = replica"
_CHECKED = "SET LOCAL session_replication_role = DEFAULT"


@asynccontextmanager
async def parents_known(session: AsyncSession) -> AsyncIterator[None]:
    """Rows that are inserted in the block refer to rows of this transaction, or to rows that
    it has locked (`lock_many`): PostgreSQL need not look for each of them, which is a third
    of its work. It looks nevertheless where our role may not spare it that. SQLite looks."""
    driver, _ = await _driver(session)
    if isinstance(driver, InlineConnection):
        yield
        return
    is_superuser = session.info.get("is_superuser")
    if is_superuser is None:
        (is_superuser,) = await (await driver.execute(_IS_SUPERUSER)).fetchone()
        session.info["is_superuser"] = is_superuser
    if not is_superuser:
        yield
        return
    await driver.execute(_UNCHECKED)
    yield  # a fault ends the transaction, and the setting with it
    await driver.execute(_CHECKED)


async def lock_many(session: AsyncSession, model: type[Base], ids: Sequence[str]) -> set[str]:
    """Those of `ids` that are there, and stay there until the transaction ends."""
    driver, _ = await _driver(session)
    if isinstance(driver, InlineConnection):  # it has one writer at a time
        found = await find_many(session, model, ["id"], key="id", among=ids)
    else:
        table = cast("Table", model.__table__).name
        sql = f'SELECT id FROM "{table}" WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE'  # noqa: S608
        found = await (await driver.execute(sql, (list(ids),), prepare=False)).fetchall()
    return {one for (one,) in found}


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table, made when their turn comes: tuples in the order of `columns`; other
    columns become NULL."""

    model: type[Base]
    columns: Sequence[str]
    rows: Callable[[], Sequence[tuple[Any, ...]]]


async def insert_many(
    session: AsyncSession,
    model: type[Base],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Insert rows into one table; see `insert_parts`."""
    await insert_parts(session, [Part(model, columns, lambda: rows)])


async def insert_parts(session: AsyncSession, parts: Sequence[Part]) -> None:
    """Insert into several tables, in their order. What the session holds is written first.

    While PostgreSQL writes one part the next is made. Raises the driver's own errors.
    """
    driver, dialect = await _driver(session)
    writing: asyncio.Task[None] | None = None
    try:
        for part in parts:
            rows = part.rows()
            if not rows:
                continue
            table = cast("Table", part.model.__table__)
            cells = _converted(table, part.columns, rows, dialect)
            if isinstance(driver, InlineConnection):
                sql = _insert(table, part.columns)
                await driver.cursor().executemany(sql, zip(*cells, strict=True))
                continue
            lines = _lines(table, part.columns, cells)
            await _ended(writing)
            writing = await _sent(driver, table, part.columns, lines)
    finally:
        await _ended(writing)


def _insert(table: Table, columns: Sequence[str]) -> str:
    marks = ", ".join("?" * len(columns))
    return f'INSERT INTO "{table.name}" ({_named(columns)}) VALUES ({marks})'  # noqa: S608 - ours


def _named(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _lines(table: Table, columns: Sequence[str], cells: Sequence[Sequence[Any]]) -> str:
    written = [_written(table, name, values) for name, values in zip(columns, cells, strict=True)]
    return "\n".join(map("\t".join, zip(*written, strict=True))) + "\n"


async def _sent(
    driver: Any, table: Table, columns: Sequence[str], lines: str
) -> "asyncio.Task[None]":
    """A COPY that has all its rows; its end is awaited."""
    sent = asyncio.Event()

    async def copy() -> None:
        sql = f'COPY "{table.name}" ({_named(columns)}) FROM STDIN'
        try:
            async with driver.cursor() as cursor, cursor.copy(sql) as writer:
                await writer.write(lines)
                sent.set()  # what follows runs on until PostgreSQL is waited for
        finally:
            sent.set()

    writing = asyncio.create_task(copy())
    await sent.wait()
    return writing


async def _ended(writing: "asyncio.Task[None] | None") -> None:
    if writing is not None:
        await writing


async def find_many(
    session: AsyncSession,
    model: type[Base],
    columns: Sequence[str],
    *,
    key: str,
    among: Sequence[str],
    also: tuple[str, str] | None = None,
    where: str = "true",
) -> list[tuple[Any, ...]]:
    """`columns` of the rows whose `key` (text, indexed) is one of `among`, whose column
    `also[0]` is `also[1]`, and that fulfil `where` (SQL of ours; the table is t). Raises the
    driver's own errors.

    Each key goes through the index by itself: a plan made while the table was small, which
    PostgreSQL keeps for IN, would read the whole of it every time (measured: 1 ms a row).
    """
    if not among:
        return []
    table = cast("Table", model.__table__).name
    driver, _ = await _driver(session)
    named = ", ".join(f't."{name}"' for name in columns)
    more = (also[1],) if also is not None else ()
    if isinstance(driver, InlineConnection):
        where = f'{where} AND t."{also[0]}" = ?' if also is not None else where
        sql = (
            f"SELECT {named} FROM json_each(?) AS k CROSS JOIN "  # noqa: S608 - our names
            f'"{table}" AS t ON t."{key}" = k.value WHERE {where}'
        )
        found, _ = driver.run(sql, (json_text(list(among)), *more))
        return found
    where = f'{where} AND t."{also[0]}" = %s' if also is not None else where
    sql = (
        f"SELECT {named} FROM unnest(%s::text[]) AS k(value) CROSS JOIN LATERAL "  # noqa: S608
        f'(SELECT * FROM "{table}" AS t WHERE t."{key}" = k.value AND {where} OFFSET 0) AS t'
    )
    cursor = await driver.execute(sql, (list(among), *more), prepare=False)
    return cast("list[tuple[Any, ...]]", await cursor.fetchall())


async def _driver(session: AsyncSession) -> tuple[Any, Dialect]:
    await session.flush()
    connection = await session.connection()
    return (await connection.get_raw_connection()).driver_connection, connection.dialect


def _converted(
    table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], dialect: Dialect
) -> list[Sequence[Any]]:
    """The columns' cells, as the driver wants them."""
    cells: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, name in enumerate(columns):
        convert = _convert(table, name, dialect)
        if convert is not None:
            cells[place] = _each(cells[place], convert)
    return cells


def _convert(table: Table, name: str, dialect: Dialect) -> Convert | None:
    kind = table.columns[name].type
    if isinstance(kind, JSON):
        return json_text
    return cast("Convert | None", kind.dialect_impl(dialect).bind_processor(dialect))


def _each(values: Sequence[Any], convert: Convert) -> list[Any]:
    last: Any = object()
    made: Any = None
    found = []
    for value in values:
        if value is not last:
            last, made = value, None if value is None else convert(value)
        found.append(made)
    return found


def _written(table: Table, name: str, values: Sequence[Any]) -> Sequence[str]:
    """A column in COPY's text form. Text is escaped in one piece: cell by cell it took
    longer than all the rest."""
    kind = table.columns[name].type
    if isinstance(kind, Boolean):
        return [_NULL if value is None else "t" if value else "f" for value in values]
    if isinstance(kind, Instant | DateTime):
        return [_NULL if moment is None else moment for moment in _each(values, datetime.isoformat)]
    if isinstance(kind, Integer):
        return [_NULL if value is None else str(value) for value in values]
    if not isinstance(kind, String | JSON):
        raise TypeError(f"{table.name}.{name}: {kind!r} has no text form here")
    holes = {at for at, value in enumerate(values) if value is None}
    whole = _BETWEEN.join(["" if value is None else value for value in values] if holes else values)
    for raw, escaped in _ESCAPES:
        if raw in whole:
            whole = whole.replace(raw, escaped)
    found = whole.split(_BETWEEN)
    if len(found) != len(values):
        raise ValueError("a text cannot hold the character NUL")
    for at in holes:
        found[at] = _NULL
    return found
