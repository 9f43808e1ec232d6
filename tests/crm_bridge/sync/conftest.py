"""A Tryton server, a connection to it, and one side's and the other's view."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.sealed import Seal
from crm_bridge.sync import connections
from crm_bridge.sync.models import CrmConnection
from crm_bridge.sync.worker import Syncer
from tests import tryton
from tests.crm_bridge.sync.places import DATA, SECRET
from tests.tryton import Tryton


@pytest.fixture(scope="session")
def tryton_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tryton]:
    with tryton.running(tmp_path_factory.mktemp("tryton")) as server:
        yield server


@pytest.fixture
def outside(tryton_server: Tryton) -> Tryton:
    """Tryton without any party."""
    tryton_server.empty()
    return tryton_server


@pytest.fixture
def real_clock() -> Clock:
    """The present, as Tryton has it too."""
    return Clock()


@pytest.fixture
async def connection(database: Database, outside: Tryton, real_clock: Clock) -> CrmConnection:
    async with database.transaction() as session:
        given = connections.credentials("tryton", outside.given)
        return await connections.connect(
            session,
            "tryton",
            system="tryton",
            given=given,
            seal=Seal(SECRET),
            now=real_clock.now(),
        )


@pytest.fixture
async def syncer(
    database: Database, connection: CrmConnection, real_clock: Clock
) -> AsyncIterator[Syncer]:
    syncer = Syncer(database, real_clock, secret_key=SECRET, data=Path(DATA))
    yield syncer
    await syncer.close()
