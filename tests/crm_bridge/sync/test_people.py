"""What the sync owes people: erasure stays erasure, a claim is no knowledge, a no is a no."""

import pytest

from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.merging import CONTACTS
from crm_bridge.core.database import Database
from crm_bridge.merging import merge as merging
from crm_bridge.sync import erase
from tests.crm_bridge.privacy.person import tables_with
from tests.crm_bridge.sync.fake_house import House

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_who_was_erased_does_not_come_back(house: House, database: Database) -> None:
    there = house.place.put(name="Zdenka Test", email="zdenka@acme.si")
    await house.ours.round(2)
    (person,) = await house.ours.people()
    await house.ours.change(person.id, name="Zdenka Mine")
    house.place.edit(there, name="Zdenka Yours")
    await house.ours.round()
    assert await house.ours.conflicts() != []
    async with database.transaction() as session:
        await erase.erase(session, [person.id], addresses=(), numbers=(), now=house.clock.now())
        await contacts.erase(session, [], person.id)
    assert await tables_with(database, ("zdenka",)) == set()
    house.place.edit(there, phone="+38640111222")
    await house.ours.round()
    await house.ours.reconcile()
    assert await house.ours.people() == []
    assert [link.state for link in await house.ours.links()] == ["erased"]


@on_sqlite
async def test_what_a_visitor_claims_is_not_written_over_what_the_crm_knew(
    house: House, database: Database
) -> None:
    await house.ours.round()
    house.place.put(name="Ana Novak", email="ana@acme.si")
    async with database.transaction() as session:
        await contacts.claim(
            session,
            conversation_id="cnv_1",
            email="ana@acme.si",
            phone="+38640999999",
            name="Mallory",
            now=house.clock.now(),
        )
    await house.ours.round(3)
    (row,) = house.place.people().values()
    assert house.place.names() == {"ana@acme.si": "Ana Novak"}
    assert "phone" not in row
    assert [person.name for person in await house.ours.people()] == ["Ana Novak"]


@on_sqlite
async def test_an_opt_out_here_is_pushed_and_one_there_is_honoured(house: House) -> None:
    one = await house.ours.contact(name="Ana", emails=["ana@acme.si"])
    two = await house.ours.contact(name="Kari", emails=["kari@moe.no"])
    for contact in (one, two):
        await house.ours.consent(contact, granted=True)
    await house.ours.round(2)
    ids = {row["email"]: record_id for record_id, row in house.place.people().items()}
    assert said(house) == {"ana@acme.si": "yes", "kari@moe.no": "yes"}
    await house.ours.consent(one, granted=False)
    house.place.edit(ids["kari@moe.no"], marketing="no")
    await house.ours.round(3)
    assert said(house)["ana@acme.si"] == "no"
    house.place.edit(ids["ana@acme.si"], marketing="yes")
    await house.ours.round(3)
    assert said(house) == {"ana@acme.si": "no", "kari@moe.no": "no"}


def said(house: House) -> dict[str, str]:
    """What each person has agreed to, there."""
    return {row["email"]: row["marketing"] for row in house.place.people().values()}


@on_sqlite
async def test_a_merge_here_brings_nobody_back(house: House, database: Database) -> None:
    house.place.put(name="Ana Novak", email="ana@acme.si")
    second = house.place.put(name="Ana Novak", email="ana@novak.si")
    await house.ours.round(2)
    kept, gone = await house.ours.people()
    async with database.transaction() as session:
        await merging.merge(CONTACTS, session, kept.id, gone.id, by="rep:1", now=house.clock.now())
    house.place.edit(second, phone="+38640111222")
    await house.ours.round(2)
    await house.ours.reconcile()
    assert [person.id for person in await house.ours.people()] == [kept.id]
    assert len(house.place.ids()) == 2
