"""Tables of companies."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm_bridge.core.database import Base
from crm_bridge.merging.models import MergeRow, SuggestionRow


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


class CompanyMerge(MergeRow):
    """Two companies that became one. Goes with the company."""

    __tablename__ = "company_merge"

    kept_id: Mapped[str] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"), index=True)


class CompanySuggestion(SuggestionRow):
    """Two companies that may be one."""

    __tablename__ = "company_suggestion"
    __table_args__ = (UniqueConstraint("first_id", "second_id"),)

    first_id: Mapped[str] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"))
    second_id: Mapped[str] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"), index=True)
