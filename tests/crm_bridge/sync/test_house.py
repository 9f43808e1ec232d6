"""Two-way sync with each CRM that has a fake: one write an edit, an hour without it, many
rows of one timestamp, what hides and what is deleted.

USHER_ROWS=20000 is the whole drill of many rows; without it a few small pages.
"""

import os
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crm_bridge.connectors.registry import SYSTEMS
from crm_bridge.contacts.models import Contact
from crm_bridge.core.database import Database
from crm_bridge.sync import pull, repository
from crm_bridge.sync.models import CrmLink
from crm_bridge.sync.push import on_its_way
from crm_bridge.sync.worker import POLL_SECONDS
from tests.crm_bridge.sync.fake_house import House
from tests.crm_places import PLACES
from tests.fake_crm import LONG_AGO

ROWS = int(os.environ.get("USHER_ROWS", "50"))
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
everywhere = pytest.mark.parametrize("house", list(PLACES), indirect=True)


@everywhere
@on_sqlite
async def test_both_sides_meet_and_an_edit_is_one_write_a_side(house: House) -> None:
    place, ours = house.place, house.ours
    ana = place.put(name="Ana Novak", email="ana@acme.si")
    made = await ours.contact(name="Kari Anne Moe", emails=["kari@moe.no"])
    await ours.round(2)
    assert place.names() == {"ana@acme.si": "Ana Novak", "kari@moe.no": "Kari Anne Moe"}
    writes = place.fake.writes
    await ours.change(made, name="Kari Berg")
    await ours.round(3)
    assert place.names()["kari@moe.no"] == "Kari Berg"
    assert place.fake.writes == writes + 1
    house.clock.passed += timedelta(seconds=5)
    place.edit(ana, name="Ana Kovač")
    await ours.round()
    (person,) = [one for one in await ours.people() if one.name == "Ana Kovač"]
    await ours.round(3)
    assert place.fake.writes == writes + 1
    again = {one.id: one.updated_at for one in await ours.people()}
    assert again[person.id] == person.updated_at
    assert await ours.conflicts() == []


async def test_both_databases_keep_the_sync(house: House) -> None:
    house.place.put(name="Ana Novak", email="ana@acme.si")
    made = await house.ours.contact(name="Kari Moe", emails=["kari@moe.no"])
    await house.ours.round(2)
    await house.ours.change(made, name="Kari Berg")
    await house.ours.round(2)
    assert house.place.names() == {"ana@acme.si": "Ana Novak", "kari@moe.no": "Kari Berg"}


@everywhere
@on_sqlite
async def test_the_last_change_has_arrived_after_two_looks(house: House) -> None:
    """Looks are POLL_SECONDS apart: within five seconds, with a second of work to spare."""
    assert 2 * POLL_SECONDS < 5
    there = house.place.put(name="Ana Novak", email="ana@acme.si")
    here = await house.ours.contact(name="Kari Moe", emails=["kari@moe.no"])
    await house.ours.round(2)
    house.clock.passed += timedelta(minutes=10)
    for number in range(3):
        await house.ours.change(here, name=f"Kari {number}")
        house.clock.passed += timedelta(seconds=1)
        if house.place.system == "hubspot":
            house.place.fake.lag_seconds = POLL_SECONDS
        house.place.edit(there, name=f"Ana {number}")
    for _ in range(2):
        house.clock.passed += timedelta(seconds=POLL_SECONDS)
        await house.ours.round()
    named = {one.emails[0].address: one.name for one in await house.ours.people()}
    assert named == house.place.names() == {"ana@acme.si": "Ana 2", "kari@moe.no": "Kari 2"}


