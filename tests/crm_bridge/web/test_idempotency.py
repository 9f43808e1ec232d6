"""A write sent twice with one key is done once and answered alike."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from sqlalchemy import func, select

from crm_bridge.core.database import Database
from crm_bridge.core.errors import Conflict
from crm_bridge.core.outbox import DomainEvent, announce
from crm_bridge.web import idempotency
from crm_bridge.web.dependencies import Now, Transaction
from crm_bridge.web.idempotency import Once, StoredAnswer
from tests.crm_bridge.conftest import NOW


class Wish(BaseModel):
    name: str
    fail: bool = False


class Made(BaseModel):
    id: str


@pytest.fixture
def things(app: FastAPI) -> None:
    router = APIRouter()

    @router.post("/things", status_code=201)
    async def add(wish: Wish, session: Transaction, now: Now, once: Once) -> Made:
        async def work() -> Made:
            made = Made(id=announce(session, "thing.made", {"name": wish.name}, now=now))
            if wish.fail:
                raise Conflict("no")
            return made

        return await once.answer(session, Made, work)

    app.include_router(router)


async def count(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(DomainEvent)) or 0


async def post(
    client: httpx.AsyncClient, body: dict[str, object], key: str | None
) -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await client.post("/things", json=body, headers=headers)


async def test_the_same_key_again_repeats_the_answer_and_not_the_work(
    client: httpx.AsyncClient, database: Database, things: None
) -> None:
    first = await post(client, {"name": "a", "fail": False}, "k")
    again = await post(client, {"fail": False, "name": "a"}, "k")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert await count(database) == 1


async def test_the_same_key_for_another_request_is_refused(
    client: httpx.AsyncClient, database: Database, things: None
) -> None:
    await post(client, {"name": "a"}, "k")
    other = await post(client, {"name": "b"}, "k")
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"
    assert await count(database) == 1


async def test_a_failed_request_may_be_tried_again_with_its_key(
    client: httpx.AsyncClient, database: Database, things: None
) -> None:
    assert (await post(client, {"name": "a", "fail": True}, "k")).status_code == 409
    assert (await post(client, {"name": "a"}, "k")).status_code == 201


async def test_without_a_key_every_request_is_done(
    client: httpx.AsyncClient, database: Database, things: None
) -> None:
    await post(client, {"name": "a"}, None)
    await post(client, {"name": "a"}, None)
    assert await count(database) == 2


async def test_requests_at_once_are_done_once(
    client: httpx.AsyncClient, database: Database, things: None
) -> None:
    answers = await asyncio.gather(*(post(client, {"name": "a"}, "k") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await count(database) == 1


async def test_old_answers_are_forgotten_and_named_records_erased(
    client: httpx.AsyncClient, database: Database, things: None
) -> None:
    made = (await post(client, {"name": "a"}, "k1")).json()["id"]
    await post(client, {"name": "b"}, "k2")
    async with database.transaction() as session:
        await idempotency.erase(session, [made])
        left = (await session.scalars(select(StoredAnswer.key))).all()
        assert left == ["k2"]
        await idempotency.forget_old(session, now=NOW + timedelta(days=1))
        assert (await session.scalars(select(StoredAnswer.key))).all() == ["k2"]
        await idempotency.forget_old(session, now=NOW + timedelta(days=4))
        assert (await session.scalars(select(StoredAnswer.key))).all() == []
