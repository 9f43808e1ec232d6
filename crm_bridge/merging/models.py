"""The columns that merges and suggestions have for every kind of record."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class MergeRow(Base):
    """Two records that became one. `undo` is all that is needed to part them again."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(primary_key=True)
    kept_id: Mapped[str]
    gone_id: Mapped[str] = mapped_column(index=True)
    undo: Mapped[dict[str, Any]]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    by: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class SuggestionRow(Base):
    """Two records that may be one, with what speaks for it, until a person (or the job, where
    it is certain) decides. `status`: open, merged, apart."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(primary_key=True)
    first_id: Mapped[str]
    second_id: Mapped[str]
    probability: Mapped[float]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(default="open", index=True)
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
