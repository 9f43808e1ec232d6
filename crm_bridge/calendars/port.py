"""What a calendar of the outside world is to us: a source of changes to busy time.

Adapters (ICS feed, CalDAV, Google, Graph) fetch and expand; `busy.take_changes` stores
what they give in one short transaction. The internal calendar has no adapter: its times
are written where they are decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from crm_bridge.calendars.intervals import Interval
from crm_bridge.core.errors import Refused, TryLater

INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened in a calendar since a cursor.

    `events` maps the id of each event that is new or different to the times it takes
    (none: it takes no time any more, or is gone), in UTC, about 120 days ahead. With
    `complete`, events that are not there are gone. `cursor` is where to go on from.
    """

    events: Mapping[str, tuple[Interval, ...]]
    complete: bool
    cursor: str | None = None
    faults: tuple[str, ...] = field(default=())


class CalendarUnreachable(TryLater):
    """The calendar cannot be read now; what we knew of it grows stale."""

    code: ClassVar[str] = "calendar_unreachable"


class CalendarRevoked(Refused):
    """The calendar no longer lets us in: its advisor has to connect it again."""

    code: ClassVar[str] = "calendar_revoked"


class Calendar(Protocol):
    """One advisor's calendar somewhere."""

    async def changes(self, cursor: str | None) -> Changes:
        """What changed since `cursor` (None: everything).

        Raises CalendarUnreachable (try later) or CalendarRevoked (ask the advisor).
        """
