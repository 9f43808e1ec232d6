"""Objects made of prepared rows are the session's own: one for each row, with its changes."""

import pytest
from sqlalchemy import Table, bindparam, select
from sqlalchemy.exc import IntegrityError

from crm_bridge.contacts.models import Contact, ContactEmail, ContactPhone
from crm_bridge.core.database import Base, Database
from crm_bridge.core.insert import add_unless_there, insert_now
from crm_bridge.core.stored import Stored
from tests.crm_bridge.conftest import NOW

_contact: Table = Base.metadata.tables["contact"]
BY_ID = Stored(Contact, select(_contact).where(_contact.c.id == bindparam("of")))


def new(contact_id: str = "con_1", **values: object) -> Contact:
    return Contact(id=contact_id, created_at=NOW, updated_at=NOW, **values)


def email_of(contact_id: str, address: str = "jane@acme.io") -> ContactEmail:
    return ContactEmail(
        address=address,
        contact_id=contact_id,
        typed=address,
        kind="business",
        added_by="test",
        added_at=NOW,
    )


async def stored(database: Database, contact_id: str = "con_1") -> Contact | None:
    async with database.reading() as session:
        return await session.get(Contact, contact_id)


async def test_what_is_inserted_has_its_defaults_and_can_be_changed_at_once(
    database: Database,
) -> None:
    async with database.transaction() as session:
        jane = new(name="Jane", source={"page": "/"})
        await insert_now(session, jane)
        assert (jane.lifecycle_stage, jane.properties, jane.owner) == ("lead", {}, None)
        assert jane not in session.dirty
        assert await session.get(Contact, "con_1") is jane
        jane.name = "Jane Doe"

    kept = await stored(database)
    assert kept is not None
    assert (kept.name, kept.source, kept.created_at) == ("Jane Doe", {"page": "/"}, NOW)
    assert kept.emails == []


async def test_a_row_that_the_session_holds_is_given_as_it_is_there(database: Database) -> None:
    async with database.transaction() as session:
        await insert_now(session, new(name="Jane"))
    async with database.transaction() as session:
        first = await BY_ID.one(session, {"of": "con_1"})
        assert first is not None
        first.country = "SI"
        again = await BY_ID.one(session, {"of": "con_1"})
        assert again is first
        assert again.country == "SI"
        assert [first] == await BY_ID.all(session, {"of": "con_1"})
        assert await BY_ID.one(session, {"of": "con_2"}) is None

    kept = await stored(database)
    assert kept is not None
    assert kept.country == "SI"


async def test_what_expired_is_filled_again_and_renewing_takes_what_is_stored(
    database: Database,
) -> None:
    async with database.transaction() as session:
        await insert_now(session, new(name="Jane"))
    async with database.transaction() as session:
        held = await BY_ID.one(session, {"of": "con_1"})
        assert held is not None
        session.expire(held, ["name"])
        assert (await BY_ID.one(session, {"of": "con_1"})) is held
        assert held.__dict__["name"] == "Jane"
        held.name = "Jane Doe"
    async with database.reading() as session:
        held = await BY_ID.one(session, {"of": "con_1"})
        async with database.transaction() as other:
            changed = await BY_ID.one(other, {"of": "con_1"})
            assert changed is not None
            changed.name = "J. Doe"
        await session.rollback()
        renewed = await BY_ID.renewed(session, {"of": "con_1"})
        assert renewed is not None
        assert renewed.name == "J. Doe"


async def test_a_taken_key_is_told_and_leaves_the_transaction_whole(database: Database) -> None:
    async with database.transaction() as session:
        await insert_now(session, new())
        await insert_now(session, new("con_2"))
        assert await add_unless_there(session, email_of("con_1"))
        assert not await add_unless_there(session, email_of("con_2"))

    first, second = await stored(database), await stored(database, "con_2")
    assert first is not None
    assert second is not None
    assert [row.address for row in first.emails] == ["jane@acme.io"]
    assert second.emails == []


async def test_a_broken_reference_is_the_databases_error(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await insert_now(session, email_of("nobody"))


async def test_what_hangs_on_a_new_object_is_not_left_behind_silently(database: Database) -> None:
    phone = ContactPhone(number="+386", typed="+386", added_by="test", added_at=NOW)
    async with database.transaction() as session:
        with pytest.raises(ValueError, match=r"Contact\.phones"):
            await insert_now(session, new(phones=[phone]))
