"""Bookings and holds in the public API."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from contracts.booking import HoldView
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking

Short = Annotated[str, Field(max_length=300)]


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs its offset, e.g. 2026-03-12T10:00:00+01:00")
    return value


class NewHold(BaseModel):
    """Which opening to hold: of one advisor, or of any advisor of a playbook."""

    model_config = ConfigDict(extra="forbid")

    start: datetime
    advisor: Short | None = None
    playbook: Short | None = None
    conversation_id: Short | None = None

    _start = field_validator("start")(_aware)

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.advisor or self.playbook or self.conversation_id):
            raise ValueError("name an advisor, a playbook or a conversation")
        return self


class ContactGiven(BaseModel):
    """Whom the meeting is with. `language` is of their mails, `timezone` of their times."""

    model_config = ConfigDict(extra="forbid")

    name: Short = ""
    email: Short = ""
    phone: Short | None = None
    company: Short | None = None
    language: Literal["en", "sl", "he", "fi", "nb", "pl"] = "en"
    timezone: Short | None = None

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise ValueError("not an IANA time zone, e.g. Europe/Oslo")
        return value


class NewBooking(BaseModel):
    """A hold to be booked; `contact` may be left out when a conversation took the hold."""

    model_config = ConfigDict(extra="forbid")

    hold: Short
    contact: ContactGiven | None = None


class NewTime(BaseModel):
    """Where a meeting is moved to."""

    model_config = ConfigDict(extra="forbid")

    start: datetime

    _start = field_validator("start")(_aware)


class Cancellation(BaseModel):
    """Why a meeting is cancelled."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=500)] = ""


class Attendance(BaseModel):
    """Whether the visitor came to the meeting."""

    model_config = ConfigDict(extra="forbid")

    came: bool


class BookingDetails(BaseModel):
    """A booking whole, for staff. `reason` says why this advisor got it."""

    id: str
    status: Literal["held", "booked", "cancelled", "expired"]
    start: datetime
    end: datetime
    advisor: str
    contact: dict[str, Any]
    conversation_id: str | None
    contact_id: str | None
    playbook: str | None
    video_url: str | None
    attendance: Literal["came", "no_show"] | None
    page_url: str
    uid: str
    sequence: int
    reason: dict[str, Any]
    expires_at: datetime | None
    created_at: datetime
    booked_at: datetime | None
    updated_at: datetime

    @classmethod
    def of(cls, booking: Booking, desk: Desk) -> Self:
        """The row as the API shows it."""
        return cls(
            id=booking.id,
            status=booking.status,
            start=booking.start_at,
            end=booking.end_at,
            advisor=booking.advisor_id,
            contact=booking.visitor,
            conversation_id=booking.conversation_id,
            contact_id=booking.contact_id,
            playbook=booking.playbook,
            video_url=booking.video_url,
            attendance=booking.attendance,
            page_url=desk.page_url(booking.id),
            uid=booking.uid,
            sequence=booking.sequence,
            reason=booking.reason,
            expires_at=booking.expires_at,
            created_at=booking.created_at,
            booked_at=booking.booked_at,
            updated_at=booking.updated_at,
        )


__all__ = [
    "Attendance",
    "BookingDetails",
    "Cancellation",
    "HoldView",
    "NewBooking",
    "NewHold",
    "NewTime",
]
