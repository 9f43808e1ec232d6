"""The tables of the gateway: sites that carry the chat, visitors' sessions, and turns."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base

TurnState = Literal["pending", "sent", "committed", "answered", "failed", "skipped"]
WAITING = text("due_at IS NOT NULL")


class Site(Base):
    """A web site that carries the chat. `allowed_origins` are the pages that may (see
    `origins`); `timezone` is used where the visitor's is not known."""

    __tablename__ = "site"

    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    allowed_origins: Mapped[list[Any]]
    playbook: Mapped[str]
    default_language: Mapped[str]
    timezone: Mapped[str]
    identity_key_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class ChatSession(Base):
    """A visitor's key to their conversation: stored as a hash, expiring, revocable."""

    __tablename__ = "chat_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str]
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Turn(Base):
    """Something the bot has to answer, in the order of `number`.

    `due_at` is when it may be tried (again); null once it is over. While a worker tries
    it, `leased` is true and `due_at` is when others may take it from a dead worker.
    `attempts` rises with each try: only the worker of the latest may settle it.
    `said` and `changes` are what the action committed. `apologised`: the visitor knows
    that it is late.
    """

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        Index("ix_turn_due", "due_at", postgresql_where=WAITING, sqlite_where=WAITING),
        Index(
            "ix_turn_waiting",
            "conversation_id",
            "number",
            postgresql_where=WAITING,
            sqlite_where=WAITING,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    number: Mapped[int]
    event_seq: Mapped[int | None]
    utterance: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    leased: Mapped[bool] = mapped_column(default=False)
    apologised: Mapped[bool] = mapped_column(default=False)
    said: Mapped[list[Any] | None]
    changes: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
