"""A Tryton server and the fakes of other CRMs, each connected to a house."""

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
from tests.crm_bridge.calendars.places.serving import serving
from tests.crm_bridge.sync.fake_house import House, Leaping
from tests.crm_bridge.sync.ours import Ours
from tests.crm_bridge.sync.places import DATA, SECRET
from tests.crm_places import PLACES
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


@pytest.fixture
async def house(database: Database, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """Connected to HubSpot's fake, or to the one that a test names."""
    clock, place = Leaping(), PLACES[getattr(request, "param", "hubspot")]()
    place.fake.now = clock.now
    with serving(place.fake.app) as url:
        async with database.transaction() as session:
            given = connections.credentials(place.system, place.settings(url))
            await connections.connect(
                session,
                "crm",
                system=place.system,
                given=given,
                seal=Seal(SECRET),
                now=clock.now(),
            )
        syncer = Syncer(database, clock, secret_key=SECRET, data=DATA)
        yield House(Ours(database, syncer, clock), place, clock)
        await syncer.close()