@pytest.mark.parametrize("house", ["salesforce"], indirect=True)
@on_sqlite
async def test_a_crm_that_counts_requests_is_heard_in_five_seconds_and_asked_once_a_look(
    house: House, database: Database
) -> None:
    async with database.transaction() as session:
        (row,) = await repository.connections(session)
        usual = SYSTEMS["salesforce"].defaults["pull_seconds"]
        row.settings = {**row.settings, "pull_seconds": usual}
    house.clock.start, house.clock.faster = house.clock.now(), 0  # only what the test lets pass
    fake = house.place.fake
    there = house.place.put(name="Ana", email="ana@acme.si")

    async def let_pass(seconds: float) -> int:
        before = fake.asked
        for _ in range(int(seconds / POLL_SECONDS)):
            house.clock.passed += timedelta(seconds=POLL_SECONDS)
            await house.ours.round()
        return fake.asked - before

    await let_pass(180)  # the first pass, the nightly comparison, the overlap read again
    assert await let_pass(600) <= 600 / float(usual), "one request a look, for every kind"
    house.place.edit(there, name="Ana 1")
    await let_pass(4)
    (person,) = await house.ours.people()
    assert person.name == "Ana 1", "the first change after a quiet time"
    house.place.delete(there)
    await let_pass(4)
    assert house.place.people() == {}

    fake.used = int(fake.allowed * 0.99)
    await let_pass(6)
    assert await let_pass(120) == 0, "what is left is spared"
    fake.used = 0  # the day has rolled on
    await let_pass(60)
    assert await let_pass(60) >= 10


@everywhere
@on_sqlite
async def test_an_address_that_the_crm_has_is_linked_before_it_was_pulled(house: House) -> None:
    await house.ours.round()
    if house.place.system == "hubspot":
        house.place.fake.lag_seconds = 600
    house.place.put(name="Ana Novak", email="ana@acme.si")
    await house.ours.contact(name="Ana Novak", emails=["ana@acme.si"], phones=["+38640111222"])
    await house.ours.round(3)
    assert house.place.names() == {"ana@acme.si": "Ana Novak"}
    (row,) = house.place.people().values()
    assert row["phone"] == "+38640111222"
    assert len(await house.ours.people()) == 1


