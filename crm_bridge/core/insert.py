"""Insert a row unless its key is there already, safe when several try at once."""

from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import Base


async def insert_unless_there(
    session: AsyncSession, model: type[Base], values: dict[str, Any]
) -> bool:
    """True when this call inserted the row, False when a unique key was taken already.

    Waits for another transaction that is inserting the same key (PostgreSQL: INSERT …
    ON CONFLICT DO NOTHING; SQLite has one writer at a time).
    """
    table = cast(Table, model.__table__)
    if session.get_bind().dialect.name == "postgresql":
        statement: Any = postgresql.insert(table).on_conflict_do_nothing()
    else:
        statement = sqlite.insert(table).on_conflict_do_nothing()
    # RETURNING tells which it was on both; drivers disagree about the row count
    inserted = statement.values(**values).returning(*table.primary_key.columns)
    return (await session.execute(inserted)).first() is not None
