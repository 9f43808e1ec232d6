"""A rep notes at the console who came: a visitor who did not is offered another time."""

import re
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from crm_bridge.booking import service as bookings
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.console import service
from crm_bridge.core.database import Database
from crm_bridge.core.deliveries import DomainEvent
from crm_bridge.settings import Settings
from tests.crm_bridge.booking.makers import a_desk, at, make_advisor, make_conversation
from tests.crm_bridge.conftest import NOW

PASSWORD = "correct horse battery"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def booking(app: FastAPI, database: Database, settings: Settings) -> str:
    app.state.desk = desk = a_desk(settings)
    assert isinstance(desk, Desk)
    await make_advisor(database, "maja")
    visitor = await make_conversation(database)
    async with database.transaction() as session:
        await service.create_user(
            session, "ann@example.com", name="Ann", role="admin", password=PASSWORD, now=NOW
        )
        held = await bookings.hold(session, visitor, at("12 08:00"), desk=desk, now=NOW)
        return (await bookings.confirm(session, visitor, held.hold, desk=desk, now=NOW)).booking


async def _page(client: httpx.AsyncClient) -> tuple[str, str]:
    """The page of meetings and the token of its forms."""
    if "Cookie" not in client.headers:
        given = {"email": "ann@example.com", "password": PASSWORD}
        answer = await client.post("/console/sign-in", data=given)
        client.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
    page = (await client.get("/console/meetings")).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    return page, token.group(1)


async def test_who_did_not_come_is_noted_once_and_followed_up(
    client: httpx.AsyncClient, app: FastAPI, database: Database, booking: str
) -> None:
    page, token = await _page(client)
    assert "Did not come" not in page  # it has not begun
    app.state.clock._offset += timedelta(hours=23, minutes=30)
    client.headers.pop("Cookie")
    page, token = await _page(client)
    assert "Did not come" in page
    path = f"/console/meetings/{booking}/attendance"
    assert (await client.post(path, data={"said": "no_show"})).status_code == 403
    said = {"said": "no_show", "form_token": token}
    assert [(await client.post(path, data=said)).status_code for _ in range(2)] == [303, 303]
    page, _ = await _page(client)
    assert "did not come" in page
    assert "Did not come</button>" not in page
    async with database.reading() as session:
        row = await session.get_one(Booking, booking)
        news = list(await session.scalars(select(DomainEvent)))
    assert row.attendance == "no_show"
    (told,) = [each for each in news if each.name == "booking.no_show"]
    assert told.data["follow_up"] is True


async def test_nothing_is_noted_of_a_meeting_to_come(
    client: httpx.AsyncClient, booking: str
) -> None:
    _, token = await _page(client)
    said = {"said": "no_show", "form_token": token}
    answer = await client.post(f"/console/meetings/{booking}/attendance", data=said)
    assert (answer.status_code, "Nothing was noted" in answer.text) == (409, True)
