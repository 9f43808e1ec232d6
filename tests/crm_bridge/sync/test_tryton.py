"""Two-way sync with a real Tryton."""

import os

import pytest

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.sync import pull
from crm_bridge.sync.worker import Syncer
from tests.crm_bridge.sync.ours import Ours
from tests.tryton import Tryton

ROWS = int(os.environ.get("USHER_ROWS", "50"))
# what differs between the databases is in the sync's own SQL: one test on both is enough
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ours(database: Database, syncer: Syncer, real_clock: Clock) -> Ours:
    return Ours(database, syncer, real_clock)


async def test_both_sides_get_what_the_other_had(ours: Ours, outside: Tryton) -> None:
    outside.party("Ana Novak", email="Ana@Acme.si", phone="+38640111222")
    made = await ours.contact(name="Kari Moe", emails=["kari@moe.no"])
    await ours.round()
    ana = next(person for person in await ours.people() if person.name == "Ana Novak")
    assert [email.address for email in ana.emails] == ["ana@acme.si"]
    assert [phone.number for phone in ana.phones] == ["+38640111222"]
    kari = next(party for party in outside.parties() if party["name"] == "Kari Moe")
    assert (kari["code"], kari["email"]) == (made, "kari@moe.no")


@on_sqlite
async def test_the_same_person_on_both_sides_is_linked_by_the_address(
    ours: Ours, outside: Tryton
) -> None:
    await ours.contact(name="Ana Novak", emails=["ana@acme.si"], phones=["+38640111222"])
    outside.party("Ana Novak", email="ANA@acme.si")
    await ours.round()
    assert len(await ours.people()) == 1
    (party,) = outside.parties()
    assert party["phone"] == "+386 40 111 222"  # what only we knew is filled in there


@on_sqlite
async def test_one_edit_is_one_write_and_no_echo(ours: Ours, outside: Tryton) -> None:
    made = await ours.contact(name="Ana Novak", emails=["ana@acme.si"])
    await ours.round(2)
    await ours.change(made, name="Ana Kovač")
    await ours.round()
    (party,) = outside.call(
        "model.party.party.search_read", [], 0, None, None, ["name", "_timestamp"]
    )
    assert party["name"] == "Ana Kovač"
    (person,) = await ours.people()
    await ours.round(3)
    (again,) = outside.call("model.party.party.search_read", [], 0, None, None, ["_timestamp"])
    assert again["_timestamp"] == party["_timestamp"]
    assert (await ours.people())[0].updated_at == person.updated_at


@on_sqlite
async def test_edits_of_different_fields_meet(ours: Ours, outside: Tryton) -> None:
    made = await ours.contact(name="Ana Novak", emails=["ana@acme.si"])
    await ours.round()
    party = outside.parties()[0]["id"]
    outside.call("model.party.party.write", [party], {"name": "Ana K. Novak"})
    await ours.change(made, phones=["+38640111222"])
    await ours.round()
    assert (await ours.people())[0].name == "Ana K. Novak"
    assert outside.parties()[0]["phone"] == "+386 40 111 222"
    assert await ours.conflicts() == []


async def test_edits_of_one_field_leave_a_conflict_with_the_loser(
    ours: Ours, outside: Tryton
) -> None:
    made = await ours.contact(name="Ana", emails=["ana@acme.si"])
    await ours.round()
    await ours.change(made, name="Older")
    party = outside.parties()[0]["id"]
    outside.call("model.party.party.write", [party], {"name": "Newer"})
    await ours.round(2)
    assert (await ours.people())[0].name == outside.parties()[0]["name"] == "Newer"
    (conflict,) = await ours.conflicts()
    assert conflict.field == "name"
    assert conflict.values == {
        "base": "Ana",
        "ours": "Older",
        "theirs": "Newer",
        "chosen": "Newer",
    }


@on_sqlite
async def test_a_new_address_of_a_party_is_seen_though_the_party_was_not_touched(
    ours: Ours, outside: Tryton
) -> None:
    party = outside.party("Ana Novak", email="ana@acme.si")
    await ours.round()
    mechanisms = outside.call("model.party.contact_mechanism.search", [["party", "=", party]])
    outside.call("model.party.contact_mechanism.write", mechanisms, {"value": "ana@novak.si"})
    await ours.round()
    (person,) = await ours.people()
    assert [email.address for email in person.emails] == ["ana@novak.si", "ana@acme.si"]


@on_sqlite
async def test_a_no_to_marketing_wins_wherever_it_is_said(ours: Ours, outside: Tryton) -> None:
    made = await ours.contact(name="Ana", emails=["ana@acme.si"])
    await ours.consent(made, granted=True)
    await ours.round()
    (party,) = outside.call("model.party.party.search_read", [], 0, None, None, ["categories.name"])
    assert [one["name"] for one in party["categories."]] == ["Marketing: opt-in"]
    await ours.consent(made, granted=False)
    await ours.round()
    (party,) = outside.call("model.party.party.search_read", [], 0, None, None, ["categories.name"])
    assert [one["name"] for one in party["categories."]] == ["Marketing: opt-out"]


@on_sqlite
async def test_a_deleted_party_is_not_made_again(ours: Ours, outside: Tryton) -> None:
    made = await ours.contact(name="Ana", emails=["ana@acme.si"])
    await ours.round()
    outside.empty()
    await ours.reconcile()
    assert [link.state for link in await ours.links()] == ["gone"]
    await ours.change(made, name="Ana Novak")
    await ours.round()
    assert outside.parties() == []
    assert len(await ours.people()) == 1


@on_sqlite
async def test_one_bad_record_holds_nobody_up(ours: Ours, outside: Tryton) -> None:
    outside.party("Ana Novak", email="ana@acme.si")
    outside.party("Second Ana", email="ana@acme.si")
    outside.party("Strange", email="no address")
    outside.party("Kari Moe", email="kari@moe.no")
    await ours.round(2)
    assert {person.name for person in await ours.people()} == {
        "Ana Novak",
        "Second Ana",
        "Strange",
        "Kari Moe",
    }
    assert sorted(row.error.partition(":")[0] for row in await ours.poison()) == ["email", "email"]
    assert len(outside.parties()) == 4


@on_sqlite
async def test_what_a_lost_answer_made_is_found_again(ours: Ours, outside: Tryton) -> None:
    made = await ours.contact(name="Ana", emails=["ana@acme.si"])
    outside.call("model.party.party.create", [{"name": "Ana", "code": made}])
    await ours.round(2)
    assert [party["code"] for party in outside.parties()] == [made]
    assert outside.parties()[0]["email"] == "ana@acme.si"


@on_sqlite
@pytest.mark.timeout(3600)
async def test_many_parties_of_one_timestamp_all_arrive(
    ours: Ours, outside: Tryton, monkeypatch: pytest.MonkeyPatch
) -> None:
    """USHER_ROWS=20000 is the whole drill."""
    monkeypatch.setattr(pull, "PAGE", min(pull.PAGE, ROWS // 3))
    outside.many_at_once(ROWS)
    await ours.syncer.round()
    addresses = {person.emails[0].address for person in await ours.people()}
    assert addresses == {f"p{number}@acme.si" for number in range(ROWS)}
    assert len(await ours.people()) == ROWS
