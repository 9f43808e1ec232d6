"""Which mail went out: one row an event and recipient, so that a retry sends nothing twice."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class SentMail(Base):
    """`recipient` is a part ("visitor", "advisor", "rep-1a2b…"), never an address. `sent_at`
    is null while the server refuses; `told_at` is when the visitor was told that it does."""

    __tablename__ = "sent_mail"

    event_id: Mapped[str] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None]
    first_at: Mapped[datetime]
