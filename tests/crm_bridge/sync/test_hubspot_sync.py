"""Two-way sync with HubSpot: its lag, its conflicts, and an hour without it.

USHER_ROWS=20000 is the whole drill of many rows; without it a page and a few more.
"""

import os

import pytest
from sqlalchemy import func, select

from crm_bridge.contacts.models import Contact
from crm_bridge.core.database import Database
from tests.crm_bridge.sync.hubspot_house import House, by_email
from tests.fake_hubspot import LONG_AGO

ROWS = int(os.environ.get("USHER_ROWS", "210"))
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_both_sides_meet_and_an_edit_is_one_write(house: House) -> None:
    house.hubspot.put(firstname="Ana", lastname="Novak", email="ana@acme.si")
    made = await house.ours.contact(name="Kari Anne Moe", emails=["kari@moe.no"])
    await house.ours.round(2)
    assert by_email(house.hubspot) == {"ana@acme.si": "Ana Novak", "kari@moe.no": "Kari Anne Moe"}
    writes = house.hubspot.writes
    await house.ours.change(made, name="Kari Berg")
    await house.ours.round(3)
    assert by_email(house.hubspot)["kari@moe.no"] == "Kari Berg"
    assert house.hubspot.writes == writes + 1
    assert await house.ours.conflicts() == []


@on_sqlite
async def test_an_address_that_hubspot_has_is_linked_though_the_search_lags(house: House) -> None:
    await house.ours.round()
    house.hubspot.lag_seconds = 600
    house.hubspot.put(firstname="Ana", lastname="Novak", email="ana@acme.si")
    await house.ours.contact(name="Ana Novak", emails=["ana@acme.si"], phones=["+38640111222"])
    await house.ours.round(3)
    assert by_email(house.hubspot) == {"ana@acme.si": "Ana Novak"}
    (row,) = house.hubspot.table().values()
    assert row.properties["phone"] == "+38640111222"
    assert len(await house.ours.people()) == 1


@on_sqlite
async def test_an_hour_without_the_crm_loses_and_doubles_nothing(house: House) -> None:
    made = [
        await house.ours.contact(name=f"Before {n}", emails=[f"b{n}@acme.si"]) for n in range(5)
    ]
    await house.rounds(2)
    house.hubspot.down = True
    asked = house.hubspot.asked
    for minute in range(60):
        if minute % 5 == 0:
            await house.ours.change(made[minute // 5 % 5], name=f"During {minute}")
            await house.ours.contact(name=f"New {minute}", emails=[f"n{minute}@acme.si"])
            house.hubspot.edit(next(iter(house.hubspot.table())), phone=f"+3864011{minute:04d}")
        await house.rounds(1)
    assert house.hubspot.asked - asked < 100, "a CRM that is down is not knocked at"
    connection = await house.ours.connection()
    assert connection.state == "live"
    assert connection.error is not None
    house.hubspot.down = False
    await house.rounds(10)
    ours = {person.emails[0].address: person.name for person in await house.ours.people()}
    assert by_email(house.hubspot) == ours
    assert len(ours) == 5 + 12
    first = next(iter(house.hubspot.table().values()))
    phones = {p.emails[0].address: [n.number for n in p.phones] for p in await house.ours.people()}
    assert phones[first.properties["email"]][0] == "+38640110055"
    assert [link.next_at for link in await house.ours.links()] == [None] * 17
    assert (await house.ours.connection()).error is None


@on_sqlite
async def test_many_rows_of_one_timestamp_all_arrive(house: House, database: Database) -> None:
    for number in range(ROWS):
        house.hubspot.put(at=LONG_AGO, email=f"p{number}@acme.si")
    await house.ours.syncer.round()
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Contact)) == ROWS
    assert house.hubspot.writes == 0


@on_sqlite
async def test_a_filter_that_hides_the_crm_deletes_nothing(house: House) -> None:
    for number in range(30):
        house.hubspot.put(email=f"p{number}@acme.si")
    await house.ours.round()
    hidden = dict(house.hubspot.table())
    house.hubspot.rows["contacts"] = {}
    await house.ours.reconcile()
    connection = await house.ours.connection()
    assert (connection.error or "").startswith("crm_drop_guard")
    house.hubspot.rows["contacts"] = hidden
    await house.ours.reconcile()
    assert {link.state for link in await house.ours.links()} == {"linked"}
    assert (await house.ours.connection()).error is None
