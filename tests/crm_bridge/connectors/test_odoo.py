"""What is Odoo's own: seconds that hide an order, false for nothing, imports, archives. The
fake is asked by Odoo's own client library too, so that it is not shaped by our adapter alone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import odoolib
import pytest

from crm_bridge.connectors.errors import CrmUnreachable
from crm_bridge.connectors.mapping import load
from crm_bridge.connectors.odoo import values
from crm_bridge.connectors.port import Crm, Write
from crm_bridge.connectors.registry import open_crm
from crm_bridge.core.errors import Invalid
from crm_bridge.sync.connections import credentials
from tests.crm_bridge.calendars.places.serving import serving
from tests.fake_crm import LONG_AGO
from tests.fake_odoo import FakeOdoo

MAPPING = Path(__file__).resolve().parents[3] / "data" / "crm" / "odoo.yml"
PARTNER = "res.partner"


@pytest.fixture
def odoo() -> FakeOdoo:
    return FakeOdoo()


@pytest.fixture
def url(odoo: FakeOdoo) -> Iterator[str]:
    with serving(odoo.app) as url:
        yield url


@pytest.fixture
async def crm(url: str) -> AsyncIterator[Crm]:
    given = {"url": url, "api_key": "key", "requests_per_minute": "6000"}
    crm = open_crm(load(MAPPING.read_text()), credentials("odoo", given))
    yield crm
    await crm.close()


async def test_rows_of_one_second_all_come_though_their_order_is_hidden(
    odoo: FakeOdoo, crm: Crm
) -> None:
    """The later of a second may have the lower id: it is shown as equal and sorted before."""
    for number in range(60):
        odoo.put(PARTNER, at=LONG_AGO - timedelta(milliseconds=7 * number), name=f"P {number}")
    came, after, more = [], None, True
    while more:
        page = await crm.changes("contacts", "written", after=after, limit=7)
        came += [record.id for record in page.records]
        after, more = page.last or after, page.more
    assert len(came) == len(set(came)) == 60


async def test_people_and_companies_are_told_apart(odoo: FakeOdoo, crm: Crm) -> None:
    person = odoo.put(PARTNER, name="Ana Novak")
    company = odoo.put(PARTNER, name="Acme", is_company=True, website="https://www.acme.si")
    assert list(await crm.fetch("contacts", [person, company])) == [person]
    (written,) = await crm.write("companies", [Write("com_1", {"name": "Moe AS"})])
    assert odoo.table(PARTNER)[str(written.id)].fields["is_company"] is True
    assert {one.id for one in (await crm.every("companies", after=None)).records} == {
        company,
        written.id,
    }


async def test_who_is_archived_is_gone(odoo: FakeOdoo, crm: Crm) -> None:
    person = odoo.put(PARTNER, name="Ana Novak", active=False)
    assert (await crm.fetch("contacts", [person]))[person].deleted


async def test_nonsense_is_the_records_fault_and_rests_nobody(odoo: FakeOdoo, crm: Crm) -> None:
    person = odoo.put(PARTNER, name="Ana Novak")
    odoo.fault = "builtins.ValueError"
    for _ in range(8):
        (written,) = await crm.write("contacts", [Write("con_1", {"name": "Ana"}, id=person)])
        assert written.fault is not None
        assert written.fault.kind == "refused"
    odoo.fault = "psycopg2.errors.SerializationFailure"
    with pytest.raises(CrmUnreachable):
        await crm.write("contacts", [Write("con_1", {"name": "Ana"}, id=person)])


def test_nothing_is_false_and_a_reference_is_its_id() -> None:
    assert values.given("char", False) is None
    assert values.given("boolean", False) is False
    assert values.given("many2one", [7, "Won"]) == "7"
    assert values.written("many2one", "7") == 7
    assert values.written("char", None) is False
    assert values.loaded("stage_id", "many2one", "7") == ("stage_id/.id", "7")
    assert values.loaded("active", "boolean", True) == ("active", "1")
    assert values.loaded("phone", "char", None) == ("phone", "")


def test_a_number_of_requests_is_a_number(url: str) -> None:
    given = {"url": url, "api_key": "key", "requests_per_minute": "many"}
    with pytest.raises(Invalid):
        open_crm(load(MAPPING.read_text()), credentials("odoo", given))


async def test_odoos_own_client_is_served_alike(odoo: FakeOdoo, crm: Crm, url: str) -> None:
    (written,) = await crm.write("contacts", [Write("con_1", {"name": "Ana Novak"})])
    address = urlsplit(url)
    theirs = odoolib.get_connection(
        hostname=address.hostname,
        port=address.port,
        protocol="json2",
        database="house",
        password="key",
    )

    def work() -> None:
        model = theirs.get_model(PARTNER)
        (row,) = model.search_read([["name", "=", "Ana Novak"]], ["name", "email"])
        assert (row["id"], row["email"]) == (int(str(written.id)), False)
        assert model.write([row["id"]], {"email": "ana@acme.si"})
        (made,) = model.create([{"name": "Kari Moe", "email": "kari@moe.no"}])
        assert {one["name"] for one in model.read([row["id"], made], ["name"])} == {
            "Ana Novak",
            "Kari Moe",
        }
        with pytest.raises(ValueError, match="Contacts require a name"):
            model.write([made], {"name": ""})
        assert model.unlink([made])

    await asyncio.to_thread(work)
    record = (await crm.fetch("contacts", [str(written.id)]))[str(written.id)]
    assert (record.fields["email"], record.key) == ("ana@acme.si", "con_1")
