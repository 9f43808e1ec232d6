"""Transactions for prepared statements alone, on connections of their own.

A session of SQLAlchemy takes 600 to 800 µs of CPU to begin, commit and go (measured on two
shared cores). The chat's hot path needs three such transactions a turn and none of what
a session does.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from crm_bridge.core import sqlite_inline
from crm_bridge.core.sqlite_inline import InlineConnection

MOST_CONNECTIONS: Final = 10  # of each kind, on PostgreSQL


class Quick:
    """One transaction. `info` is for what must happen after its commit (see `touch`)."""

    __slots__ = ("dialect", "driver", "info")

    def __init__(self, dialect: Dialect, driver: Any) -> None:
        self.dialect = dialect
        self.driver = driver
        self.info: dict[str, Any] = {}


class QuickConnections:
    """Idle connections, the last used first. Opens them as they are needed."""

    def __init__(self, engine: AsyncEngine, *, patience_seconds: float) -> None:
        self._engine = engine
        self._patience = patience_seconds
        self._sqlite = engine.dialect.name == "sqlite"
        self._idle: dict[bool, list[Any]] = {True: [], False: []}
        self._places = {kind: asyncio.Semaphore(MOST_CONNECTIONS) for kind in (True, False)}

    @asynccontextmanager
    async def transaction(self, *, readonly: bool) -> AsyncIterator[Quick]:
        """Committed when the block ends well, else rolled back."""
        if self._sqlite:
            async with self._on_sqlite(readonly=readonly) as quick:
                yield quick
        else:
            async with self._places[readonly], self._on_postgresql(readonly=readonly) as quick:
                yield quick

    @asynccontextmanager
    async def _on_sqlite(self, *, readonly: bool) -> AsyncIterator[Quick]:
        idle = self._idle[False]
        connection: InlineConnection = idle.pop() if idle else self._open_sqlite()
        try:
            await sqlite_inline.begin(
                connection, writing=not readonly, patience_seconds=self._patience
            )
            yield Quick(self._engine.dialect, connection)
            await connection.commit()
        except BaseException:
            await connection.rollback()
            raise
        finally:
            idle.append(connection)

    def _open_sqlite(self) -> InlineConnection:
        given, named = self._engine.dialect.create_connect_args(self._engine.url)
        try:
            connection = sqlite_inline.opened(*given, **named)
            for pragma in sqlite_inline.pragmas(patience_ms=0):
                connection.run(pragma, ())
        except sqlite3.OperationalError as fault:
            raise OperationalError("connect", None, fault) from fault
        return connection

    @asynccontextmanager
    async def _on_postgresql(self, *, readonly: bool) -> AsyncIterator[Quick]:
        """Reading needs no transaction of its own: each statement sees one state."""
        idle = self._idle[readonly]
        connection = idle.pop() if idle else await self._open_postgresql(autocommit=readonly)
        whole = False
        try:
            yield Quick(self._engine.dialect, connection)
            if not readonly:
                await connection.commit()
            whole = True
        except Exception:
            if not connection.broken:
                await connection.rollback()
                whole = True
            raise
        finally:
            # After a cancellation or a lost server nobody knows what state it is in.
            if whole:
                idle.append(connection)
            else:
                await connection.close()

    async def _open_postgresql(self, *, autocommit: bool) -> Any:
        url = self._engine.url.set(drivername="postgresql")
        conninfo = url.render_as_string(hide_password=False)
        try:
            return await psycopg.AsyncConnection.connect(conninfo, autocommit=autocommit)
        except psycopg.OperationalError as fault:
            raise OperationalError("connect", None, fault) from fault

    async def close(self) -> None:
        for connections in self._idle.values():
            while connections:
                await connections.pop().close()
