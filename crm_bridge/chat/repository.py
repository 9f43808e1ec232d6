"""All SQL over sites, sessions and turns."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.chat.models import ChatSession, Site, Turn
from crm_bridge.core.database import AnyRow

MOST_WAITING = 50
MOST_DUE = 500
_WAITING = select(
    Turn.id,
    Turn.number,
    Turn.state,
    Turn.attempts,
    Turn.due_at,
    Turn.leased,
    Turn.apologised,
    Turn.utterance,
    Turn.said,
    Turn.created_at,
).order_by(Turn.number)


async def sites(session: AsyncSession) -> Sequence[Site]:
    return (await session.scalars(select(Site).order_by(Site.slug))).all()


async def add_session(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(ChatSession), [dict(values)])


async def session_by_hash(session: AsyncSession, token_hash: str) -> AnyRow | None:
    statement = select(
        ChatSession.site,
        ChatSession.conversation_id,
        ChatSession.expires_at,
        ChatSession.revoked_at,
    ).where(ChatSession.token_hash == token_hash)
    return (await session.execute(statement)).one_or_none()


async def extend_session(session: AsyncSession, token_hash: str, expires_at: datetime) -> None:
    statement = update(ChatSession).where(ChatSession.token_hash == token_hash)
    await session.execute(statement.values(expires_at=expires_at))


async def revoke_sessions(session: AsyncSession, conversation_id: str, *, now: datetime) -> None:
    """Every session of the conversation: other tabs and devices too."""
    statement = update(ChatSession).where(
        ChatSession.conversation_id == conversation_id, ChatSession.revoked_at.is_(None)
    )
    await session.execute(statement.values(revoked_at=now))


async def add_turn(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(Turn), [dict(values)])


async def waiting(session: AsyncSession, conversation_id: str) -> Sequence[AnyRow]:
    """The turns of a conversation that are not over, in order."""
    statement = _WAITING.where(Turn.conversation_id == conversation_id, Turn.due_at.is_not(None))
    return (await session.execute(statement.limit(MOST_WAITING))).all()


async def is_waiting(session: AsyncSession, conversation_id: str) -> bool:
    """Whether the conversation has a turn that is not over."""
    statement = select(Turn.id).where(
        Turn.conversation_id == conversation_id, Turn.due_at.is_not(None)
    )
    return (await session.execute(statement.limit(1))).first() is not None


async def due_conversations(session: AsyncSession, *, now: datetime) -> Sequence[str]:
    """Conversations with a turn that may be tried now, at most a few hundred."""
    statement = select(Turn.conversation_id).where(Turn.due_at <= now).distinct()
    return (await session.scalars(statement.limit(MOST_DUE))).all()


async def change_turn(
    session: AsyncSession, turn_id: str, *conditions: Any, **values: Any
) -> AnyRow | None:
    """Change a turn where `conditions` still hold, and give its id, conversation_id and
    `changes`; None when they did not hold."""
    statement = (
        update(Turn)
        .where(Turn.id == turn_id, *conditions)
        .values(values)
        .returning(Turn.id, Turn.conversation_id, Turn.changes)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(statement)).one_or_none()


async def change_waiting(
    session: AsyncSession, conversation_id: str, *conditions: Any, **values: Any
) -> None:
    """Change every turn of the conversation that is not over."""
    statement = (
        update(Turn)
        .where(Turn.conversation_id == conversation_id, Turn.due_at.is_not(None), *conditions)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    await session.execute(statement)


async def turn(session: AsyncSession, turn_id: str) -> AnyRow | None:
    statement = select(Turn.id, Turn.conversation_id, Turn.state, Turn.attempts, Turn.said).where(
        Turn.id == turn_id
    )
    return (await session.execute(statement)).one_or_none()


async def erase(session: AsyncSession, conversation_id: str) -> None:
    """Delete the conversation's sessions and turns."""
    for table in (ChatSession, Turn):
        await session.execute(delete(table).where(table.conversation_id == conversation_id))
