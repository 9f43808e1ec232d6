"""A database that is locked or gone is said to be so, and nothing sent meanwhile is lost."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

import crm_bridge.app
from crm_bridge.core import database as core_database
from crm_bridge.settings import Settings
from tests.crm_bridge.chat.conftest import Desk
from tests.postgresql import free_port


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_database, "BUSY_TIMEOUT_MS", 100)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("impatient")
async def test_a_locked_sqlite_asks_to_come_again_and_the_same_message_is_taken_then(
    impatient: None, desk: Desk, tmp_path: Path
) -> None:
    page = await desk.page()
    other = sqlite3.connect(tmp_path / "usher.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = await page.post("hello", cid="one")
    assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
    assert int(refused.headers["Retry-After"]) >= 1
    other.execute("ROLLBACK")
    other.close()
    assert (await page.post("hello", cid="one")).status_code == 202
    assert [event["text"] for event in await page.fetch()] == ["hello"]


@pytest.fixture
async def homeless(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A bridge whose PostgreSQL is not there."""
    settings = Settings(
        _env_file=None,
        var=tmp_path,
        database_url=f"postgresql+psycopg://usher@127.0.0.1:{free_port()}/usher",
        internal_key=SecretStr("x"),
        secret_key=SecretStr("x"),
    )
    app = crm_bridge.app.create_app(settings)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge.test") as client:
        yield client
    await app.state.chat.close()
    await app.state.database.close()


async def test_a_missing_postgresql_asks_to_come_again(homeless: httpx.AsyncClient) -> None:
    body = {"cid": "one", "text": "hello"}
    headers = {"Authorization": "Bearer abc"}
    response = await homeless.post("/chat/v1/messages", json=body, headers=headers)
    assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")
    assert "Retry-After" in response.headers


async def test_a_missing_postgresql_is_seen_by_the_operator(homeless: httpx.AsyncClient) -> None:
    response = await homeless.get("/readyz")
    assert response.status_code == 503
    assert "database: not well: OperationalError\n" in response.text
