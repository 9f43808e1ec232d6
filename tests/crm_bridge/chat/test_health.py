"""An operator sees in one line for each part how the house is."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from crm_bridge.web import health
from crm_bridge.web.health import Check, Checks
from tests.crm_bridge.chat.conftest import House


def asking(app: FastAPI, checks: Checks) -> httpx.AsyncClient:
    app.state.checks = checks
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://bridge.test")


async def well() -> str:
    return "ok"


async def broken() -> str:
    raise ConnectionError("password=secret")


async def test_the_process_lives(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200


async def test_when_all_is_well_the_house_is_ready(app: FastAPI) -> None:
    checks = Checks()
    checks.add("database", well)

    async def calendars() -> dict[str, Check]:
        return {"calendar of maja": well}

    checks.add_several(calendars)
    async with asking(app, checks) as client:
        response = await client.get("/readyz")
    assert (response.status_code, response.text) == (200, "database: ok\ncalendar of maja: ok\n")


async def test_what_is_needed_and_broken_makes_it_unready_and_tells_no_secret(
    app: FastAPI,
) -> None:
    checks = Checks()
    checks.add("database", well)
    checks.add("mail", broken)
    async with asking(app, checks) as client:
        response = await client.get("/readyz")
    assert response.status_code == 503
    assert response.text == "database: ok\nmail: not well: ConnectionError\n"


async def test_parts_that_cannot_be_listed_hide_no_other(app: FastAPI) -> None:
    async def calendars() -> dict[str, Check]:
        raise ConnectionError("password=secret")

    checks = Checks()
    checks.add("database", well)
    checks.add_several(calendars, needed=False)
    async with asking(app, checks) as client:
        response = await client.get("/readyz")
    assert response.status_code == 200
    assert response.text == "database: ok\nothers: not well: cannot be listed: ConnectionError\n"


async def test_what_the_house_can_do_without_is_only_shown(app: FastAPI) -> None:
    checks = Checks()
    checks.add("calendar", broken, needed=False)
    async with asking(app, checks) as client:
        response = await client.get("/readyz")
    assert (response.status_code, response.text) == (200, "calendar: not well: ConnectionError\n")


async def test_a_part_that_does_not_answer_is_not_waited_for(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sleepy() -> str:
        await asyncio.sleep(60)
        return "ok"

    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    checks = Checks()
    checks.add("bot", sleepy)
    async with asking(app, checks) as client:
        response = await client.get("/readyz")
    assert (response.status_code, response.text) == (503, "bot: not well: no answer in time\n")


async def test_a_dead_bot_is_seen(house: House) -> None:
    async with httpx.AsyncClient(base_url=house.url) as client:
        assert "bot: ok\n" in (await client.get("/readyz")).text
        await house.bot_server.stop()
        response = await client.get("/readyz")
    assert response.status_code == 503
    assert "bot: not well: ConnectError\n" in response.text
    assert "actions: not well: ConnectError\n" in response.text


async def test_turns_are_counted(house: House) -> None:
    async with httpx.AsyncClient(base_url=house.url) as client:
        await house.page()
        text = (await client.get("/metrics")).text
    for name in (
        "usher_turns_total",
        "usher_turn_failures_total",
        "usher_turn_retries_total",
        "usher_turn_seconds_bucket",
        "usher_event_streams",
    ):
        assert name in text
