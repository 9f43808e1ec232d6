"""HubSpot's adapter against a server that behaves as HubSpot's documentation says; the same
server is asked by HubSpot's own client, so that it is not shaped by our adapter alone."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
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
from tests.fake_hubspot import LONG_AGO, FakeHubSpot

# 20,000 goes beyond the 10,000 rows that one search shows; a few pages are enough in CI
ROWS = int(os.environ.get("USHER_ROWS", "1000"))
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


async def test_many_rows_of_one_timestamp_all_come_once(
    hubspot: FakeHubSpot, crm: HubSpotCrm
) -> None:
    for number in range(ROWS):
        hubspot.put(at=LONG_AGO, email=f"p{number}@acme.si")
    late = hubspot.put(at=LONG_AGO + timedelta(seconds=1), email="late@acme.si")
    ids = await everything(crm)
    assert len(ids) == len(set(ids)) == ROWS + 1
    assert ids[-1] == late


async def test_a_record_is_made_once_though_the_answer_was_lost(
    hubspot: FakeHubSpot, crm: HubSpotCrm
) -> None:
    hubspot.lose_answers = 2
    write = Write("con_1", {"firstname": "Ana", "email": "ana@acme.si"})
    (written,) = await crm.write("contacts", [write])
    assert written.fault is None
    assert list(hubspot.table()) == [written.id]


async def test_one_wrong_record_of_a_batch_is_told_apart(
    hubspot: FakeHubSpot, crm: HubSpotCrm
) -> None:
    other = hubspot.put(email="kari@moe.no")
    writes = [
        Write("con_1", {"email": "ana@acme.si"}),
        Write("con_2", {"email": "no address"}),
        Write("con_3", {"email": "KARI@moe.no"}),
        Write("con_4", {"phone": "+38640111222"}, id="999"),
        Write("con_5", {"phone": "+38640111222"}, id=other),
    ]
    done = await crm.write("contacts", writes)
    faults = [one.fault.kind if one.fault else None for one in done]
    assert [one.key for one in done] == [one.key for one in writes]
    assert faults == [None, "refused", "taken", "gone", None]
    assert done[2].fault is not None
    assert done[2].fault.id == other
    assert len(hubspot.table()) == 2


async def test_more_than_a_batch_goes_in_batches(hubspot: FakeHubSpot, crm: HubSpotCrm) -> None:
    writes = [Write(f"con_{n}", {"email": f"p{n}@acme.si"}) for n in range(250)]
    done = await crm.write("contacts", writes)
    assert {one.fault for one in done} == {None}
    assert hubspot.asked == 3
    found = await crm.fetch("contacts", [str(one.id) for one in done])
    assert {record.key for record in found.values()} == {one.key for one in writes}


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
