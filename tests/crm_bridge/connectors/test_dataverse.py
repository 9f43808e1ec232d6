"""What is Dataverse's own: change tracking by links, versions, alternate keys. The fake is
asked by Microsoft's own client too, so that it is not shaped by our adapter alone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from azure.core.credentials import AccessToken
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError
from PowerPlatform.Dataverse.models.upsert import UpsertItem

from crm_bridge.connectors.dataverse import odata
from crm_bridge.connectors.errors import CrmPaused
from crm_bridge.connectors.mapping import load
from crm_bridge.connectors.port import Crm, OutsideRecord, Position, Write
from crm_bridge.connectors.registry import open_crm
from crm_bridge.sync.connections import credentials
from tests.crm_bridge.calendars.places.serving import serving
from tests.fake_dataverse import FakeDataverse

MAPPING = Path(__file__).resolve().parents[3] / "data" / "crm" / "dataverse.yml"


@pytest.fixture
def dataverse() -> FakeDataverse:
    return FakeDataverse()


@pytest.fixture
def url(dataverse: FakeDataverse) -> Iterator[str]:
    with serving(dataverse.app) as url:
        yield url


@pytest.fixture
async def crm(url: str) -> AsyncIterator[Crm]:
    given = {
        "url": url,
        "authority": url,
        "tenant": "t",
        "client_id": "c",
        "client_secret": "secret",
    }
    crm = open_crm(load(MAPPING.read_text()), credentials("dataverse", given))
    yield crm
    await crm.close()


async def tracked(crm: Crm, after: Position | None) -> tuple[list[OutsideRecord], Position]:
    records, more = list[OutsideRecord](), True
    while more:
        page = await crm.changes("contacts", "tracked", after=after, limit=3)
        records += page.records
        after, more = page.last, page.more
    assert after is not None
    return records, after


async def test_a_link_tells_what_changed_and_what_was_deleted_since(
    dataverse: FakeDataverse, crm: Crm
) -> None:
    ids = [dataverse.put("contacts", lastname=f"P {n}") for n in range(8)]
    records, place = await tracked(crm, None)
    assert [record.id for record in records] == ids
    assert (await tracked(crm, place))[0] == []
    dataverse.edit("contacts", ids[2], lastname="Moe")
    dataverse.delete("contacts", ids[5])
    since, place = await tracked(crm, place)
    assert [(record.id, record.deleted) for record in since] == [(ids[2], False), (ids[5], True)]
    assert (await tracked(crm, place))[0] == []


async def test_what_changes_while_the_pages_go_by_comes_next(
    dataverse: FakeDataverse, crm: Crm
) -> None:
    ids = [dataverse.put("contacts", lastname=f"P {n}") for n in range(5)]
    page = await crm.changes("contacts", "tracked", after=None, limit=3)
    dataverse.edit("contacts", ids[0], lastname="Moe")
    records, place = await tracked(crm, page.last)
    assert [record.id for record in records] == ids[3:]
    assert [record.id for record in (await tracked(crm, place))[0]] == ids[:1]


async def test_a_link_that_expired_begins_anew(dataverse: FakeDataverse, crm: Crm) -> None:
    ids = [dataverse.put("contacts", lastname=f"P {n}") for n in range(2)]
    _, place = await tracked(crm, None)
    dataverse.put("contacts", lastname="Late")
    dataverse.oldest = dataverse.number + 1
    records, _ = await tracked(crm, place)
    assert len(records) == len(ids) + 1


async def test_a_record_that_was_changed_since_it_was_read_is_not_written(
    dataverse: FakeDataverse, crm: Crm
) -> None:
    one = dataverse.put("contacts", lastname="Novak")
    version = (await crm.fetch("contacts", [one]))[one].version
    dataverse.edit("contacts", one, telephone1="+386")
    write = Write("con_1", {"lastname": "Moe"}, id=one, version=version)
    (written,) = await crm.write("contacts", [write])
    assert written.fault is not None
    assert written.fault.kind == "changed"
    assert dataverse.table("contacts")[one].fields["lastname"] == "Novak"


async def test_another_record_under_our_id_is_named(dataverse: FakeDataverse, crm: Crm) -> None:
    first = dataverse.put("contacts", lastname="Novak", usher_id="con_1")
    second = dataverse.put("contacts", lastname="Novak")
    (written,) = await crm.write("contacts", [Write("con_1", {"lastname": "Moe"}, id=second)])
    assert written.fault is not None
    assert (written.fault.kind, written.fault.id) == ("taken", first)


async def test_who_is_inactive_is_gone(dataverse: FakeDataverse, crm: Crm) -> None:
    one = dataverse.put("contacts", lastname="Novak", statecode=1)
    assert (await crm.fetch("contacts", [one]))[one].deleted


async def test_service_protection_rests_the_connection(dataverse: FakeDataverse, crm: Crm) -> None:
    await crm.check()
    dataverse.refusals, asked = 1000, dataverse.asked
    for _ in range(3):
        with pytest.raises(CrmPaused):
            await crm.check()
    assert dataverse.asked == asked + 1


def test_a_link_is_followed_on_our_own_host_alone() -> None:
    link = "https://elsewhere.test/api/data/v9.2/contacts?$skiptoken=a%20b"
    assert odata.local(link) == "/api/data/v9.2/contacts?$skiptoken=a%20b"
    assert (
        odata.by_key("contacts", "usher_id", "o'neil/x")
        == "contacts(usher_id=%27o%27%27neil%2Fx%27)"
    )


class Credential:
    """A token, as azure-identity would give it."""

    def __init__(self, dataverse: FakeDataverse) -> None:
        self.dataverse = dataverse

    def get_token(self, *scopes: str, **_kwargs: object) -> AccessToken:
        return AccessToken(self.dataverse.token or self.dataverse.granted(), 4_000_000_000)


async def test_microsofts_own_client_is_served_alike(
    dataverse: FakeDataverse, tls: tuple[str, str]
) -> None:
    with serving(dataverse.app, tls=tls) as url:

        def work() -> tuple[str, list[str]]:
            with DataverseClient(url, Credential(dataverse)) as theirs:
                made = theirs.records.create("contact", {"lastname": "Novak"})
                item = UpsertItem(alternate_key={"usher_id": "con_1"}, record={"lastname": "Moe"})
                theirs.records.upsert("contact", [item])
                theirs.records.upsert("contact", [item])
                theirs.records.update("contact", made, {"firstname": "Ana"})
                with pytest.raises(HttpError):
                    theirs.records.update("contact", made, {"fone": "x"})
                names = [
                    str(row["lastname"])
                    for page in theirs.records.list_pages(
                        "contact", select=["lastname"], page_size=1
                    )
                    for row in page
                ]
                return made, names

        made, names = await asyncio.to_thread(work)
    assert dataverse.table("contacts")[made].fields["firstname"] == "Ana"
    assert sorted(names) == ["Moe", "Novak"]
