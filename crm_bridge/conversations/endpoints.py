"""Conversations in the public API."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from crm_bridge.conversations import repository, service
from crm_bridge.conversations.views import AnswerView, ConversationSummary, ConversationView
from crm_bridge.web.auth import ApiKey
from crm_bridge.web.dependencies import Reading
from crm_bridge.web.pagination import PageView, Paging, page_view

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"], dependencies=[ApiKey])


@router.get("")
async def conversations(
    session: Reading,
    page: Paging,
    site: str | None = None,
    outcome: str | None = None,
    owner: str | None = None,
    contact_id: str | None = None,
    since: Annotated[
        datetime | None, Query(alias="from", description="began then or later")
    ] = None,
    until: Annotated[datetime | None, Query(alias="to", description="began before")] = None,
) -> PageView[ConversationSummary]:
    """Conversations, newest first."""
    wanted = repository.matching(
        site=site,
        outcome=outcome,
        owner=owner,
        contact_id=contact_id,
        since=_aware(since),
        until=_aware(until),
    )
    return page_view(await repository.page(session, wanted, page), ConversationSummary.of)


@router.get("/{conversation_id}")
async def conversation(conversation_id: str, session: Reading) -> ConversationView:
    """One conversation with its answers and its whole log."""
    found = await service.get(session, conversation_id)
    answers = await service.answers(session, conversation_id)
    events, news = await service.events(session, conversation_id)
    return ConversationView(
        **ConversationSummary.of(found).model_dump(),
        answers={question: AnswerView.of(answer) for question, answer in answers.items()},
        events=events,
        news=news,
    )


def _aware(instant: datetime | None) -> datetime | None:
    """A time without a zone is read as UTC."""
    if instant is None or instant.tzinfo is not None:
        return instant
    return instant.replace(tzinfo=UTC)
