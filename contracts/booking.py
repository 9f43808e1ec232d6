"""Openings, holds and bookings as they travel between the bridge and the actions."""

from datetime import datetime
from typing import Literal

from contracts.wire import Wire


class OpeningView(Wire):
    """A bookable time [start, end) in UTC with the ids of the advisors free then."""

    start: datetime
    end: datetime
    advisors: tuple[str, ...] = ()


class UnavailableView(Wire):
    """An advisor who offers nothing, and the reason a rep can read."""

    advisor: str
    why: str


class OpeningsView(Wire):
    openings: tuple[OpeningView, ...] = ()
    unavailable: tuple[UnavailableView, ...] = ()


class StartsView(Wire):
    """When a meeting of `minutes` can begin, in UTC and in order: all that the dialogue
    needs of openings, of which there may be a thousand."""

    minutes: int
    starts: tuple[datetime, ...] = ()


class OpeningsQuery(Wire):
    """Openings between two instants for the conversation's route. At most 62 days."""

    start: datetime
    end: datetime


class HoldRequest(Wire):
    start: datetime


class HoldView(Wire):
    """An opening kept for one visitor until `expires_at`."""

    hold: str
    start: datetime
    end: datetime
    expires_at: datetime
    advisor: str
    advisor_name: str


class HoldRefused(Wire):
    """The opening is gone; `nearest` are the closest ones still free, best first."""

    code: Literal["opening_taken"] = "opening_taken"
    nearest: tuple[OpeningView, ...] = ()


class BookingView(Wire):
    """A meeting. `page_url` is the visitor's own page for it (shows, moves, cancels)."""

    booking: str
    status: Literal["booked", "cancelled"]
    start: datetime
    end: datetime
    advisor: str
    advisor_name: str
    page_url: str
    video_url: str | None = None


class ConfirmRequest(Wire):
    hold: str


class MoveRequest(Wire):
    start: datetime


class CancelRequest(Wire):
    reason: str = ""
