"""Insert a row unless its key is there already, safe when several try at once.

Both wait for another transaction that is inserting the same key (PostgreSQL: INSERT …
ON CONFLICT DO NOTHING; SQLite has one writer at a time).
"""

from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import Base


async def insert_unless_there(
    session: AsyncSession, model: type[Base], values: dict[str, Any]
) -> bool:
    """True when this call inserted the row, False when a unique key was taken already."""
    table = cast(Table, model.__table__)
    # RETURNING tells which it was on both; drivers disagree about the row count
    statement = _unless_there(session, table).returning(*table.primary_key.columns)
    return (await session.execute(statement, values)).first() is not None


async def add_unless_there[Row: Base](
    session: AsyncSession, model: type[Row], values: dict[str, Any]
) -> Row | None:
    """The row that this call inserted, or None when a unique key was taken already."""
    statement = _unless_there(session, model).returning(model)
    return (await session.scalars(statement, values)).one_or_none()


def _unless_there(session: AsyncSession, into: Any) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(into).on_conflict_do_nothing()
