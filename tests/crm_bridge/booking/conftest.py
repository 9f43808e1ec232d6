"""A desk, two advisors and a visitor."""

import pytest
from fastapi import FastAPI

from crm_bridge.booking import parts
from crm_bridge.booking.desk import Desk
from crm_bridge.core.database import Database
from crm_bridge.settings import Settings
from tests.crm_bridge.booking import makers


@pytest.fixture
def desk(settings: Settings) -> Desk:
    return makers.a_desk(settings)


@pytest.fixture
async def maja(database: Database) -> str:
    return await makers.make_advisor(database, "maja")


@pytest.fixture
async def noam(database: Database) -> str:
    return await makers.make_advisor(database, "noam")


@pytest.fixture
async def visitor(database: Database) -> str:
    return await makers.make_conversation(database)


@pytest.fixture
def app_with_desk(app: FastAPI, desk: Desk) -> FastAPI:
    """The application booking with the test's playbook."""
    app.state.desk = desk
    parts.install(app)
    return app
