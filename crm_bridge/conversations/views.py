"""What the API shows of a conversation (CONTRACTS, /api/v1)."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from contracts.turn import Answer
from crm_bridge.conversations.models import Conversation


class AnswerView(BaseModel):
    """One answer as it stands. `text` are the visitor's words, `from` how it came (text,
    button, correction, prefill, derived)."""

    model_config = ConfigDict(populate_by_name=True)

    value: Any
    status: str = Field(description="given, declined or unknown; value is null unless given")
    text: str
    at: datetime
    source: str = Field(alias="from")

    @classmethod
    def of(cls, answer: Answer) -> "AnswerView":
        return cls.model_validate(answer.model_dump())


class ConversationSummary(BaseModel):
    """A conversation in a list."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    site: str
    language: str
    playbook: str
    version: int
    question: str | None = Field(description="the question last asked; null when none is open")
    outcome: str | None
    score: int | None
    reasons: list[Any]
    route: str | None
    contact_id: str | None
    deal_id: str | None
    booking_id: str | None
    owner: str | None = Field(description="the rep who took over; null while the bot talks")
    identity: str = Field(description="anonymous, claimed or verified")
    source: dict[str, Any] = Field(description="page url, title, referrer and utm")
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    erased_at: datetime | None

    @classmethod
    def of(cls, conversation: Conversation) -> "ConversationSummary":
        return cls.model_validate(conversation)


class ConversationView(ConversationSummary):
    """A whole conversation. `events` are the log's lines as the chat shows them, with
    `says` (what a bubble says, as tags) and the `payload` of a pressed button; `news` is
    what happened beside them: {name, data, at, seq}."""

    answers: dict[str, AnswerView]
    events: list[dict[str, Any]]
    news: list[dict[str, Any]]
