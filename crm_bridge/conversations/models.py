"""The tables of a conversation. Answers and events are append-only: a later row replaces
an earlier one in the current view, and nothing said is ever edited.

`last_seq` and `last_turn` are counters: whoever raises one holds the conversation's row
until the commit, so numbers are seen in the order in which they were given.
"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contracts.languages import Direction, direction
from crm_bridge.core.database import Base, Document

Identity = Literal["anonymous", "claimed", "verified"]
EventKind = Literal["message", "status", "news"]
Author = Literal["visitor", "bot", "rep", "system"]


class Conversation(Base):
    """One visitor's chat, pinned to the playbook version it began with."""

    __tablename__ = "conversation"
    __table_args__ = (Index(None, "site", "id"), Index(None, "created_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str]
    playbook: Mapped[str]
    version: Mapped[int]
    language: Mapped[str]
    language_chosen: Mapped[bool] = mapped_column(default=False)
    page_language: Mapped[str | None]
    locale: Mapped[str | None]
    timezone: Mapped[str]
    identity: Mapped[str] = mapped_column(default="anonymous")
    claims: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)
    consent_required: Mapped[bool] = mapped_column(default=True)
    consented_at: Mapped[datetime | None]
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    question: Mapped[str | None]
    outcome: Mapped[str | None] = mapped_column(index=True)
    score: Mapped[int | None]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    route: Mapped[str | None]
    contact_id: Mapped[str | None] = mapped_column(index=True)
    deal_id: Mapped[str | None]
    booking_id: Mapped[str | None]
    owner: Mapped[str | None] = mapped_column(index=True)
    bot: Mapped[str | None]
    last_seq: Mapped[int] = mapped_column(default=0)
    last_turn: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    @property
    def direction(self) -> Direction:
        """The writing direction of its language."""
        return direction(self.language)


class AnswerRow(Base):
    """An answer as it was given, or (`status` "unset") taken back."""

    __tablename__ = "answer"
    __table_args__ = (Index(None, "conversation_id", "question", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    question: Mapped[str]
    value: Mapped[Any] = mapped_column(Document, nullable=True)
    status: Mapped[str]
    text: Mapped[str]
    source: Mapped[str]
    at: Mapped[datetime]


class EventRow(Base):
    """One line of the log that the visitor's page follows.

    `payloads` are the button payloads that the event issued, each between newlines, so
    that a pressed one can be looked up. Kind "news" is for staff and the API alone.
    """

    __tablename__ = "chat_event"
    __table_args__ = (UniqueConstraint("conversation_id", "cid"),)

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cid: Mapped[str | None]
    kind: Mapped[str]
    author: Mapped[str]
    at: Mapped[datetime]
    text: Mapped[str | None]
    language: Mapped[str | None]
    payload: Mapped[str | None]
    buttons: Mapped[list[Any] | None]
    openings: Mapped[list[Any] | None]
    status: Mapped[dict[str, Any] | None]
    says: Mapped[list[Any] | None]
    payloads: Mapped[str | None]


class ConsentRow(Base):
    """What was agreed to, in which words and how. `purpose` is "chat" (answers are kept)
    or "marketing" (offers by mail); `how` is "continued" (went on under the line that says so),
    "said", or "refused": a no, which sets `withdrawn_at` of what was agreed to before."""

    __tablename__ = "consent"

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str]
    version: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    how: Mapped[str]
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
