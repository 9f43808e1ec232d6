"""Tables of companies."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm_bridge.core.database import Base


class CompanyDomain(Base):
    """A registrable domain and the one company it belongs to. `added_by` is who said so."""

    __tablename__ = "company_domain"

    domain: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[str] = mapped_column(
        ForeignKey("company.id", ondelete="CASCADE"), index=True
    )
    added_by: Mapped[str]


class Company(Base):
    """A company. `name_folded` is how its name is searched, `name_compared` (without its
    legal form) how two names are told to be one company's; `created_by_conversation` is
    the chat that it was first named in, if it was."""

    __tablename__ = "company"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_folded: Mapped[str]
    name_compared: Mapped[str] = mapped_column(index=True)
    country: Mapped[str | None]
    industry: Mapped[str | None]
    employees_min: Mapped[int | None]
    employees_max: Mapped[int | None]
    lifecycle_stage: Mapped[str] = mapped_column(default="lead")
    owner: Mapped[str | None]
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    provenance: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by_conversation: Mapped[str | None] = mapped_column(index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    domains: Mapped[list[CompanyDomain]] = relationship(
        lazy="selectin",
        order_by=CompanyDomain.domain,
        cascade="all, delete-orphan",
        passive_deletes=True,
    )


class CompanyMerge(Base):
    """Two companies that became one. `undo` is all that is needed to part them again. Goes
    with the company."""

    __tablename__ = "company_merge"

    id: Mapped[str] = mapped_column(primary_key=True)
    kept_id: Mapped[str] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"), index=True)
    gone_id: Mapped[str]
    undo: Mapped[dict[str, Any]]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    by: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class CompanySuggestion(Base):
    """Two companies that may be one, with what speaks for it, until a person decides.
    `status`: open, merged, apart."""

    __tablename__ = "company_suggestion"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    first_id: Mapped[str] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"))
    second_id: Mapped[str] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"), index=True)
    probability: Mapped[float]
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(default="open")
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
