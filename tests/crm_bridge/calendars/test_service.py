"""Advisors are made once, with what they can be met by."""

from typing import Any

import pytest

from crm_bridge.calendars import repository, service
from crm_bridge.calendars.hours_document import HoursInvalid
from crm_bridge.calendars.intervals import Interval
from crm_bridge.core.database import Database
from tests.crm_bridge.booking.makers import MORNING, at, make_advisor
from tests.crm_bridge.conftest import NOW


async def test_an_advisor_has_an_internal_calendar_from_the_start(database: Database) -> None:
    await make_advisor(database, "maja")
    async with database.reading() as session:
        (calendar,) = await repository.calendars_of(session, ["maja"])
        assert (calendar.kind, (await service.get(session, "maja")).working_hours) == (
            "internal", MORNING,
        )  # fmt: skip


async def test_an_id_is_given_once(database: Database) -> None:
    await make_advisor(database, "maja")
    with pytest.raises(service.AdvisorExists):
        await make_advisor(database, "maja")


@pytest.mark.parametrize(
    "values",
    [
        {"id": "maja novak"},
        {"name": "  "},
        {"email": "maja"},
        {"email": "maja@polaris.test\r\nBcc: x@y.z"},
        {"timezone": "Europe/Atlantis"},
        {"languages": ["en", "de"]},
        {"language": "xx"},
        {"buffer_after_minutes": 721},
        {"buffer_before_minutes": -5},
        {"notice_hours": -1},
        {"daily_limit": 0},
    ],
)
async def test_what_cannot_be_an_advisor_is_refused(
    database: Database, values: dict[str, Any]
) -> None:
    with pytest.raises(service.AdvisorInvalid):
        await make_advisor(database, **{"id": "maja", **values})


async def test_hours_that_cannot_be_read_change_nothing(database: Database) -> None:
    await make_advisor(database, "maja")
    with pytest.raises(HoursInvalid):
        async with database.transaction() as session:
            await service.set_hours(session, "maja", {"weekly": "always"}, now=NOW)
    async with database.reading() as session:
        assert (await service.get(session, "maja")).working_hours == MORNING


async def test_time_off_has_a_length(database: Database) -> None:
    await make_advisor(database, "maja")
    nothing = Interval(at("12 09:00"), at("12 09:00"))
    with pytest.raises(service.AdvisorInvalid):
        async with database.transaction() as session:
            await service.add_time_off(session, "maja", nothing, now=NOW)
