"""Bookings, the claims they make on advisors' time, and the ledger of whose turn it was.

No two standing bookings of an advisor overlap, by three means: whoever takes time locks
the advisor's row, a claim's key is (advisor, five minutes), and the database refuses
overlapping times of an advisor to the second (`booking.exclusion`), be they the booking's
own or one of several who meet the visitor together.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.core.database import Base

_IS_HELD = text("status = 'held'")


class Booking(Base):
    """A meeting, from the hold on. [start_at, end_at) is the meeting itself, [pad_start_at,
    pad_end_at) with the buffers it was made with.

    `visitor` is {name, email, phone, company, language, timezone, locale}, each or null;
    `reason` says why this advisor (`booking.choose`). `uid` never changes, `sequence`
    rises with each change (RFC 5546). The page's token is stored hashed.
    """

    __tablename__ = "booking"
    __table_args__ = (
        Index("ix_booking_advisor_end", "advisor_id", "end_at"),
        Index("ix_booking_start", "start_at", "id"),
        Index("ix_booking_held", "expires_at", sqlite_where=_IS_HELD, postgresql_where=_IS_HELD),
        Index(
            "uq_booking_one_hold",
            "conversation_id",
            unique=True,
            sqlite_where=_IS_HELD,
            postgresql_where=_IS_HELD,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str]
    advisor_id: Mapped[str] = mapped_column(ForeignKey("advisor.id"))
    conversation_id: Mapped[str | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    contact_id: Mapped[str | None] = mapped_column(index=True)
    playbook: Mapped[str | None]
    playbook_version: Mapped[int | None]
    titles: Mapped[dict[str, Any]] = mapped_column(default=dict)  # of the meeting, by language
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]
    pad_start_at: Mapped[datetime]
    pad_end_at: Mapped[datetime]
    hold_token: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]
    uid: Mapped[str] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    page_token_hash: Mapped[str] = mapped_column(unique=True)
    video_url: Mapped[str | None]
    visitor: Mapped[dict[str, Any]] = mapped_column(default=dict)
    visitor_email: Mapped[str | None] = mapped_column(index=True)  # lower case, to count by
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    video_room: Mapped[str | None]  # the provider's id; OPENING while it is being made
    in_calendar: Mapped[bool] = mapped_column(default=False)  # of the advisor, by our writing
    ended_because: Mapped[str | None]
    ended_by: Mapped[str | None]  # who cancelled: visitor, rep, api, advisor, erasure
    attendance: Mapped[str | None]  # came or no_show, once somebody said
    created_at: Mapped[datetime]
    booked_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class Claim(Base):
    """Five minutes of an advisor, taken by a booking that is held or booked."""

    __tablename__ = "claim"

    advisor_id: Mapped[str] = mapped_column(primary_key=True)
    cell: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    booking_id: Mapped[str] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), index=True
    )


class AdvisorTime(Base):
    """The time [start_at, end_at) of one advisor of a booking that is held or booked: a row
    for each who meets the visitor, written and taken away with the claims."""

    __tablename__ = "advisor_time"
    __table_args__ = (Index("ix_advisor_time_advisor_end", "advisor_id", "end_at"),)

    booking_id: Mapped[str] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True
    )
    advisor_id: Mapped[str] = mapped_column(primary_key=True)
    start_at: Mapped[datetime]
    end_at: Mapped[datetime]


class Fellow(Base):
    """Another advisor who meets the visitor too, where a route wants all of them. `number`
    is their place in the route, `in_calendar` as in `Booking`."""

    __tablename__ = "booking_fellow"

    booking_id: Mapped[str] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True
    )
    advisor_id: Mapped[str] = mapped_column(ForeignKey("advisor.id"), primary_key=True, index=True)
    number: Mapped[int]
    in_calendar: Mapped[bool] = mapped_column(default=False)


class Ledger(Base):
    """What the advisors of a playbook are owed now: `account` is {advisor: [millionths of a
    meeting, number of the line by which they last got one]} (`booking.fairness`).

    Who writes a line locks this row, after the advisors' rows and the bookings'.
    """

    __tablename__ = "turn_ledger"

    playbook: Mapped[str] = mapped_column(primary_key=True)
    lines: Mapped[int] = mapped_column(default=0)
    account: Mapped[dict[str, Any]] = mapped_column(default=dict)


class LedgerLine(Base):
    """One line of a playbook's ledger, never changed: a meeting was given to an advisor by
    a rule, for `reason` (`booking.choose`), given back, or taken again after that was an
    error. `round` counts how often it was given back: in each it happens once."""

    __tablename__ = "ledger_line"
    __table_args__ = (UniqueConstraint("booking_id", "act", "round"),)

    playbook: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[str]
    booking_id: Mapped[str]
    round: Mapped[int] = mapped_column(default=0)
    route: Mapped[str]
    rule: Mapped[str]
    advisor_id: Mapped[str]
    weights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
