"""The places of the contract: servers started once, calendars made for each test."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from crm_bridge.core.database import Database, make_engine
from crm_bridge.core.egress import Egress
from tests.crm_bridge.calendars.places.google import GooglePlace
from tests.crm_bridge.calendars.places.ics import IcsPlace
from tests.crm_bridge.calendars.places.internal import InternalPlace
from tests.crm_bridge.calendars.places.microsoft import MicrosoftPlace
from tests.crm_bridge.calendars.places.place import Place
from tests.crm_bridge.calendars.places.radicale import CtagPlace, RadicalePlace, radicale
from tests.crm_bridge.calendars.places.serving import serving


@pytest.fixture(scope="session")
def radicale_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with radicale(tmp_path_factory.mktemp("radicale")) as url:
        yield url


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    """The way out, to servers of this machine too."""
    async with Egress(private_hosts=["127.0.0.1"]) as egress:
        yield egress


@pytest.fixture
def ics_place(egress: Egress) -> Iterator[IcsPlace]:
    place = IcsPlace(egress)
    with serving(place.app) as place.url:
        yield place


@pytest.fixture
def google_place(egress: Egress) -> Iterator[GooglePlace]:
    place = GooglePlace(egress)
    with serving(place.app) as place.url:
        yield place


@pytest.fixture
def microsoft_place(egress: Egress) -> Iterator[MicrosoftPlace]:
    place = MicrosoftPlace(egress)
    with serving(place.app) as place.url:
        yield place


@pytest.fixture
def caldav_place(radicale_url: str, egress: Egress) -> Iterator[RadicalePlace]:
    place = RadicalePlace(radicale_url, egress)
    yield place
    place.close()


@pytest.fixture
def ctag_place(radicale_url: str, egress: Egress) -> Iterator[RadicalePlace]:
    place = CtagPlace(radicale_url, egress)
    yield place
    place.close()


@pytest.fixture
async def internal_place(empty_sqlite: Path, tmp_path: Path) -> AsyncIterator[InternalPlace]:
    file = shutil.copy(empty_sqlite, tmp_path / "usher.sqlite")
    url = f"sqlite+aiosqlite:///{file}"
    database = Database(make_engine(url))
    yield InternalPlace(database, url)
    await database.close()


READ = ("ics", "caldav", "ctag", "google", "microsoft")
WRITTEN = ("caldav", "ctag", "google", "microsoft")


@pytest.fixture(params=READ)
def place(request: pytest.FixtureRequest) -> Place:
    """A calendar that can be read."""
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture(params=(*READ, "internal"))
def any_place(request: pytest.FixtureRequest) -> Place:
    """A calendar that can be read, of the outside world or ours."""
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture(params=WRITTEN)
def writable(request: pytest.FixtureRequest) -> Place:
    """A calendar that can be written."""
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found
