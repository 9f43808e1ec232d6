"""A list as one parameter finds the same rows on both databases, and by the index."""

import pytest
from sqlalchemy import Column, Index, Integer, MetaData, String, Table, and_, select, text
from sqlalchemy.dialects import sqlite

from crm_bridge.core.database import Database
from crm_bridge.core.one_of import one_of
from crm_bridge.core.prepared import Prepared

_table = Table("shelf", MetaData(), Column("name", String), Column("size", Integer),
               Index("ix_shelf_name", "name"))  # fmt: skip
_FOUND = select(_table.c.name).where(one_of(_table.c.name, "names"), _table.c.size > 1)


async def test_what_is_in_the_list_is_found(database: Database) -> None:
    async with database.transaction() as session:
        await (await session.connection()).run_sync(_table.metadata.create_all)
        for name, size in (("a", 2), ("b", 2), ("c", 1), ("d", 2)):
            await session.execute(_table.insert(), {"name": name, "size": size})
        for names, wanted in ((["a", "c", "d"], {"a", "d"}), ([], set()), (["x'"], set())):
            rows = await Prepared(_FOUND).all(session, {"names": names})
            assert {row.name for row in rows} == wanted
        rest = Prepared(select(_table.c.name).where(and_(~one_of(_table.c.name, "names"))))
        assert {row.name for row in await rest.all(session, {"names": ["a"]})} == {"b", "c", "d"}
        await (await session.connection()).run_sync(_table.metadata.drop_all)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_it_is_searched_by_its_index_on_sqlite(database: Database) -> None:
    async with database.transaction() as session:
        await (await session.connection()).run_sync(_table.metadata.create_all)
        done = _FOUND.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": False})
        values = {f"p{number}": "[]" for number, _ in enumerate(done.positiontup or ())}
        named = str(done)
        for place in values:
            named = named.replace("?", f":{place}", 1)
        plan = await session.execute(text(f"EXPLAIN QUERY PLAN {named}"), values)
        assert any("ix_shelf_name" in row[3] for row in plan)
