"""The nightly comparison: once a night, and nothing is deleted but by a complete pass."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from crm_bridge.connectors.dataverse import adapter as dataverse
from crm_bridge.connectors.hubspot import adapter as hubspot
from crm_bridge.connectors.odoo import adapter as odoo
from crm_bridge.connectors.port import Crm, EveryPage
from crm_bridge.connectors.salesforce import adapter as salesforce
from crm_bridge.core.database import Database
from crm_bridge.core.errors import TryLater
from crm_bridge.core.night import next_night
from crm_bridge.core.sealed import Seal
from crm_bridge.sync import connections, repository
from crm_bridge.sync.connections import Opened
from crm_bridge.sync.reconcile import DropGuard, reconcile
from crm_bridge.sync.worker import Syncer
from tests.crm_bridge.sync.fake_house import House
from tests.crm_bridge.sync.places import DATA, SECRET
from tests.crm_places import PLACES

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
everywhere = pytest.mark.parametrize("house", list(PLACES), indirect=True)
PEOPLE: Final = 32
GOOD_FOR: Final = {"odoo": 4}  # requests until the trouble; Odoo is asked twice a page
_LISTS: Final = (
    (dataverse, "_EVERY"),
    (hubspot, "_EVERY"),
    (odoo, "_EVERY"),
    (salesforce, "MOST_IN_PAGE"),
)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten records a page of the complete listing."""
    for adapter, name in _LISTS:
        monkeypatch.setattr(adapter, name, 10)


@pytest.fixture
async def opened(house: House) -> AsyncIterator[Opened]:
    """The house's connection in our own hands."""
    row = await house.ours.connection()
    opened = connections.open_connection(
        row, seal=Seal(SECRET), data=DATA, seconds=lambda: house.clock.now().timestamp()
    )
    yield opened
    await opened.crm.close()


async def listing(house: House) -> dict[str, object]:
    """Where the comparison of contacts stands."""
    async with house.ours.database.reading() as session:
        row = await house.ours.connection()
        return dict(await repository.cursor_document(session, row.id, "contacts", "reconcile"))


async def gone(house: House) -> set[str | None]:
    """The CRM's ids of those who are believed to be deleted there."""
    return {link.external_id for link in await house.ours.links() if link.state == "gone"}


@pytest.mark.parametrize("trouble", ["refused", "fault", "cut"])
@everywhere
@on_sqlite
async def test_a_pass_that_breaks_off_deletes_nothing(
    house: House, opened: Opened, trouble: str
) -> None:
    place, fake = house.place, house.place.fake
    ids = [place.put(name="Ana Novak", email=f"p{n}@acme.si") for n in range(PEOPLE)]
    await house.ours.round()
    contacts = next(one for one in opened.channels if one.kind == "contacts")
    deleted = {ids[2], ids[15], ids[-1]}
    for one in deleted:
        place.delete(one)
    fake.good_for, fake.trouble = GOOD_FOR.get(place.system, 1), trouble
    with pytest.raises(TryLater):
        await reconcile(house.ours.database, contacts, opened.crm, clock=house.clock.now)
    stands = await listing(house)
    assert stands["after"] is not None, "it broke off amid the pages"
    assert await gone(house) == set()
    fake.good_for = None
    house.clock.passed += timedelta(hours=1)
    report = await reconcile(house.ours.database, contacts, opened.crm, clock=house.clock.now)
    assert (report.seen, report.gone) == (PEOPLE - len(deleted), len(deleted))
    assert (await listing(house))["pass"] == stands["pass"], "it went on where it stood"
    assert await gone(house) == deleted


@on_sqlite
async def test_a_pass_that_was_not_believed_is_begun_anew(house: House, opened: Opened) -> None:
    """Who was met in it may be gone by the next night."""
    place, tables = house.place, house.place.fake.tables
    ids = [place.put(name="Ana Novak", email=f"p{n}@acme.si") for n in range(PEOPLE)]
    await house.ours.round()
    contacts = next(one for one in opened.channels if one.kind == "contacts")
    everybody = tables[place.table]
    tables[place.table] = {one: everybody[one] for one in ids[:10]}
    with pytest.raises(DropGuard):
        await reconcile(house.ours.database, contacts, opened.crm, clock=house.clock.now)
    tables[place.table] = everybody
    place.delete(ids[0])
    report = await reconcile(house.ours.database, contacts, opened.crm, clock=house.clock.now)
    assert (report.seen, report.gone) == (PEOPLE - 1, 1)
    assert await gone(house) == {ids[0]}


@on_sqlite
async def test_a_night_is_one_comparison_however_many_processes(
    house: House, database: Database
) -> None:
    house.place.put(name="Ana Novak", email="ana@acme.si")
    await house.ours.round()
    first = (await listing(house))["pass"]
    evening = next_night(house.clock.now()) - timedelta(minutes=1)
    house.clock.passed += evening - house.clock.now()
    await house.ours.syncer.round()
    assert (await listing(house))["pass"] == first, "not before the night"
    house.clock.passed += timedelta(minutes=2)
    other = Syncer(database, house.clock, secret_key=SECRET, data=DATA)
    row = await house.ours.connection()  # as both processes read it
    await house.ours.syncer.work(row)
    night = (await listing(house))["pass"]
    await other.work(row)
    await other.close()
    assert night != first
    assert (await listing(house))["pass"] == night
    house.clock.passed += timedelta(hours=20)
    await house.ours.syncer.round()
    assert (await listing(house))["pass"] == night, "the day is no night"


class _Meanwhile:
    """A CRM in which something happens once a listing has come to its end."""

    def __init__(self, crm: Crm, happens: Callable[[], Awaitable[None]]) -> None:
        self._crm = crm
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._crm, name)

    async def every(self, kind: str, *, after: str | None) -> EveryPage:
        page = await self._crm.every(kind, after=after)
        if page.next is None:
            await self._happens()
        return page


@everywhere
@on_sqlite
async def test_who_was_linked_while_a_pass_went_by_is_not_believed_to_be_deleted(
    house: House, opened: Opened
) -> None:
    house.place.put(name="Ana Novak", email="ana@acme.si")
    await house.ours.round()

    async def somebody_new() -> None:
        house.place.put(name="Kari Moe", email="kari@moe.no")
        await house.ours.round()

    contacts = next(one for one in opened.channels if one.kind == "contacts")
    crm: Any = _Meanwhile(opened.crm, somebody_new)
    report = await reconcile(house.ours.database, contacts, crm, clock=house.clock.now)
    assert (report.seen, report.gone) == (1, 0)
    assert await gone(house) == set()
    assert len(await house.ours.people()) == 2
