"""HubSpot's adapter against a server that behaves as HubSpot's documentation says; the same
server is asked by HubSpot's own client, so that it is not shaped by our adapter alone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import hubspot_sdk
import pytest

from crm_bridge.connectors.bucket import Bucket
from crm_bridge.connectors.hubspot.adapter import SEARCH, HubSpotCrm
from crm_bridge.connectors.mapping import load
from crm_bridge.connectors.port import Position, Write
from crm_bridge.connectors.sign_in import Fixed
from crm_bridge.connectors.transport import Transport
from tests.crm_bridge.calendars.places.serving import serving
from tests.fake_hubspot import FakeHubSpot

DATA = Path(__file__).resolve().parents[3] / "data" / "crm" / "hubspot.yml"


@pytest.fixture
def hubspot() -> FakeHubSpot:
    return FakeHubSpot()


@pytest.fixture
async def crm(hubspot: FakeHubSpot) -> AsyncIterator[HubSpotCrm]:
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(hubspot.app), base_url="https://api.hubspot.test"
    )
    buckets = {"": Bucket(10_000, seconds=1), SEARCH: Bucket(10_000, seconds=1)}
    transport = Transport(client, Fixed("token"), buckets=buckets)
    crm = HubSpotCrm(transport, load(DATA.read_text()).objects, path="/crm/v3/objects")
    yield crm
    await crm.close()


async def everything(crm: HubSpotCrm, after: Position | None = None) -> list[str]:
    ids, more = [], True
    while more:
        page = await crm.changes("contacts", "modified", after=after, limit=200)
        ids += [record.id for record in page.records]
        after, more = page.last or after, page.more
    return ids


async def test_a_refusal_to_hurry_is_waited_out(hubspot: FakeHubSpot, crm: HubSpotCrm) -> None:
    hubspot.refusals = 2
    (written,) = await crm.write("contacts", [Write("con_1", {"email": "ana@acme.si"})])
    assert written.fault is None
    assert hubspot.writes == 1


async def test_a_complete_listing_does_not_lag(hubspot: FakeHubSpot, crm: HubSpotCrm) -> None:
    hubspot.lag_seconds = 60
    for number in range(205):
        hubspot.put(email=f"p{number}@acme.si")
    assert await everything(crm) == []
    seen, after = 0, None
    while True:
        page = await crm.every("contacts", after=after)
        seen, after = seen + len(page.records), page.next
        if after is None:
            break
    assert seen == 205


async def test_hubspots_own_client_is_served_alike(hubspot: FakeHubSpot) -> None:
    with serving(hubspot.app) as url:
        theirs = hubspot_sdk.HubSpot(access_token="token", base_url=url, max_retries=0)
        ours = HubSpotCrm(
            Transport(
                httpx.AsyncClient(base_url=url),
                Fixed("token"),
                buckets={"": Bucket(1000, seconds=1)},
            ),
            load(DATA.read_text()).objects,
            path="/crm/objects/2026-03",
        )
        (written,) = await ours.write("contacts", [Write("con_1", {"email": "ana@acme.si"})])
        contacts = theirs.crm.objects.contacts
        inputs = [
            {
                "id": "con_1",
                "id_property": "usher_id",
                "properties": {"firstname": "Ana", "usher_id": "con_1"},
            }
        ]
        answer = await asyncio.to_thread(contacts.batch.upsert, inputs=inputs)
        assert [(row.id, row.new) for row in answer.results] == [(written.id, False)]
        record = (await ours.fetch("contacts", [str(written.id)]))[str(written.id)]
        assert record.fields["firstname"] == "Ana"
        await ours.close()
        theirs.close()


def test_the_place_of_a_row_is_ordered_by_number() -> None:
    now = datetime(2026, 3, 11, tzinfo=UTC)
    assert Position(now, "1000").is_after(Position(now, "999"))
