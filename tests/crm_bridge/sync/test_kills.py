"""kill -9 at any moment of the two-way sync loses nothing and doubles nothing.

USHER_KILLS=200 is the whole drill; without it a short one runs.
"""

import os
import random

import pytest

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.sync.worker import Syncer
from tests.crm_bridge.sync.fake_house import House
from tests.crm_bridge.sync.killing import kill_again_and_again
from tests.crm_bridge.sync.ours import Ours
from tests.crm_places import PLACES
from tests.tryton import Tryton

KILLS = int(os.environ.get("USHER_KILLS", "6"))
FAKE_KILLS = int(os.environ.get("USHER_KILLS", "3"))  # for each of several CRMs


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_update_is_lost_and_nobody_doubled_in_tryton(
    database: Database,
    database_url: str,
    syncer: Syncer,
    outside: Tryton,
    real_clock: Clock,
) -> None:
    ours, chance = Ours(database, syncer, real_clock), random.Random(7)
    here: dict[str, str] = {}  # our id -> the name it was last given here
    there: dict[int, str] = {}  # party -> the name it was last given there
    made = 0

    async def edit() -> None:
        nonlocal made
        for _ in range(chance.randint(1, 4)):
            made += 1
            what = chance.random()
            if what < 0.3 or not here:
                name = f"Here {made}"
                here[await ours.contact(name=name, emails=[f"h{made}@acme.si"])] = name
            elif what < 0.5 or not there:
                there[outside.party(f"There {made}", email=f"t{made}@acme.si")] = f"There {made}"
            elif what < 0.75:
                contact = chance.choice(list(here))
                here[contact] = f"Here {made}"
                await ours.change(contact, name=here[contact])
            else:
                party = chance.choice(list(there))
                there[party] = f"There {made}"
                outside.call("model.party.party.write", [party], {"name": there[party]})

    await kill_again_and_again(database_url, times=KILLS, seed=11, meanwhile=edit)
    await ours.round(2)
    await ours.reconcile()

    people = {person.id: person for person in await ours.people()}
    parties = {party["id"]: party for party in outside.parties()}
    assert len(people) == len(parties) == len(here) + len(there)
    by_email = {party["email"]: party["name"] for party in parties.values()}
    assert {person.emails[0].address: person.name for person in people.values()} == by_email
    assert {contact: people[contact].name for contact in here} == here
    assert {party: parties[party]["name"] for party in there} == there
    assert [link.next_at for link in await ours.links()] == [None] * len(people)
    assert await ours.conflicts() == []


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("house", list(PLACES), indirect=True)
async def test_no_update_is_lost_and_nobody_doubled_elsewhere(
    database_url: str, house: House
) -> None:
    """Not every CRM compares before it writes, so each field has one side that edits it."""
    ours, place, chance = house.ours, house.place, random.Random(5)
    house.clock.faster = 1  # the processes that are killed have the real clock
    if place.system == "hubspot":
        place.fake.lag_seconds = 0.3
    here: dict[str, str] = {}  # our id -> the name it was last given here
    there: dict[str, str] = {}  # their id -> the phone it was last given there
    made = 0

    async def edit() -> None:
        nonlocal made
        for _ in range(chance.randint(1, 5)):
            made += 1
            what, phone = chance.random(), f"+3864011{made:04d}"
            if what < 0.3 or not here:
                here[await ours.contact(name=f"H {made}", emails=[f"h{made}@a.si"])] = f"H {made}"
            elif what < 0.5 or not there:
                there[place.put(name="There", email=f"t{made}@a.si", phone=phone)] = phone
            elif what < 0.75:
                contact = chance.choice(list(here))
                here[contact] = f"H {made}"
                await ours.change(contact, name=here[contact])
            else:
                record = chance.choice(list(there))
                there[record] = phone
                place.edit(record, phone=phone)

    await kill_again_and_again(database_url, times=FAKE_KILLS, seed=3, meanwhile=edit)
    await ours.round(2)
    await ours.reconcile()

    people = {person.id: person for person in await ours.people()}
    assert len(people) == len(place.ids()) == len(here) + len(there)
    assert {contact: people[contact].name for contact in here} == here
    assert place.names() == {p.emails[0].address: p.name for p in people.values()}
    phones = {person.emails[0].address: person.phones for person in people.values()}
    for record, phone in there.items():
        row = place.people()[record]
        assert row["phone"] == phones[row["email"]][0].number == phone
    assert [link.next_at for link in await ours.links()] == [None] * len(people)
    assert await ours.conflicts() == []
