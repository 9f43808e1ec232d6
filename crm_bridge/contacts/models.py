"""Tables of contacts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm_bridge.core.database import Base
from crm_bridge.merging.models import MergeRow, SuggestionRow


class ContactEmail(Base):
    """An address of one contact. `address` is the look-up form, `typed` as it was written;
    `verified_at` when its owner proved it, `bounced_at` when mail to it last came back."""

    __tablename__ = "contact_email"

    address: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    typed: Mapped[str]
    kind: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]


class ContactPhone(Base):
    """A number of a contact, E.164; several contacts may share one (a switchboard)."""

    __tablename__ = "contact_phone"

    contact_id: Mapped[str] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[str] = mapped_column(primary_key=True, index=True)
    typed: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]


class Contact(Base):
    """A person. `name_folded` is how the name is searched; `source` is where they came
    from (page, referrer, utm); `created_by_conversation` the chat they first came in."""

    __tablename__ = "contact"
    # Few came in by a chat: the others pay nothing for that index.
    __table_args__ = (
        Index("ix_contact_name_folded_id", "name_folded", "id"),
        Index(
            "ix_contact_created_by_conversation",
            "created_by_conversation",
            sqlite_where=text("created_by_conversation IS NOT NULL"),
            postgresql_where=text("created_by_conversation IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    name_folded: Mapped[str] = mapped_column(default="")
    language: Mapped[str | None]
    timezone: Mapped[str | None]
    country: Mapped[str | None]
    company_id: Mapped[str | None] = mapped_column(
        ForeignKey("company.id", ondelete="SET NULL"), index=True
    )
    company_matched_by: Mapped[str | None]
    lifecycle_stage: Mapped[str] = mapped_column(default="lead", index=True)
    owner: Mapped[str | None] = mapped_column(index=True)
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    provenance: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by_conversation: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    emails: Mapped[list[ContactEmail]] = relationship(
        lazy="selectin",
        order_by=ContactEmail.position,
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    phones: Mapped[list[ContactPhone]] = relationship(
        lazy="selectin",
        order_by=ContactPhone.position,
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @property
    def reached_at(self) -> list[ContactEmail | ContactPhone]:
        """Every address and number."""
        return [*self.emails, *self.phones]


class ContactConsent(Base):
    """What a contact agreed to or took back, in the words they were shown. Append-only.

    `purpose` is "processing" or "marketing"; `conversation_id` the chat it was given in.
    """

    __tablename__ = "contact_consent"

    id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str | None] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    conversation_id: Mapped[str | None] = mapped_column(index=True)
    purpose: Mapped[str]
    granted: Mapped[bool]
    text: Mapped[str]
    version: Mapped[str]
    language: Mapped[str]
    verified: Mapped[bool]
    at: Mapped[datetime]


class IdentityClaim(Base):
    """Which contact a conversation's visitor says they are, by what they typed; proved
    once `verified_at` is set. `matched_by` tells why this contact: email, phone, created."""

    __tablename__ = "identity_claim"

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str | None]
    phone: Mapped[str | None]
    matched_by: Mapped[str]
    at: Mapped[datetime]
    verified_at: Mapped[datetime | None]


class ContactExternalId(Base):
    """What a contact is called in another system ("hubspot", "salesforce", a register)."""

    __tablename__ = "contact_external_id"

    system: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    contact_id: Mapped[str] = mapped_column(
        ForeignKey("contact.id", ondelete="CASCADE"), index=True
    )
    added_at: Mapped[datetime]


class ContactMerge(MergeRow):
    """Two contacts that became one. Goes with the contact."""

    __tablename__ = "contact_merge"

    kept_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)


class DuplicateSuggestion(SuggestionRow):
    """Two contacts that may be one person."""

    __tablename__ = "duplicate_suggestion"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    first_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    second_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)


class IdentityProof(Base):
    """A code on its way to an address that a visitor says is theirs. The code itself is
    kept nowhere: it follows from `nonce` and the installation's secret."""

    __tablename__ = "identity_proof"

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    nonce: Mapped[str]
    wrong: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]


class ImportRun(Base):
    """A file on its way in. `id` is of its bytes and the choices made, so that a run that
    was cut short goes on where it stood; `done` counts rows whose fate is committed."""

    __tablename__ = "import_run"

    id: Mapped[str] = mapped_column(primary_key=True)
    file: Mapped[str]
    layout: Mapped[str]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
