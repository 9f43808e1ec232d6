"""API keys: shown once, kept as a hash, limited to scopes, revocable, with their last use.

A scope is an action on everything ("read", "write") or on one resource
("contacts:read", "bookings:write"); the resource is the first word of the path after
/api/v1/.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base
from crm_bridge.core.errors import Invalid, NotFound
from crm_bridge.core.ids import new_id, new_token, token_hash

KEY_PREFIX = "usk_"
SHOWN_CHARACTERS = 9
LAST_USE_EVERY = timedelta(minutes=1)  # one write a minute and key, however busy it is
_SCOPE = re.compile(r"(?:[a-z_]+:)?(?:read|write)")


class ApiKeyRow(Base):
    """One key. `shown` is its beginning, by which people tell keys apart."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    shown: Mapped[str]
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class BadScope(Invalid):
    code = "bad_scope"


class ApiKeyUnknown(NotFound):
    code = "api_key_unknown"


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key just made. `secret` exists here and nowhere else."""

    id: str
    secret: str


async def create_key(
    session: AsyncSession, name: str, *, scopes: Sequence[str] = ("read", "write"), now: datetime
) -> NewApiKey:
    """Make a key. Raises BadScope for a scope that could never allow anything."""
    for scope in scopes:
        if not _SCOPE.fullmatch(scope):
            raise BadScope(
                f"{scope!r} is no scope: write read, write or RESOURCE:read", scope=scope
            )
    secret = KEY_PREFIX + new_token()
    row = ApiKeyRow(
        id=new_id("key"),
        name=name,
        secret_hash=token_hash(secret),
        shown=secret[:SHOWN_CHARACTERS],
        scopes=list(scopes),
        created_at=now,
    )
    session.add(row)
    await session.flush()
    return NewApiKey(id=row.id, secret=secret)


async def list_keys(session: AsyncSession) -> Sequence[ApiKeyRow]:
    """Every key, revoked ones too, oldest first."""
    return (await session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.id))).all()


async def revoke_key(session: AsyncSession, key_id: str, *, now: datetime) -> None:
    """Take a key back, at once and for ever. Raises ApiKeyUnknown."""
    row = await session.get(ApiKeyRow, key_id)
    if row is None:
        raise ApiKeyUnknown(f"there is no API key {key_id}")
    row.revoked_at = row.revoked_at or now


async def find_key(session: AsyncSession, secret: str) -> ApiKeyRow | None:
    """The key with that secret, unless there is none or it was revoked."""
    statement = select(ApiKeyRow).where(
        ApiKeyRow.secret_hash == token_hash(secret), ApiKeyRow.revoked_at.is_(None)
    )
    return (await session.scalars(statement)).one_or_none()


def may_read_quickly(
    scopes: Sequence[str], last_used_at: datetime | None, *, resource: str, now: datetime
) -> bool:
    """Whether a key that holds may read `resource`, and nothing has to be noted of its use.
    False decides nothing: the careful way does."""
    noted = last_used_at is not None and now - last_used_at < LAST_USE_EVERY
    return noted and allows(scopes, resource=resource, action="read")


async def note_use(session: AsyncSession, key_id: str, *, now: datetime) -> None:
    """Remember when a key was last used."""
    await session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(last_used_at=now))


def allows(scopes: Sequence[str], *, resource: str, action: str) -> bool:
    """Whether scopes allow an action ("read" or "write") on a resource."""
    return action in scopes or f"{resource}:{action}" in scopes
