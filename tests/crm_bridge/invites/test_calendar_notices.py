"""An advisor reads, in their language, that their calendar cannot be read."""

from datetime import timedelta

import pytest
from fastapi import FastAPI

from crm_bridge.app import handlers
from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event
from tests.crm_bridge.booking.makers import make_advisor
from tests.crm_bridge.conftest import NOW


@pytest.mark.parametrize("language", ["en", "sl", "he"])
async def test_the_advisor_is_told_once_and_why(
    app: FastAPI, database: Database, language: str
) -> None:
    await make_advisor(database, "maja", language=language)
    async with database.transaction() as session:
        session.add(
            ConnectedCalendar(
                id="cal_1",
                advisor_id="maja",
                kind="caldav",
                name="Work",
                problem="the calendar's server answers 503",
                synced_at=NOW - timedelta(minutes=20),
                stale_told_at=NOW,
                created_at=NOW - timedelta(days=1),
            )
        )
    data = {"calendar": "cal_1", "advisor": "maja"}
    event = Event(id="evt_1", name="calendar.stale", data=data, at=NOW)
    ((_, handler),) = handlers(app)["calendar.stale"]
    await handler(event)
    await handler(event)
    (file,) = (app.state.settings.var / "outbox").glob("*.eml")
    from email import message_from_bytes, policy

    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert mail["To"] == "Maja <maja@polaris.test>"
    part = mail.get_body(("plain",))
    assert part
    text = part.get_content()
    assert "caldav Work" in text
    assert "answers 503" in text
    assert "{" not in text


async def test_a_calendar_that_is_read_again_is_not_complained_of(
    app: FastAPI, database: Database
) -> None:
    await make_advisor(database, "maja")
    event = Event("evt_1", "calendar.stale", {"calendar": "cal_1", "advisor": "maja"}, NOW)
    ((_, handler),) = handlers(app)["calendar.stale"]
    await handler(event)
    assert not list((app.state.settings.var / "outbox").glob("*.eml"))
