"""The tables of deals."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class DealStage(Base):
    """A stage of a pipeline, as the file said that was read last; `place` is its place among
    the stages of all pipelines, `state` "open", "won" or "lost"."""

    __tablename__ = "deal_stage"

    pipeline: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    place: Mapped[int]


class Deal(Base):
    """What a visitor may become worth. At most one a conversation; `amount_minor` in minor
    units of `currency`; `reasons` tell how the score came about."""

    __tablename__ = "deal"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    pipeline: Mapped[str]
    stage: Mapped[str] = mapped_column(index=True)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None]
    conversation_id: Mapped[str | None] = mapped_column(unique=True)
    contact_id: Mapped[str | None] = mapped_column(
        ForeignKey("contact.id", ondelete="SET NULL"), index=True
    )
    company_id: Mapped[str | None] = mapped_column(
        ForeignKey("company.id", ondelete="SET NULL"), index=True
    )
    score: Mapped[int | None]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    route: Mapped[str | None]
    owner: Mapped[str | None] = mapped_column(index=True)
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
