"""What the letters tell about a meeting."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from crm_bridge.invites.letter import Row

Happened = Literal["booked", "moved", "cancelled", "reminder", "missed"]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the meeting: the person, and how they are written to."""

    name: str
    email: str
    language: str
    zone: ZoneInfo
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Background:
    """What only the advisor is told of the conversation that led to the meeting."""

    conversation_url: str = ""
    answers: tuple[Row, ...] = ()
    score: int | None = None
    reasons: tuple[str, ...] = ()
    percent: int | None = None  # likelihood that they become a customer, where one is known
    moved_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting at the time of a change. `before` is where it was, if it was moved;
    `titles` are by language. `video_later`: there will be a link, and is none yet.
    `by_advisor`: the advisor moved or cancelled it; `openings` are when it could be
    instead."""

    booking: str
    uid: str
    sequence: int
    start: datetime
    end: datetime
    visitor: Side
    advisor: Side
    titles: dict[str, str] = field(default_factory=dict)
    before: datetime | None = None
    signed: str = ""  # the house that invites
    phone: str = ""
    company: str = ""
    video_url: str = ""
    video_later: bool = False
    page_url: str = ""
    by_advisor: bool = False
    openings: tuple[datetime, ...] = ()
    others: str = ""  # who else of the house comes, as an advisor is told it
    background: Background = Background()
