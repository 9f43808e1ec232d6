"""Tables of the sync. What they hold of people is erased with them (`sync.erase`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class CrmConnection(Base):
    """A CRM that we keep in step with. `secret` is sealed; `state` is new (its records were
    not all read yet, so nothing is written), live, or broken (a person must look: `error`).
    One process at a time works on it (`leased_by`, until `leased_until`)."""

    __tablename__ = "crm_connection"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    system: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    secret: Mapped[str]
    state: Mapped[str] = mapped_column(default="new")
    error: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[datetime | None]
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    pulled_at: Mapped[datetime | None]
    reconciled_at: Mapped[datetime | None]


class CrmLink(Base):
    """A record of ours and the CRM's record that is the same, and, while `next_at` is set,
    a push on its way (the outbox: one row a record, however many edits).

    `base` is what both sides last agreed on, `seen` the hashes of the CRM's fields then;
    `sent` is what is on its way there, the last few values of each field: met there, it is
    our own word, and nobody's change;
    `generation` grows with each edit of ours, so that a push only clears what it has read.
    `adopted`: the CRM had it before we did, so what a visitor merely claims never goes there.
    States: linked, gone (deleted in the CRM: never written again), poison (the CRM refuses
    it), duplicate (our record went into another, whose own record the CRM has), erased (the person was erased here: `external_id` alone stays, and is not read).
    """

    __tablename__ = "crm_link"
    __table_args__ = (
        UniqueConstraint("connection_id", "kind", "record_id"),
        UniqueConstraint("connection_id", "kind", "external_id"),
        Index("ix_crm_link_due", "connection_id", "kind", "next_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    connection_id: Mapped[str] = mapped_column(ForeignKey("crm_connection.id", ondelete="CASCADE"))
    kind: Mapped[str]
    record_id: Mapped[str | None] = mapped_column(index=True)
    external_id: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="linked")
    adopted: Mapped[bool] = mapped_column(default=False)
    base: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seen: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sent: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[str | None]
    generation: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    pass_id: Mapped[str | None]


class CrmCursor(Base):
    """Where the pull of one stream stands."""

    __tablename__ = "crm_cursor"

    connection_id: Mapped[str] = mapped_column(
        ForeignKey("crm_connection.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class CrmConflict(Base):
    """Both sides changed one field; by the rule of `owner` it became what `values` calls
    chosen (beside base, ours, theirs).
    `digest` keeps one conflict one row, however often it is met."""

    __tablename__ = "crm_conflict"

    id: Mapped[str] = mapped_column(primary_key=True)
    connection_id: Mapped[str] = mapped_column(
        ForeignKey("crm_connection.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    record_id: Mapped[str] = mapped_column(index=True)
    external_id: Mapped[str]
    field: Mapped[str]
    values: Mapped[dict[str, Any]]
    owner: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]


class CrmPoison(Base):
    """A record of the CRM that could not be taken over, whole or in `fields`, and why. It
    goes when a later version of the record can."""

    __tablename__ = "crm_poison"

    connection_id: Mapped[str] = mapped_column(
        ForeignKey("crm_connection.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str | None] = mapped_column(index=True)
    error: Mapped[str]
    at: Mapped[datetime]
