"""/readyz has a line for each outside calendar, and a stale one does not close the house."""

from datetime import timedelta

import httpx
from fastapi import FastAPI

from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.web.health import Checks
from tests.crm_bridge.booking.makers import make_advisor
from tests.crm_bridge.conftest import NOW


async def test_each_calendar_has_its_line(
    client: httpx.AsyncClient, app: FastAPI, database: Database
) -> None:
    await make_advisor(database, "maja")
    await make_advisor(database, "noam")
    async with database.transaction() as session:
        for advisor, read in (("maja", NOW), ("noam", NOW - timedelta(hours=1))):
            session.add(
                ConnectedCalendar(
                    id=f"cal_{advisor}", advisor_id=advisor, kind="ics", name="", synced_at=read,
                    created_at=NOW,
                )
            )  # fmt: skip
    app.state.clock = Clock(NOW)
    checks: Checks = app.state.checks
    lines = {each.name: each for each in await checks.findings()}
    assert lines["calendar of maja (ics)"].well
    assert not lines["calendar of noam (ics)"].well
    assert not lines["calendar of noam (ics)"].needed
