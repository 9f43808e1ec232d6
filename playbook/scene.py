"""What the interview is told for one turn: the facts of the conversation and the message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Literal

from playbook.model import Playbook


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as stored: `value` in the shape of its question, None unless "given"."""

    value: Any
    status: str = "given"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """A bookable time [start, end), aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """An opening kept for this visitor until `expires_at`."""

    id: str
    start: datetime
    end: datetime
    expires_at: datetime
    advisor_name: str


@dataclass(frozen=True, slots=True)
class Booking:
    """The visitor's meeting."""

    id: str
    status: str
    start: datetime
    end: datetime
    advisor_name: str
    page_url: str = ""
    video_url: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """What Rasa took a message for. `margin` is the lead over the second best (0..1)."""

    name: str
    confidence: float = 0.0
    margin: float = 0.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing the visitor did: typed `text`, pressed `payload`, uploaded `file` ({file,
    question, name, type, bytes}); or `system` happened. `leaning` are topics of the FAQ that
    the text may ask for, in log odds."""

    text: str = ""
    payload: str | None = None
    system: Literal["start", "retry_booking", "hold_expired", "proved", "led_back"] | None = None
    intent: Intent | None = None
    leaning: Mapping[str, float] = field(default_factory=dict)
    file: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """The facts of one conversation. `now` is aware and in the visitor's zone; `known` are
    answers of a proved visitor from earlier conversations."""

    playbook: Playbook
    now: datetime
    language: str
    answers: Mapping[str, Answered] = field(default_factory=dict)
    language_chosen: bool = False
    page_language: str | None = None
    locale: str | None = None
    identity: str = "anonymous"
    known: Mapping[str, Answered] = field(default_factory=dict)
    outcome: str | None = None
    hold: Hold | None = None
    booking: Booking | None = None

    @property
    def zone(self) -> tzinfo:
        """The visitor's time zone."""
        zone = self.now.tzinfo
        if zone is None:
            raise ValueError("now must be aware")
        return zone

    @property
    def returning(self) -> bool:
        """Whether somebody who proved who they are has told us more than that before."""
        return self.identity == "verified" and any(name != "email" for name in self.known)

    @property
    def booked(self) -> Booking | None:
        """The meeting that stands."""
        return self.booking if self.booking and self.booking.status == "booked" else None
