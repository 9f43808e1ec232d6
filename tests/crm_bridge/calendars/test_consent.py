"""An advisor lets us into their Google or Microsoft calendar through the provider's page."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI

from crm_bridge.calendars.consent import Consent
from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.calendars.secrets import open_secret
from crm_bridge.core.database import Database
from crm_bridge.core.sealed import Seal
from tests.crm_bridge.booking.makers import make_advisor
from tests.crm_bridge.calendars.places.google import GooglePlace


@pytest.fixture
async def provider(app: FastAPI, database: Database, google_place: GooglePlace) -> GooglePlace:
    settings = app.state.settings
    settings.google.client_id = "our-client"
    settings.google.token_url = f"{google_place.url}/token"
    app.state.calendars.connections._settings = settings
    app.state.calendars.egress._guard._private = frozenset({"127.0.0.1"})
    await make_advisor(database, "maja")
    return google_place


def asked(app: FastAPI) -> dict[str, str]:
    link = Consent(app.state.settings, app.state.calendars.egress).link("google", "maja")
    return {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}


async def test_what_the_provider_gives_is_stored_sealed_and_read_next(
    app: FastAPI, client: httpx.AsyncClient, database: Database, provider: GooglePlace
) -> None:
    link = asked(app)
    assert link["redirect_uri"] == "http://bridge.test/calendars/google/connected"
    assert link["access_type"] == "offline"
    provider.expect_code("code-1", link["code_challenge"])
    done = await client.get(
        "/calendars/google/connected", params={"code": "code-1", "state": link["state"]}
    )
    assert (done.status_code, "is connected" in done.text) == (200, True)
    async with database.reading() as session:
        from sqlalchemy import select

        calendar = await session.scalar(
            select(ConnectedCalendar).where(ConnectedCalendar.kind == "google")
        )
    assert calendar
    assert calendar.writes
    assert "refresh-0" not in (calendar.secret or "")
    opened = open_secret(Seal(app.state.settings.secret_key.get_secret_value()), calendar)
    assert opened["refresh_token"] == "refresh-0"
    await app.state.calendars.egress.close()


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "access_denied"},
        {"code": "code-1", "state": "made up"},
        {"code": "wrong"},
        {},
    ],
)
async def test_anything_else_connects_nothing(
    app: FastAPI,
    client: httpx.AsyncClient,
    database: Database,
    provider: GooglePlace,
    answer: dict[str, str],
) -> None:
    link = asked(app)
    given = {"state": link["state"], **answer}
    done = await client.get("/calendars/google/connected", params=given)
    assert done.status_code == 400
    assert "was not connected" in done.text
    other = await client.get("/calendars/microsoft/connected", params={**given, "code": "x"})
    assert other.status_code == 400
    await app.state.calendars.egress.close()
