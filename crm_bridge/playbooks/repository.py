"""All SQL about playbooks."""

from collections.abc import Sequence
from typing import Final, cast

from sqlalchemy import Integer, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.insert import insert_unless_there
from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.playbooks.models import PlaybookVersion

_version = cast("Table", PlaybookVersion.__table__)
_SOURCE: Final = Prepared(
    select(_version.c.source).where(
        _version.c.name == bindparam("name"),
        _version.c.version == bindparam("version", type_=Integer),
    )
)


async def get(session: AsyncSession, name: str, version: int) -> PlaybookVersion | None:
    """One version."""
    return await session.get(PlaybookVersion, (name, version))


async def source(on: Runner, name: str, version: int) -> str | None:
    """The text of one version."""
    found = await _SOURCE.one(on, {"name": name, "version": version})
    return None if found is None else str(found.source)


async def latest(session: AsyncSession, name: str) -> PlaybookVersion | None:
    """The newest version of a playbook."""
    statement = (
        select(PlaybookVersion)
        .where(PlaybookVersion.name == name)
        .order_by(PlaybookVersion.version.desc())
        .limit(1)
    )
    return (await session.scalars(statement)).one_or_none()


async def latest_number(session: AsyncSession, name: str) -> int | None:
    """The number of the newest version, without its source."""
    statement = (
        select(PlaybookVersion.version)
        .where(PlaybookVersion.name == name)
        .order_by(PlaybookVersion.version.desc())
        .limit(1)
    )
    return await session.scalar(statement)


async def names(session: AsyncSession) -> Sequence[str]:
    """Every playbook that was ever published."""
    statement = select(PlaybookVersion.name).distinct().order_by(PlaybookVersion.name)
    return (await session.scalars(statement)).all()


async def add(session: AsyncSession, row: PlaybookVersion) -> bool:
    """Publish a version; False when its number is taken by now."""
    values = {column.key: getattr(row, column.key) for column in PlaybookVersion.__table__.columns}
    return await insert_unless_there(session, PlaybookVersion, values)
