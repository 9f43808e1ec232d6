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
    busy_digest: Mapped[str] = mapped_column(default="")  # of their `BusyBits`; "" for none
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ConnectedCalendar(Base):
    """A calendar of an advisor. Every advisor has one of kind "internal", which is never
    stale; an outside one offers nothing for its advisor once `synced_at` is older than
    `limit_minutes`.

    `secret` is sealed (`calendars.secrets`): addresses, passwords and tokens alike; `name`
    is for people. `next_sync_at` is also the lease of whoever reads it now; `failures`
    counts those in a row; `revoked` waits for its advisor; `stale_told_at` is when they
    were told that nothing is offered.
    """

    __tablename__ = "connected_calendar"

    id: Mapped[str] = mapped_column(primary_key=True)
    advisor_id: Mapped[str] = mapped_column(
        ForeignKey("advisor.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    secret: Mapped[str | None]
    writes: Mapped[bool] = mapped_column(default=False)
    limit_minutes: Mapped[int] = mapped_column(default=15)
    cursor: Mapped[str | None]
    synced_at: Mapped[datetime | None]
    next_sync_at: Mapped[datetime | None] = mapped_column(index=True)
    failures: Mapped[int] = mapped_column(default=0)
    revoked: Mapped[bool] = mapped_column(default=False)
    stale_told_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    created_at: Mapped[datetime]


class BusyInterval(Base):
    """A time that an event of a calendar takes: [start_at, end_at), expanded.

    Of kind "ours" where the event is a booking of ours, which blocks by itself."""

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


class BusyBits(Base):
    """The busy minutes of an advisor in one stretch of days (`calendars.busy_bits`), derived
    from their busy intervals: what openings are computed from."""

    __tablename__ = "busy_bits"

    advisor_id: Mapped[str] = mapped_column(
        ForeignKey("advisor.id", ondelete="CASCADE"), primary_key=True
    )
    stretch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    bits: Mapped[bytes]


class CalendarEntry(Base):
    """A booking of ours as it is in an outside calendar: written there by us, or found
    there under its UID. [start_at, end_at) is where it was last written or seen."""

    __tablename__ = "calendar_entry"
    __table_args__ = (Index("ix_calendar_entry_calendar_ref", "calendar_id", "ref"),)

    uid: Mapped[str] = mapped_column(primary_key=True)
    calendar_id: Mapped[str] = mapped_column(
        ForeignKey("connected_calendar.id", ondelete="CASCADE"), primary_key=True
    )
    ref: Mapped[str]
    version: Mapped[str | None]
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0)
    video_url: Mapped[str | None]
    written: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]
