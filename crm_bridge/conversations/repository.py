"""All SQL over conversations, answers, consents and the event log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.conversations.models import AnswerRow, ConsentRow, Conversation, EventRow
from crm_bridge.core.database import AnyRow
from crm_bridge.core.pagination import Page, PageRequest, fetch_page

_ANSWERS = select(
    AnswerRow.question,
    AnswerRow.value,
    AnswerRow.status,
    AnswerRow.text,
    AnswerRow.source,
    AnswerRow.at,
).order_by(AnswerRow.id)
_EVENTS = select(*EventRow.__table__.columns).order_by(EventRow.seq)


async def get(session: AsyncSession, conversation_id: str) -> Conversation | None:
    return await session.get(Conversation, conversation_id, populate_existing=True)


async def answer_rows(session: AsyncSession, conversation_id: str) -> Sequence[AnyRow]:
    """Every answer ever given, oldest first, those taken back too."""
    statement = _ANSWERS.where(AnswerRow.conversation_id == conversation_id)
    return (await session.execute(statement)).all()


async def add_answers(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    await session.execute(insert(AnswerRow), rows)


async def count_on(
    session: AsyncSession,
    conversation_id: str,
    values: Mapping[str, Any],
    returning: Sequence[Any],
) -> AnyRow | None:
    """Change the conversation's row, holding it until the commit, and give `returning`."""
    statement = (
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.erased_at.is_(None))
        .values(values)
        .returning(*returning)
        .execution_options(synchronize_session=False)
    )
    return (await session.execute(statement)).one_or_none()


async def add_events(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    await session.execute(insert(EventRow), rows)


async def events_after(
    session: AsyncSession, conversation_id: str, seq: int, *, with_news: bool = False
) -> Sequence[AnyRow]:
    """The log beyond `seq`, in order; news only when asked for."""
    statement = _EVENTS.where(EventRow.conversation_id == conversation_id, EventRow.seq > seq)
    if not with_news:
        statement = statement.where(EventRow.kind != "news")
    return (await session.execute(statement)).all()


async def event_by_cid(session: AsyncSession, conversation_id: str, cid: str) -> int | None:
    """The seq of the visitor's message with that client id."""
    statement = select(EventRow.seq).where(
        EventRow.conversation_id == conversation_id, EventRow.cid == cid
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def issuing_events(
    session: AsyncSession, conversation_id: str, payload: str
) -> Sequence[AnyRow]:
    """The latest events that may have issued a button with `payload` (compare exactly:
    the search ignores case on SQLite)."""
    statement = (
        select(EventRow.buttons, EventRow.openings)
        .where(
            EventRow.conversation_id == conversation_id,
            EventRow.payloads.contains(f"\n{payload}\n", autoescape=True),
        )
        .order_by(EventRow.seq.desc())
        .limit(5)
    )
    return (await session.execute(statement)).all()


async def add_consent(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(ConsentRow), [dict(values)])


async def consents(session: AsyncSession, conversation_id: str) -> Sequence[ConsentRow]:
    """What was agreed to, oldest first."""
    statement = select(ConsentRow).where(ConsentRow.conversation_id == conversation_id)
    return (await session.scalars(statement.order_by(ConsentRow.id))).all()


def matching(
    *,
    site: str | None = None,
    outcome: str | None = None,
    owner: str | None = None,
    contact_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Select[Conversation]:
    """Conversations by what is given; the time is when they began, [since, until)."""
    statement = select(Conversation)
    equal = {"site": site, "outcome": outcome, "owner": owner, "contact_id": contact_id}
    for column, wanted in equal.items():
        if wanted is not None:
            statement = statement.where(getattr(Conversation, column) == wanted)
    if since is not None:
        statement = statement.where(Conversation.created_at >= since)
    if until is not None:
        statement = statement.where(Conversation.created_at < until)
    return statement


async def page(
    session: AsyncSession, statement: Select[Conversation], request: PageRequest
) -> Page[Conversation]:
    """One page, newest conversation first."""
    return await fetch_page(session, statement, request, by=[Conversation.id])


async def erase(session: AsyncSession, conversation_id: str) -> None:
    """Delete everything said, answered and agreed in a conversation."""
    for table in (EventRow, AnswerRow, ConsentRow):
        await session.execute(delete(table).where(table.conversation_id == conversation_id))
