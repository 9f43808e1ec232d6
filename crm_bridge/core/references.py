"""Every row that names a record, wherever it is: for records that become one.

A column counts by its name (`contact_id`), so that a new table needs no list to be kept.
"""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import Base

Moved = dict[str, list[list[Any]]]  # table -> primary keys


def tables_naming(column: str, *, but: Collection[str] = ()) -> Iterator[Table]:
    """The tables with such a column outside their primary key."""
    for table in Base.metadata.sorted_tables:
        if column in table.c and table.name not in but and not table.c[column].primary_key:
            yield table


async def repoint(
    session: AsyncSession, column: str, old: str, new: str, *, but: Collection[str] = ()
) -> Moved:
    """Make all that names `old` name `new`; gives what was changed."""
    moved: Moved = {}
    for table in tables_naming(column, but=but):
        keys = (
            await session.execute(select(*table.primary_key).where(table.c[column] == old))
        ).all()
        if keys:
            changed = update(table).where(table.c[column] == old).values({column: new})
            await session.execute(changed)
            moved[table.name] = [list(key) for key in keys]
    return moved


async def point_back(session: AsyncSession, column: str, old: str, new: str, moved: Moved) -> None:
    """Undo `repoint`: what it changed and what still names `new` names `old` again."""
    for name, keys in moved.items():
        table = Base.metadata.tables[name]
        for key in keys:
            mine: list[ColumnElement[bool]] = [
                one == value for one, value in zip(table.primary_key, key, strict=True)
            ]
            changed = update(table).where(and_(*mine), table.c[column] == new)
            await session.execute(changed.values({column: old}))
