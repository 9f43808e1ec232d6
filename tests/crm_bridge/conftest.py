"""Fixtures of the bridge: an empty database of each kind, a clock, the application, a client.

Everything that takes `database` runs twice, on SQLite and on PostgreSQL.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

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


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database with every table in it."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'usher.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    engine = make_engine(url)
    async with engine.begin() as connection:
        if request.param == "postgresql":
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()
    return url


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
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application without its background work; call the dispatcher by hand."""
    app = crm_bridge.app.create_app(settings)
    yield app
    await app.state.database.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge.test") as client:
        yield client
