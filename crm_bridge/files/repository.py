"""All SQL over uploaded files."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import String, Table, bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.files.models import FileRow

_file = cast("Table", FileRow.__table__)
_ADD: Final = Prepared(insert(_file), columns=[column.name for column in _file.columns])
_COUNT: Final = Prepared(
    select(func.count().label("count")).where(
        _file.c.conversation_id == bindparam("conversation", type_=String)
    )
)


async def add(on: Runner, values: Mapping[str, Any]) -> None:
    await _ADD.run(on, values)


async def count(on: Runner, conversation_id: str) -> int:
    """How many files the conversation has."""
    found = await _COUNT.one(on, {"conversation": conversation_id})
    return 0 if found is None else int(found.count)


async def get(session: AsyncSession, file_id: str) -> FileRow | None:
    return await session.get(FileRow, file_id)


async def of_conversation(session: AsyncSession, conversation_id: str) -> Sequence[FileRow]:
    """The conversation's files, oldest first."""
    statement = select(FileRow).where(FileRow.conversation_id == conversation_id)
    return (await session.scalars(statement.order_by(FileRow.id))).all()


async def erase(session: AsyncSession, conversation_id: str) -> None:
    """Delete the rows; the contents go with the news of the erasure."""
    await session.execute(delete(FileRow).where(FileRow.conversation_id == conversation_id))
