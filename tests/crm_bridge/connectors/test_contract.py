"""What every adapter promises the sync, asked of each against its CRM's fake.

USHER_ROWS=20000 is the whole drill of many rows; without it a few pages.
"""

import os
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crm_bridge.connectors.errors import CrmMisunderstood, CrmPaused, CrmRevoked, CrmUnreachable
from crm_bridge.connectors.mapping import CrmMapping, FieldRule, load
from crm_bridge.connectors.port import Crm, Fields, OutsideRecord, Position, Write
from crm_bridge.connectors.registry import open_crm
from crm_bridge.sync.connections import credentials
from tests.crm_bridge.calendars.places.serving import serving
from tests.crm_places import PLACES, Place
from tests.fake_crm import LONG_AGO

ROWS = int(os.environ.get("USHER_ROWS", "450"))
DATA = Path(__file__).resolve().parents[3] / "data" / "crm"


def quick() -> float:
    """Seconds that pass a thousand times faster: nobody waits for a CRM's limits."""
    return time.monotonic() * 1000


# HubSpot's token does not end, and it passes over properties that it does not know
signing_in = pytest.mark.parametrize("place", ["dataverse", "salesforce"], indirect=True)
but_hubspot = pytest.mark.parametrize("place", sorted({*PLACES} - {"hubspot"}), indirect=True)


@pytest.fixture(params=list(PLACES))
def place(request: pytest.FixtureRequest) -> Place:
    made: Place = PLACES[request.param]()
    return made


@pytest.fixture
def url(place: Place) -> Iterator[str]:
    with serving(place.fake.app) as url:
        yield url


@pytest.fixture
def mapping(place: Place) -> CrmMapping:
    return load((DATA / f"{place.system}.yml").read_text())


@pytest.fixture
async def crm(place: Place, url: str, mapping: CrmMapping) -> AsyncIterator[Crm]:
    crm = open_crm(mapping, credentials(place.system, place.settings(url)), seconds=quick)
    yield crm
    await crm.close()


@pytest.fixture
def fields(mapping: CrmMapping) -> "Speaker":
    return Speaker({rule.home: rule for rule in mapping.objects["contacts"].fields})


class Speaker:
    """Our values in the CRM's fields."""

    def __init__(self, rules: dict[str, FieldRule]) -> None:
        self.rules = rules

    def __call__(self, **values: str) -> Fields:
        said: dict[str, object] = {}
        for name, value in values.items():
            said |= self.rules[name].written(value)
        return said


async def everything(crm: Crm, after: Position | None = None) -> list[OutsideRecord]:
    records: list[OutsideRecord] = []
    for stream in crm.streams("contacts"):
        more, place = True, after
        while more:
            page = await crm.changes("contacts", stream, after=place, limit=200)
            records += page.records
            place, more = page.last or place, page.more
    return records


@pytest.mark.timeout(3600)
async def test_many_rows_of_one_timestamp_all_come_once(place: Place, crm: Crm) -> None:
    ids = {place.put(at=LONG_AGO, name=f"P {n}", email=f"p{n}@acme.si") for n in range(ROWS)}
    late = place.put(at=LONG_AGO + timedelta(seconds=1), name="Late", email="late@acme.si")
    came = [record.id for record in await everything(crm)]
    assert len(came) == ROWS + 1
    assert set(came) == {*ids, late}
    assert came[-1] == late


async def test_a_complete_listing_goes_on_where_it_was_cut_off(place: Place, crm: Crm) -> None:
    ids = {place.put(name=f"P {n}", email=f"p{n}@acme.si") for n in range(450)}
    came, after = [], None
    while True:
        page = await crm.every("contacts", after=after)
        came += [record.id for record in page.records]
        after = page.next
        if after is None:
            break
        assert isinstance(after, str)
    assert (len(came), set(came)) == (450, ids)


async def test_a_record_is_made_once_though_the_answer_was_lost(
    place: Place, crm: Crm, fields: Speaker
) -> None:
    place.fake.lose_answers = 2
    write = Write("con_1", fields(name="Ana Novak", email="ana@acme.si"))
    (written,) = await crm.write("contacts", [write])
    assert written.fault is None
    assert place.ids() == [written.id]
    (again,) = await crm.write("contacts", [write])
    assert again.id == written.id or (again.fault and again.fault.id == written.id)
    assert len(place.ids()) == 1
    record = (await crm.fetch("contacts", [str(written.id)]))[str(written.id)]
    assert record.key == "con_1"
    assert place.names() == {"ana@acme.si": "Ana Novak"}


