"""Tables of enrichment."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class RegisterAsked(Base):
    """That a source was asked about a company, when, and whether it knew it. What it was
    asked is kept as a hash (`wanted`): another name or number is asked anew."""

    __tablename__ = "register_asked"

    company_id: Mapped[str] = mapped_column(
        ForeignKey("company.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(primary_key=True)
    wanted: Mapped[str]
    found: Mapped[bool]
    at: Mapped[datetime]
