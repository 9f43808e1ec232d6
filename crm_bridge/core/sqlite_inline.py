"""SQLite called in the event loop itself, in the shape that SQLAlchemy's aiosqlite dialect
expects of a connection.

aiosqlite sends every call to a thread and back. Our statements take 10 to 100 µs, and the
way there and back took 800 µs of CPU each (measured on two shared cores: a look-up over a
session 1,140 µs, here 290). WAL with synchronous=NORMAL writes without waiting for the
disk. What takes longer than a few milliseconds belongs on a thread: `Database.reading`
with `long=True`.

No call here ever waits for a lock, because the one who holds it may be another coroutine
of this process: `begin` says that the database is locked, and the caller waits in its
own way.
"""

import asyncio
import sqlite3
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy.exc import OperationalError

OPENING_PATIENCE_MS: Final = 10_000
FIRST_PAUSE_SECONDS: Final = 0.0005
LONGEST_PAUSE_SECONDS: Final = 0.01


class InlineCursor:
    """A cursor whose coroutines never suspend."""

    __slots__ = ("_cursor", "arraysize")

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self.arraysize = 1

    async def __aenter__(self) -> "InlineCursor":
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> None:
        self._cursor.execute(operation, parameters)

    async def executemany(self, operation: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._cursor.executemany(operation, parameters)

    async def fetchone(self) -> Any:
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._cursor.fetchmany(size or self.arraysize)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class InlineConnection:
    """A connection whose coroutines never suspend."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._conn = connection  # both names are read by the dialect

    def begin(self, *, writing: bool) -> bool:
        """Begin a transaction; False when another connection is writing."""
        try:
            self._connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return False
            raise
        return True

    def run(self, operation: str, parameters: Any) -> tuple[list[Any], int]:
        """The rows of one statement, and how many it changed."""
        cursor = self._connection.execute(operation, parameters)
        return cursor.fetchall(), cursor.rowcount

    def cursor(self) -> InlineCursor:
        return InlineCursor(self._connection.cursor())

    async def commit(self) -> None:
        self._connection.commit()

    async def rollback(self) -> None:
        self._connection.rollback()

    async def create_function(self, *given: Any, **named: Any) -> None:
        self._connection.create_function(*given, **named)

    async def close(self) -> None:
        self._connection.close()

    def stop(self) -> None:
        self._connection.close()


def opened(*given: Any, **named: Any) -> InlineConnection:
    """As sqlite3.connect, in autocommit mode (transactions begin by `begin`)."""
    named |= {"isolation_level": None, "timeout": 0, "check_same_thread": False}
    return InlineConnection(sqlite3.connect(*given, **named))


async def connect(*given: Any, **named: Any) -> InlineConnection:
    """`opened`, as SQLAlchemy's dialect wants it (async_creator_fn)."""
    return opened(*given, **named)


def pragmas(*, patience_ms: int) -> Iterable[str]:
    """What each connection is told. Another process may be making the file just now, so
    it is waited for then; afterwards a lock is waited for inside SQLite `patience_ms`."""
    yield f"PRAGMA busy_timeout={OPENING_PATIENCE_MS}"
    yield "PRAGMA journal_mode=WAL"
    yield "PRAGMA synchronous=NORMAL"
    yield "PRAGMA foreign_keys=ON"
    yield f"PRAGMA busy_timeout={patience_ms}"


async def begin(connection: InlineConnection, *, writing: bool, patience_seconds: float) -> None:
    """Begin a transaction, letting others go on while one of them writes.

    Raises OperationalError ("database is locked") when that takes longer than the patience.
    """
    end = time.monotonic() + patience_seconds
    pause = FIRST_PAUSE_SECONDS
    while not connection.begin(writing=writing):
        if time.monotonic() > end:
            fault = sqlite3.OperationalError("database is locked")
            raise OperationalError("BEGIN IMMEDIATE", None, fault)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