# one with a token that stays, and one that cannot sign in either
@pytest.mark.parametrize("house", ["hubspot", "dataverse"], indirect=True)
@on_sqlite
async def test_an_hour_without_the_crm_loses_and_doubles_nothing(house: House) -> None:
    place = house.place
    made = [
        await house.ours.contact(name=f"Before {n}", emails=[f"b{n}@acme.si"]) for n in range(5)
    ]
    await house.rounds(2)
    place.fake.down = True
    first, asked = place.ids()[0], place.fake.asked
    for minute in range(60):
        if minute % 5 == 0:
            await house.ours.change(made[minute // 5 % 5], name=f"During {minute}")
            await house.ours.contact(name=f"New {minute}", emails=[f"n{minute}@acme.si"])
            place.edit(first, phone=f"+3864011{minute:04d}")
        await house.rounds(1)
    assert place.fake.asked - asked < 100, "a CRM that is down is not knocked at"
    connection = await house.ours.connection()
    assert connection.state == "live"
    assert connection.error is not None
    place.fake.down = False
    await house.rounds(10)
    people = await house.ours.people()
    assert place.names() == {person.emails[0].address: person.name for person in people}
    assert len(people) == 5 + 12
    phones = {p.emails[0].address: [n.number for n in p.phones] for p in people}
    assert phones[place.people()[first]["email"]][0] == "+38640110055"
    assert [link.next_at for link in await house.ours.links()] == [None] * 17
    assert (await house.ours.connection()).error is None


@everywhere
@on_sqlite
async def test_a_write_whose_answer_was_lost_is_no_change_of_theirs(house: House) -> None:
    """Though the CRM has it as newer than the edit that came meanwhile."""
    made = await house.ours.contact(name="Ana Novak", emails=["ana@acme.si"])
    await house.ours.round(2)
    await house.ours.change(made, name="Ana Kovač")
    house.place.fake.lose_answers = 3
    await house.ours.round()
    assert house.place.names() == {"ana@acme.si": "Ana Kovač"}
    house.clock.passed -= timedelta(minutes=20)
    await house.ours.change(made, name="Ana Zupan")
    house.clock.passed += timedelta(minutes=40)
    house.place.fake.lose_answers = 0
    await house.ours.round(3)
    assert house.place.names() == {"ana@acme.si": "Ana Zupan"}
    assert [person.name for person in await house.ours.people()] == ["Ana Zupan"]
    assert await house.ours.conflicts() == []


@everywhere
@on_sqlite
async def test_a_write_that_arrives_late_is_no_change_of_theirs(
    house: House, database: Database
) -> None:
    """A process died while its write was on the way; the next one has sent newer words."""
    made = await house.ours.contact(name="Ana Novak", emails=["ana@acme.si"])
    await house.ours.round(2)
    (record_id,) = house.place.ids()
    await house.ours.change(made, name="Ana Zupan")
    async with database.transaction() as session:
        (link,) = (await session.scalars(select(CrmLink))).all()
        link.sent = on_its_way(on_its_way({}, {"name": "Ana Kovač"}), {"name": "Ana Zupan"})
    house.clock.passed += timedelta(seconds=5)
    house.place.edit(record_id, name="Ana Kovač")
    await house.ours.round(3)
    assert house.place.names() == {"ana@acme.si": "Ana Zupan"}
    assert [person.name for person in await house.ours.people()] == ["Ana Zupan"]
    assert await house.ours.conflicts() == []


@everywhere
@on_sqlite
@pytest.mark.timeout(3600)
async def test_many_rows_of_one_timestamp_all_arrive(
    house: House, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "PAGE", min(pull.PAGE, ROWS // 3))
    for number in range(ROWS):
        house.place.put(at=LONG_AGO, name="Ana Novak", email=f"p{number}@acme.si")
    await house.ours.syncer.round()
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Contact)) == ROWS
    assert house.place.fake.writes == 0


@on_sqlite
async def test_a_filter_that_hides_the_crm_deletes_nothing(house: House) -> None:
    place = house.place
    for number in range(30):
        place.put(name="Ana Novak", email=f"p{number}@acme.si")
    await house.ours.round()
    tables = place.fake.tables
    hidden = tables[place.table]
    tables[place.table] = {}
    await house.ours.reconcile()
    connection = await house.ours.connection()
    assert (connection.error or "").startswith("crm_drop_guard")
    tables[place.table] = hidden
    await house.ours.reconcile()
    assert {link.state for link in await house.ours.links()} == {"linked"}
    assert (await house.ours.connection()).error is None


@everywhere
@on_sqlite
async def test_who_is_deleted_there_is_kept_here_and_not_made_again(house: House) -> None:
    made = await house.ours.contact(name="Ana Novak", emails=["ana@acme.si"])
    await house.ours.round(2)
    house.place.delete(house.place.ids()[0])
    await house.ours.reconcile()
    await house.ours.change(made, name="Ana Kovač")
    await house.ours.round(2)
    assert [link.state for link in await house.ours.links()] == ["gone"]
    assert house.place.ids() == []
    assert len(await house.ours.people()) == 1


@everywhere
@on_sqlite
async def test_a_no_to_marketing_wins_on_either_side(house: House) -> None:
    made = await house.ours.contact(name="Ana Novak", emails=["ana@acme.si"])
    await house.ours.consent(made, granted=True)
    await house.ours.round(2)
    (record_id,) = house.place.ids()
    said = house.place.people()[record_id]["marketing"]
    await house.ours.consent(made, granted=False)
    await house.ours.round(2)
    no = house.place.people()[record_id]["marketing"]
    assert no != said
    house.place.edit(record_id, marketing=said)
    house.clock.passed += timedelta(seconds=5)
    await house.ours.round(3)
    assert house.place.people()[record_id]["marketing"] == no


@everywhere
@on_sqlite
async def test_somebody_without_a_name_is_made_and_stays_nameless_here(house: House) -> None:
    await house.ours.contact(emails=["ana@acme.si"])
    await house.ours.round(3)
    assert [row["email"] for row in house.place.people().values()] == ["ana@acme.si"]
    (person,) = await house.ours.people()
    assert person.name is None
    assert await house.ours.poison() == []
