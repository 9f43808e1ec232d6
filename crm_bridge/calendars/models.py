"""Advisors, the calendars connected to them, and when those say they are busy."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base


class Advisor(Base):
    """Somebody who is met. `id` is the slug that playbooks' routes name.

    `working_hours` is a document of `calendars.hours_document`; `languages` are codes;
    buffers are minutes, `notice_hours` counts beside the playbook's (the larger holds).
    `lock_version` is raised by whoever takes time of this advisor, under the row's lock.
    """

    __tablename__ = "advisor"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    timezone: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")  # of the mails they get
    languages: Mapped[list[Any]] = mapped_column(default=list)
    working_hours: Mapped[dict[str, Any]] = mapped_column(default=dict)
    buffer_before_minutes: Mapped[int] = mapped_column(default=0)
    buffer_after_minutes: Mapped[int] = mapped_column(default=0)
    notice_hours: Mapped[int] = mapped_column(default=0)
    daily_limit: Mapped[int | None]
    weekly_limit: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)
    lock_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ConnectedCalendar(Base):
    """A calendar of an advisor. Every advisor has one of kind "internal", which is never
    stale; an outside one offers nothing for its advisor once `synced_at` is older than
    `limit_minutes`."""

    __tablename__ = "connected_calendar"

    id: Mapped[str] = mapped_column(primary_key=True)
    advisor_id: Mapped[str] = mapped_column(
        ForeignKey("advisor.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    limit_minutes: Mapped[int] = mapped_column(default=15)
    cursor: Mapped[str | None]
    synced_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    created_at: Mapped[datetime]


class BusyInterval(Base):
    """A time that an event of a calendar takes: [start_at, end_at), expanded."""

    __tablename__ = "busy_interval"
    __table_args__ = (
        Index("ix_busy_interval_advisor_end", "advisor_id", "end_at"),
        Index("ix_busy_interval_event", "calendar_id", "source_event"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    advisor_id: Mapped[str] = mapped_column(ForeignKey("advisor.id", ondelete="CASCADE"))
    calendar_id: Mapped[str] = mapped_column(
        ForeignKey("connected_calendar.id", ondelete="CASCADE")
    )
    source_event: Mapped[str]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(default="busy")
