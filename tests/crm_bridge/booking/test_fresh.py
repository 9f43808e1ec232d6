"""The advisor's own calendar is read again just before a booking stands."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from crm_bridge.booking.no_calendars import NoCalendars
from crm_bridge.calendars import busy
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.calendars.port import Changes
from crm_bridge.core.database import Database
from tests.crm_bridge.booking.makers import at, make_advisor, make_conversation
from tests.crm_bridge.conftest import INTERNAL_KEY, NOW

KEY = {"Authorization": f"Bearer {INTERNAL_KEY}"}
TEN = at("12 10:00")


class _Calendars(NoCalendars):
    """Advisors' calendars in which something was put since the last read."""

    def __init__(self, database: Database, came_in: Interval | None) -> None:
        self.database = database
        self.came_in = came_in
        self.read: list[list[str]] = []

    async def reread(self, advisor_ids: list[str], *, patience_seconds: float = 4.0) -> None:
        self.read.append(advisor_ids)
        if self.came_in is None:
            return
        async with self.database.transaction() as session:
            calendar = await session.get_one(ConnectedCalendar, "cal_1")
            changes = Changes({"new": (self.came_in,)}, complete=False)
            await busy.take_changes(session, calendar, changes, now=NOW)


@pytest.fixture
def outside(app_with_desk: FastAPI, database: Database) -> _Calendars:
    calendars = _Calendars(database, None)
    app_with_desk.state.desk = replace(app_with_desk.state.desk, calendars=calendars)
    return calendars


async def _held(client: httpx.AsyncClient, database: Database, **connected: Any) -> tuple[str, str]:
    await make_advisor(database, "maja")
    given = {"id": "cal_1", "kind": "ics", "synced_at": NOW, "created_at": NOW, **connected}
    async with database.transaction() as session:
        session.add(ConnectedCalendar(advisor_id="maja", **given))
    talk = await make_conversation(database)
    held = await client.post(
        f"/internal/v1/conversations/{talk}/holds", json={"start": TEN.isoformat()}, headers=KEY
    )
    assert held.status_code == 200, held.text
    return talk, held.json()["hold"]


async def test_what_came_in_since_the_hold_is_seen(
    client: httpx.AsyncClient, database: Database, outside: _Calendars
) -> None:
    talk, hold = await _held(client, database)
    outside.came_in = Interval(TEN, TEN + timedelta(minutes=15))
    refused = await client.post(
        f"/internal/v1/conversations/{talk}/bookings", json={"hold": hold}, headers=KEY
    )
    assert refused.status_code == 409
    assert refused.json()["code"] == "opening_taken"
    assert outside.read == [["maja"]]
    later = refused.json()["nearest"]
    assert later
    assert all(each["start"] != TEN.isoformat() for each in later)


async def test_what_is_still_free_is_booked(
    client: httpx.AsyncClient, database: Database, outside: _Calendars
) -> None:
    talk, hold = await _held(client, database)
    booked = await client.post(
        f"/internal/v1/conversations/{talk}/bookings", json={"hold": hold}, headers=KEY
    )
    assert booked.status_code == 200
    assert outside.read == [["maja"]]


async def test_a_calendar_that_cannot_be_trusted_any_more_confirms_nothing(
    client: httpx.AsyncClient, app: FastAPI, database: Database, outside: _Calendars
) -> None:
    talk, hold = await _held(client, database)
    async with database.transaction() as session:
        calendar = await session.get_one(ConnectedCalendar, "cal_1")
        calendar.synced_at = NOW - timedelta(minutes=16)
    refused = await client.post(
        f"/internal/v1/conversations/{talk}/bookings", json={"hold": hold}, headers=KEY
    )
    assert refused.status_code == 409
