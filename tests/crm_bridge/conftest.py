"""Fixtures of the bridge: an empty database of each kind, a clock, the application, a client.

Everything that takes `database` runs twice, on SQLite and on PostgreSQL.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine, NullPool, create_engine, text
from starlette.routing import BaseRoute

import crm_bridge.app  # every model is registered once the application is imported
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Base, Database, make_engine
from crm_bridge.settings import Settings
from tests import postgresql

NOW = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)  # a Wednesday, 10:00 in Ljubljana
INTERNAL_KEY = "test-internal-key"


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with postgresql.running() as url:
        yield url


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with every table in it, to be copied: made once, not for every test."""
    file = tmp_path_factory.mktemp("empty") / "usher.sqlite"
    _make_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql_tables(postgresql_url: str) -> Engine:
    """A database that has every table: emptied for each test, which is quicker than a new one."""
    _make_tables(postgresql_url)
    return create_engine(postgresql_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _empty(server: Engine) -> None:
    rows = "; ".join(f'DELETE FROM "{name}"' for name in Base.metadata.tables)
    with server.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.exec_driver_sql(f"SET session_replication_role = replica; {rows}")


def _make_tables(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    Base.metadata.create_all(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.execute(text("PRAGMA journal_mode=WAL"))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database with every table in it."""
    if request.param == "sqlite":
        file = tmp_path / "usher.sqlite"
        shutil.copyfile(request.getfixturevalue("empty_sqlite"), file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    server: Engine = request.getfixturevalue("postgresql_tables")
    _empty(server)
    yield server.url.render_as_string(hide_password=False)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(make_engine(database_url))
    yield database
    await database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        now=NOW,
        var=tmp_path,
        database_url=database_url,
        public_url="http://bridge.test",
        internal_key=SecretStr(INTERNAL_KEY),
        secret_key=SecretStr("test-secret-key"),
        durable={"database_url": "memory"},
    )


@pytest.fixture(scope="session")
def known_routes() -> list[BaseRoute]:
    """Routes whose parameters FastAPI has worked out: 0.1 s that every application would take."""
    return []


@pytest.fixture
async def app(settings: Settings, known_routes: list[BaseRoute]) -> AsyncIterator[FastAPI]:
    """The application without its background work; call the dispatcher by hand."""
    app = crm_bridge.app.create_app(settings)
    known_routes[:] = app.router.routes[:] = known_routes or app.router.routes
    yield app
    await app.state.database.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge.test") as client:
        yield client
