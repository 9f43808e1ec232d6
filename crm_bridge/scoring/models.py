"""Tables of scores."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class PointsGiven(Base):
    """Points that a contact earned once ("event": 10, "download": 5), before they fade.
    `occasion` keeps the same thing from counting twice."""

    __tablename__ = "points_given"
    __table_args__ = (UniqueConstraint("contact_id", "occasion"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    occasion: Mapped[str]
    points: Mapped[int]
    because: Mapped[str]
    at: Mapped[datetime]


class ContactScore(Base):
    """What a contact is worth as of `at`: points that fade, and, once there are enough
    outcomes to learn from, the probability that they become a customer."""

    __tablename__ = "contact_score"

    contact_id: Mapped[str] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    points: Mapped[float]
    probability: Mapped[float | None] = mapped_column(index=True)
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime]
