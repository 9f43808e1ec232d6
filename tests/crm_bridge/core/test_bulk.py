"""Many rows go in as they were given, on both databases."""

import sqlite3

import psycopg
import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import OperationalError

from crm_bridge.companies.models import Company, CompanyDomain
from crm_bridge.core.bulk import (
    Part,
    find_many,
    insert_many,
    insert_parts,
    lock_many,
    parents_known,
)
from crm_bridge.core.database import Database
from crm_bridge.core.ids import new_id, new_ids
from tests.crm_bridge.conftest import NOW

COLUMNS = (
    *("id", "name", "name_folded", "name_compared", "country", "employees_min"),
    *("lifecycle_stage", "properties", "provenance", "created_at", "updated_at"),
)
DOMAIN = ("domain", "company_id", "added_by")
NAMES = ("Acme", "", "tab\tand\nline\r", "back\\slash \\N", "\\.", "Žaba \u05d0 \U0001f438", "null")


async def test_any_text_comes_back_as_it_was(database: Database) -> None:
    ids = new_ids("com", len(NAMES))
    rows = []
    for one, name in zip(ids, NAMES, strict=True):
        place = (None, None) if name else ("SI", 7)
        rows.append((one, name, "", "", *place, "lead", {"said": name, "n": None}, {}, NOW, NOW))
    async with database.transaction() as session:
        await insert_many(session, Company, COLUMNS, rows)
    async with database.reading() as session:
        found = (await session.scalars(select(Company).order_by(Company.id))).all()
    assert [row.name for row in found] == list(NAMES)
    assert [row.properties for row in found] == [{"said": name, "n": None} for name in NAMES]
    assert {row.created_at for row in found} == {NOW}
    assert [(row.country, row.employees_min) for row in found if not row.name] == [("SI", 7)]


async def test_many_keys_are_found_at_once(database: Database) -> None:
    async with database.transaction() as session:
        await insert_many(session, Company, COLUMNS, [_company("com_1"), _company("com_2")])
        domains = [("a.si", "com_1", "me"), ("b.si", "com_2", "you"), ("c'.si", "com_2", "me")]
        await insert_many(session, CompanyDomain, ("domain", "company_id", "added_by"), domains)
        wanted = ["a.si", "b.si", "c'.si", "none.si"]
        columns = ["domain", "company_id"]
        found = await find_many(session, CompanyDomain, columns, key="domain", among=wanted)
        mine = await find_many(
            session, CompanyDomain, columns, key="domain", among=wanted, also=("added_by", "me")
        )
        none = await find_many(session, CompanyDomain, columns, key="domain", among=[])
    assert sorted(found) == [("a.si", "com_1"), ("b.si", "com_2"), ("c'.si", "com_2")]
    assert sorted(mine) == [("a.si", "com_1"), ("c'.si", "com_2")]
    assert none == []


def _company(company_id: str) -> tuple[object, ...]:
    return (company_id, "Acme", "acme", "acme", None, None, "lead", {}, {}, NOW, NOW)


def test_many_ids_are_like_one() -> None:
    before, many, after = new_id("con"), new_ids("con", 1000), new_id("con")
    assert len(set(many)) == 1000
    assert many == sorted(many)
    assert before[:14] <= many[0][:14] <= after[:14]
    assert {len(one) for one in many} == {len(before)}
    assert {letter for one in many for letter in one[4:]} <= set("0123456789abcdefghjkmnpqrstvwxyz")


@pytest.mark.parametrize("nul", ["a\0b"])
async def test_a_text_with_nul_is_refused_whole_on_postgresql(database: Database, nul: str) -> None:
    if database.is_sqlite:
        return  # keeps it
    row = ("com_1", nul, "", "", None, None, "lead", {}, {}, NOW, NOW)
    with pytest.raises(ValueError, match="NUL"):
        async with database.transaction() as session:
            await insert_many(session, Company, COLUMNS, [row])


async def test_parts_go_in_in_their_order(database: Database) -> None:
    parts = [
        Part(Company, COLUMNS, lambda: [_company("com_1")]),
        Part(Company, COLUMNS, lambda: []),
        Part(CompanyDomain, DOMAIN, lambda: [("a.si", "com_1", "me")]),
    ]
    async with database.transaction() as session:
        await insert_parts(session, parts)
    async with database.reading() as session:
        assert (await session.scalars(select(CompanyDomain.company_id))).all() == ["com_1"]


async def test_a_part_that_is_refused_takes_all_with_it(database: Database) -> None:
    parts = [
        Part(Company, COLUMNS, lambda: [_company("com_1")]),
        Part(CompanyDomain, DOMAIN, lambda: [("a.si", "com_none", "me")]),
    ]
    refused = (sqlite3.IntegrityError, psycopg.IntegrityError)
    with pytest.raises(refused):
        async with database.transaction() as session:
            await insert_parts(session, parts)
    async with database.reading() as session:
        assert (await session.scalars(select(Company.id))).all() == []


@pytest.mark.parametrize("is_superuser", [True, False])
async def test_parents_are_asked_for_again_after_the_block(
    database: Database, *, is_superuser: bool
) -> None:
    domain = [("a.si", "com_1", "me")]
    async with database.transaction() as session:
        session.info["is_superuser"] = is_superuser and None  # None: it is found out
        async with parents_known(session):
            await insert_many(session, Company, COLUMNS, [_company("com_1")])
            await insert_many(session, CompanyDomain, DOMAIN, domain)
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.ForeignKeyViolation)):
        await _orphan(database)
    async with database.transaction() as session:  # what hangs on a parent still goes with it
        await session.execute(delete(Company).where(Company.id == "com_1"))
    async with database.reading() as session:
        assert (await session.scalars(select(CompanyDomain.domain))).all() == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_is_locked_stays_until_the_end(database: Database) -> None:
    async with database.transaction() as session:
        await insert_many(session, Company, COLUMNS, [_company("com_1"), _company("com_2")])
    async with database.transaction() as session:
        assert await lock_many(session, Company, ["com_1", "com_gone"]) == {"com_1"}
        with pytest.raises(OperationalError, match="lock timeout"):
            await _delete(database, "com_1")
        await _delete(database, "com_2")


async def _orphan(database: Database) -> None:
    async with database.transaction() as session:
        async with parents_known(session):
            await insert_many(session, Company, COLUMNS, [_company("com_2")])
        await insert_many(session, CompanyDomain, DOMAIN, [("b.si", "com_none", "me")])


async def _delete(database: Database, company_id: str) -> None:
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        await session.execute(delete(Company).where(Company.id == company_id))
