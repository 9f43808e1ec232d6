"""Tables of webhooks out."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class Webhook(Base):
    """Somebody who wants to be told. `events` are names, or "contact.*", or "*"; `secret` is
    sealed; `stopped` says why nothing is sent any more."""

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    events: Mapped[list[Any]]
    secret: Mapped[str]
    created_at: Mapped[datetime]
    stopped: Mapped[str | None]


class WebhookDelivery(Base):
    """One event on its way to one webhook. What is sent is made of the event when it is
    sent: with an event that is erased its deliveries go too. `next_at` is None when it
    arrived (`done_at`) or was given up."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_delivery_next_at", "next_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    event_id: Mapped[str] = mapped_column(
        ForeignKey("domain_event.id", ondelete="CASCADE"), index=True
    )
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    status: Mapped[int | None]
    error: Mapped[str | None]
