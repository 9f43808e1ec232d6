"""The table of tickets."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class Ticket(Base):
    """Something a person has to do. `occasion` ("handover:cnv_…") keeps a second one from
    being opened for the same thing."""

    __tablename__ = "ticket"

    id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str]
    body: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    occasion: Mapped[str | None] = mapped_column(unique=True)
    conversation_id: Mapped[str | None] = mapped_column(index=True)
    contact_id: Mapped[str | None] = mapped_column(
        ForeignKey("contact.id", ondelete="SET NULL"), index=True
    )
    owner: Mapped[str | None] = mapped_column(index=True)
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
