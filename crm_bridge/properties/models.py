"""The table of properties."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class PropertyRow(Base):
    """One property of one kind of record ("contact", "company", "deal", "ticket").

    `other_names` are synonyms and names in other languages; `unit` a unit or, of money, the
    currency that is meant where none is given; `options` the values of a choice; `refers_to`
    the kind of record that a reference names.
    """

    __tablename__ = "property"

    record: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    other_names: Mapped[list[Any]] = mapped_column(default=list)
    unit: Mapped[str | None]
    options: Mapped[list[Any]] = mapped_column(default=list)
    refers_to: Mapped[str | None]
    default: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
