"""The table of activities."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class Activity(Base):
    """Something that happened with a contact. `kind`: note, call, mail, chat, meeting;
    `author` is who did it: "bot", "visitor", "rep:ID", "api:KEY"."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_contact_id_id", "contact_id", "id"),
        Index("ix_activity_conversation_id_id", "conversation_id", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    author: Mapped[str]
    contact_id: Mapped[str | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    conversation_id: Mapped[str | None]
    deal_id: Mapped[str | None] = mapped_column(
        ForeignKey("deal.id", ondelete="SET NULL"), index=True
    )
    ticket_id: Mapped[str | None] = mapped_column(
        ForeignKey("ticket.id", ondelete="SET NULL"), index=True
    )
    booking_id: Mapped[str | None] = mapped_column(index=True)
    at: Mapped[datetime]
    created_at: Mapped[datetime]
