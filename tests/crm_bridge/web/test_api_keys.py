"""API keys open the public API, and nothing else does."""

from datetime import timedelta

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from crm_bridge.core.database import Database
from crm_bridge.web import api_keys
from crm_bridge.web.auth import ApiKey, CallerKey
from tests.crm_bridge.conftest import NOW


@pytest.fixture
def things(app: FastAPI) -> None:
    router = APIRouter(prefix="/api/v1/things", dependencies=[ApiKey])

    @router.get("")
    async def read(caller: CallerKey) -> str:
        return caller.name

    @router.post("")
    async def write() -> str:
        return "written"

    app.include_router(router)


async def make(database: Database, *scopes: str) -> api_keys.NewApiKey:
    async with database.transaction() as session:
        return await api_keys.create_key(session, "crm", scopes=scopes, now=NOW)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def test_a_key_opens_the_api_and_names_its_caller(
    client: httpx.AsyncClient, database: Database, things: None
) -> None:
    key = await make(database, "read")
    answer = await client.get("/api/v1/things", headers=bearer(key.secret))
    assert (answer.status_code, answer.json()) == (200, "crm")


@pytest.mark.parametrize(
    "headers", [{}, bearer("usk_wrong"), {"Authorization": "Basic eDp5"}, bearer("")]
)
async def test_without_a_known_key_nothing_is_answered(
    client: httpx.AsyncClient, database: Database, things: None, headers: dict[str, str]
) -> None:
    await make(database, "read", "write")
    answer = await client.get("/api/v1/things", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in {"api_key_missing", "api_key_refused"}


async def test_a_revoked_key_is_refused_at_once(
    client: httpx.AsyncClient, database: Database, things: None
) -> None:
    key = await make(database, "read")
    async with database.transaction() as session:
        await api_keys.revoke_key(session, key.id, now=NOW)
    answer = await client.get("/api/v1/things", headers=bearer(key.secret))
    assert answer.json()["code"] == "api_key_refused"


@pytest.mark.parametrize(
    ("scopes", "method", "status"),
    [
        (("read",), "GET", 200),
        (("read",), "POST", 403),
        (("write",), "GET", 403),
        (("things:write",), "POST", 200),
        (("others:write",), "POST", 403),
    ],
)
async def test_a_key_does_what_its_scopes_say(
    client: httpx.AsyncClient,
    database: Database,
    things: None,
    scopes: tuple[str, ...],
    method: str,
    status: int,
) -> None:
    key = await make(database, *scopes)
    answer = await client.request(method, "/api/v1/things", headers=bearer(key.secret))
    assert answer.status_code == status


async def test_the_secret_is_kept_as_a_hash_alone(database: Database) -> None:
    key = await make(database, "read")
    async with database.reading() as session:
        (row,) = await api_keys.list_keys(session)
    stored = " ".join(str(value) for value in vars(row).values())
    assert key.secret not in stored
    assert key.secret.startswith(row.shown)


async def test_the_last_use_is_remembered(
    client: httpx.AsyncClient, database: Database, things: None
) -> None:
    key = await make(database, "read")
    await client.get("/api/v1/things", headers=bearer(key.secret))
    async with database.reading() as session:
        (row,) = await api_keys.list_keys(session)
    assert row.last_used_at is not None
    assert timedelta() <= row.last_used_at - NOW < timedelta(minutes=5)


@pytest.mark.parametrize("scope", ["", "admin", "contacts:delete", "read ", "a:b:read"])
async def test_a_scope_that_allows_nothing_is_refused(database: Database, scope: str) -> None:
    with pytest.raises(api_keys.BadScope):
        await make(database, scope)


async def test_revoking_an_unknown_key_says_so(database: Database) -> None:
    async with database.transaction() as session:
        with pytest.raises(api_keys.ApiKeyUnknown):
            await api_keys.revoke_key(session, "key_none", now=NOW)
