"""Statements of the hot paths: written in SQLAlchemy Core, compiled once for each dialect,
run straight on the driver.

SQLAlchemy's way from a statement to rows costs 110 to 320 µs of CPU; the driver's own 4
(SQLite, measured on two shared cores). A visitor's turn takes some twenty statements, so
those are run here. Types, names and both dialects stay SQLAlchemy's: only its execution
is left out. Not for statements whose text changes with their values (IN with a list).
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg
from sqlalchemy import Dialect, Executable
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.sqlite_inline import InlineConnection

Processor = Callable[[Any], Any]
_DRIVER = "driver"  # in a session's info: its transaction, and what that runs on


class OnDriver(Protocol):
    """A transaction that gives its driver's connection (see `core.quick`)."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def driver(self) -> Any: ...

    @property
    def info(self) -> dict[Any, Any]: ...


# Where a prepared statement can run: beneath SQLAlchemy's session, or without one.
type Runner = AsyncSession | OnDriver


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one dialect: its text, its parameters in order (none: by name), those
    whose values the statement itself gives, what turns values into the driver's, and the
    same for the columns of a row."""

    sql: str
    order: tuple[str, ...] | None
    given: Mapping[str, Any]
    binds: Mapping[str, Processor]
    row: Callable[..., Any] | None
    columns: tuple[tuple[int, Processor], ...]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        whole = {**self.given, **values}
        for name, process in self.binds.items():
            whole[name] = process(whole[name])
        return whole if self.order is None else [whole[name] for name in self.order]

    def rows(self, raw: Sequence[tuple[Any, ...]]) -> list[Any]:
        if self.row is None:
            return []
        found = []
        for one in raw:
            cells = list(one)
            for place, process in self.columns:
                cells[place] = process(cells[place])
            found.append(self.row(*cells))
        return found


class Prepared:
    """One statement. Its values are given by the names of its bind parameters; for an
    INSERT or UPDATE that lists `columns`, by theirs. Rows are read by column name."""

    def __init__(self, statement: Executable, *, columns: Sequence[str] | None = None) -> None:
        self._statement: Any = statement
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}

    async def all(self, on: Runner, values: Mapping[str, Any]) -> list[Any]:
        """Every row."""
        dialect, driver = await _driver(on)
        compiled = self._for(dialect)
        raw, _ = await _execute(driver, compiled.sql, compiled.parameters(values))
        return compiled.rows(raw)

    async def one(self, on: Runner, values: Mapping[str, Any]) -> Any:
        """The only row, or None."""
        rows = await self.all(on, values)
        return rows[0] if rows else None

    async def run(self, on: Runner, values: Mapping[str, Any]) -> int:
        """The number of rows that were changed."""
        dialect, driver = await _driver(on)
        compiled = self._for(dialect)
        _, count = await _execute(driver, compiled.sql, compiled.parameters(values))
        return count

    async def each(self, on: Runner, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once for every one of `rows`."""
        for values in rows:
            await self.run(on, values)

    def _for(self, dialect: Dialect) -> _Compiled:
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compile(dialect)
            self._compiled[dialect.name] = compiled
        return compiled

    def _compile(self, dialect: Dialect) -> _Compiled:
        done = self._statement.compile(dialect=dialect, column_keys=self._columns)
        binds = {
            name: process
            for bind, name in done.bind_names.items()
            if (process := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        columns = list(getattr(self._statement, "exported_columns", ()))
        processors = [
            (place, process)
            for place, column in enumerate(columns)
            if (process := column.type.dialect_impl(dialect).result_processor(dialect, None))
            is not None
        ]
        names = [column.key for column in columns]
        return _Compiled(
            sql=str(done),
            order=tuple(done.positiontup) if done.positional else None,
            given={
                name: bind.effective_value for name, bind in done.binds.items() if not bind.required
            },
            binds=binds,
            row=namedtuple("row", names, rename=True) if names else None,
            columns=tuple(processors),
        )


async def _driver(on: Runner) -> tuple[Dialect, Any]:
    if not isinstance(on, AsyncSession):
        return on.dialect, on.driver
    if on.new or on.dirty or on.deleted:
        await on.flush()
    transaction = on.sync_session.get_transaction()
    known: tuple[Any, Dialect, Any] | None = on.info.get(_DRIVER)
    if known is not None and known[0] is transaction is not None:
        return known[1:]
    connection = await on.connection()
    raw = await connection.get_raw_connection()
    found = connection.dialect, raw.driver_connection
    on.info[_DRIVER] = (on.sync_session.get_transaction(), *found)
    return found


async def _execute(driver: Any, sql: str, parameters: Any) -> tuple[list[Any], int]:
    """Rows and the count of rows, or an error as SQLAlchemy would raise it; the values
    are left out of it, because errors are logged."""
    try:
        if isinstance(driver, InlineConnection):
            return driver.run(sql, parameters)
        cursor = await driver.execute(sql, parameters)
        rows = await cursor.fetchall() if cursor.description else []
        return rows, cursor.rowcount  # noqa: TRY300 - both calls may raise
    except (sqlite3.IntegrityError, psycopg.IntegrityError) as fault:
        raise IntegrityError(sql, None, without_values(fault)) from fault
    except (sqlite3.OperationalError, psycopg.OperationalError) as fault:
        raise OperationalError(sql, None, fault) from fault
    except (sqlite3.Error, psycopg.Error) as fault:
        raise DBAPIError(sql, None, without_values(fault)) from fault


def without_values[F: BaseException](fault: F) -> F:
    """The fault without what PostgreSQL quotes of the row it refuses ("DETAIL:  Key
    (address)=(…)"): that stays out of the log."""
    if fault.args:
        fault.args = (str(fault.args[0]).partition("\nDETAIL:")[0], *fault.args[1:])
    return fault
