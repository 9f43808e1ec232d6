"""The database: engine, declarative base, column types, one transaction a request or job.

SQLite (WAL, BEGIN IMMEDIATE for writers) and PostgreSQL behave alike here: instants go
in aware and come out aware in UTC, JSON is JSON, foreign keys are enforced.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData, Row, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 10_000
type AnyRow = Row[*tuple[Any, ...]]  # a row of chosen columns, read by their names

CHANNEL = "usher"  # PostgreSQL's NOTIFY channel: "topic:key" of what a commit touched


class Instant(TypeDecorator[datetime]):
    """A moment: aware datetimes only, stored in UTC, returned aware in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not an instant")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


Document = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Base of every table. Constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant(), dict[str, Any]: Document, list[Any]: Document}


def make_engine(url: str) -> AsyncEngine:
    """An engine for `sqlite+aiosqlite:///…` or `postgresql+psycopg://…`; connects lazily."""
    if url.startswith("sqlite"):
        engine = create_async_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
        _prepare_sqlite(engine)
        return engine
    return create_async_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """pysqlite opens transactions late and as readers; take that over from it."""

    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Any) -> None:
        readonly = connection.get_execution_options().get("readonly", False)
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


def touch(session: AsyncSession, topic: str, key: str, *, everywhere: bool = True) -> None:
    """Once the caller's transaction is committed, tell the listeners of `topic` that `key`
    changed: those of this process and (`everywhere`), on PostgreSQL, those of every other."""
    session.info.setdefault("touched", {})[topic, key] = everywhere


_NOTIFY = text("SELECT pg_notify(:channel, :notice)")


async def _notify_others(session: AsyncSession) -> None:
    """NOTIFY is part of the transaction: it is heard at the commit or never."""
    touched: dict[tuple[str, str], bool] = session.info.get("touched", {})
    if touched and session.get_bind().dialect.name == "postgresql":
        for pair, everywhere in touched.items():
            if everywhere:
                await session.execute(_NOTIFY, {"channel": CHANNEL, "notice": ":".join(pair)})


class Database:
    """Hands out transactions: `async with database.transaction() as session`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        self._readers = async_sessionmaker(
            engine.execution_options(readonly=True), expire_on_commit=False
        )
        self._listeners: list[Callable[[], None]] = []
        self._touch_listeners: dict[str, list[Callable[[str], None]]] = {}

    def on_announced(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each commit that announced news."""
        self._listeners.append(listener)

    def on_touched(self, topic: str, listener: Callable[[str], None]) -> None:
        """Call `listener(key)` for what a commit of this process touched (see `touch`)."""
        self._touch_listeners.setdefault(topic, []).append(listener)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed when the block ends well, else rolled back."""
        async with self._sessions() as session:
            async with session.begin():
                yield session
                await _notify_others(session)
            if session.info.pop("announced", False):
                for listener in self._listeners:
                    listener()
            for topic, key in session.info.pop("touched", ()):
                for heard in self._touch_listeners.get(topic, ()):
                    heard(key)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reads alone: never waits for a writer on SQLite."""
        async with self._readers() as session:
            yield session

    async def close(self) -> None:
        await self.engine.dispose()