async def test_one_wrong_record_of_a_batch_is_told_apart(
    place: Place, crm: Crm, fields: Speaker
) -> None:
    other = place.put(name="Kari Moe", email="kari@moe.no")
    lost = place.put(name="Lost", email="lost@acme.si")
    place.delete(lost)
    writes = [
        Write("con_1", fields(name="Ana Novak", email="ana@acme.si")),
        Write("con_2", fields(name="No Address", email="no address")),
        Write("con_3", fields(name="Kari Moe", email="KARI@moe.no")),
        Write("con_4", fields(phone="+38640111222"), id=lost),
        Write("con_5", fields(phone="+38640111222"), id=other),
    ]
    done = await crm.write("contacts", writes)
    faults = [one.fault.kind if one.fault else None for one in done]
    assert [one.key for one in done] == [one.key for one in writes]
    assert faults == [None, "refused", "taken", "gone", None]
    assert done[2].fault is not None
    assert done[2].fault.id == other
    assert len(place.ids()) == 2
    assert place.people()[other]["phone"] == "+38640111222"
    assert place.people()[other]["name"] == "Kari Moe"


async def test_more_than_a_batch_goes_in_batches(place: Place, crm: Crm, fields: Speaker) -> None:
    writes = [Write(f"con_{n}", fields(name=f"P {n}", email=f"p{n}@acme.si")) for n in range(230)]
    done = await crm.write("contacts", writes)
    assert {one.fault for one in done} == {None}
    found = await crm.fetch("contacts", [str(one.id) for one in done])
    assert {record.key for record in found.values()} == {one.key for one in writes}


async def test_what_was_deleted_is_not_fetched(place: Place, crm: Crm) -> None:
    kept = place.put(name="Ana Novak", email="ana@acme.si")
    gone = place.put(name="Kari Moe", email="kari@moe.no")
    place.delete(gone)
    assert list(await crm.fetch("contacts", [kept, gone])) == [kept]
    assert [one.id for one in await everything(crm) if not one.deleted] == [kept]
    await crm.remove("contacts", kept)
    await crm.remove("contacts", kept)
    assert place.ids() == []


async def test_a_crm_that_asks_for_rest_is_left_alone_and_then_served(
    place: Place, crm: Crm, fields: Speaker
) -> None:
    await crm.check()
    place.fake.refusals, asked = 1, place.fake.asked
    write = Write("con_1", fields(name="Ana Novak", email="ana@acme.si"))
    for _ in range(200):
        try:
            (written,) = await crm.write("contacts", [write])
        except CrmPaused:
            time.sleep(0.01)  # noqa: ASYNC251 - nothing else is to happen
        else:
            break
    assert written.fault is None
    assert place.fake.asked - asked <= 5
    assert place.fake.writes == 1


@signing_in
async def test_a_token_that_ended_is_renewed_once(place: Place, crm: Crm) -> None:
    await crm.check()
    assert place.fake.sign_ins == 1
    place.fake.expire()
    await crm.check()
    assert place.fake.sign_ins == 2


async def test_wrong_credentials_are_a_persons_turn(
    place: Place, url: str, mapping: CrmMapping
) -> None:
    given = {**place.settings(url), place.secret: "wrong"}
    crm = open_crm(mapping, credentials(place.system, given), seconds=quick)
    with pytest.raises(CrmRevoked):
        await crm.check()
    await crm.close()


async def test_a_crm_that_is_down_is_unreachable(place: Place, crm: Crm) -> None:
    place.fake.down = True
    with pytest.raises(CrmUnreachable):
        await everything(crm)


@but_hubspot
async def test_a_field_that_is_not_there_is_named_when_connecting(place: Place, url: str) -> None:
    source = (
        (DATA / f"{place.system}.yml")
        .read_text()
        .replace(f"outside: {place.phone}", "outside: Fone")
    )
    crm = open_crm(load(source), credentials(place.system, place.settings(url)), seconds=quick)
    try:
        with pytest.raises(CrmMisunderstood, match="Fone"):
            await crm.check()
    finally:
        await crm.close()
