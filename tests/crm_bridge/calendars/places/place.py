"""What the contract asks of a place: to change the calendar as its advisor would."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.owner import Owner
from crm_bridge.calendars.port import Calendar

OWNER = Owner(ZoneInfo("Europe/Ljubljana"), frozenset({"maja@polaris.test"}))
WINDOW = Interval(datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 7, 10, tzinfo=UTC))


@dataclass
class Event:
    """An event as its advisor sees it; instants in UTC. A `rule` repeats it; `moved` and
    `skipped` are of its instances, by their original start. `whole_day` is a date."""

    name: str
    start: datetime
    end: datetime
    rule: str = ""
    moved: dict[datetime, Interval] = field(default_factory=dict)
    skipped: list[datetime] = field(default_factory=list)
    free: bool = False
    declined: bool = False
    whole_day: bool = False


@dataclass(frozen=True)
class Seen:
    """An event that we wrote, as its advisor sees it."""

    start: datetime
    end: datetime
    title: str
    guests: int


class NotAsked(Exception):
    """The suite asked a calendar for what its kind does not have: a feed is not written to, time off
    kept here has no server that could stumble. Tests choose by what a place says it can."""


class Place(Protocol):
    """A calendar of one advisor, empty at first."""

    def calendar(self) -> Calendar:
        """The adapter under test, opened anew."""

    def put(self, event: Event) -> None:
        """The advisor writes an event, or changes the one of that name."""

    def delete(self, name: str) -> None:
        """The advisor deletes an event."""

    def forget(self) -> None:
        """The server forgets what our cursor stands for."""

    def limit(self) -> None:
        """The server answers the next request with 429 and Retry-After: 7."""

    def stumble(self) -> None:
        """The server gives only a part of its next answer: the rest fails, or breaks off."""

    def refuse(self) -> None:
        """The server does not let us in any more."""

    def written(self) -> list[Seen]:
        """The events that we wrote, in order of time."""

    def move_written(self, start: datetime, end: datetime) -> None:
        """The advisor moves the one event that we wrote."""

    def delete_written(self) -> None:
        """The advisor deletes the one event that we wrote."""
