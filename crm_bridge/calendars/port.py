"""What a calendar of the outside world is to us: busy times to read, and meetings to write.

Adapters (ICS feed, CalDAV, Google, Graph) fetch, expand and write one calendar;
`busy.take_changes` stores what they read in one short transaction. The internal calendar
(an advisor's time off) is read the same way, but its times are written where they are decided.

The rest of the bridge meets calendars through `AdvisorCalendars` (see `calendars.desk`).
What an advisor does to a meeting in their own calendar comes back as news in the outbox:

    calendar.entry_moved   {uid, advisor, calendar, start, end}
    calendar.entry_gone    {uid, advisor, calendar}     deleted, declined or cancelled there
    calendar.stale         {calendar, advisor, since}   offers nothing until it is read again
    calendar.fresh         {calendar, advisor}          it is read again

Errors:

    CalendarUnreachable     try later (the network, a limit of calls: `retry_after_seconds`)
    CalendarRevoked         the advisor has to connect it again
    EntryChanged            somebody changed the event since we wrote it
    CalendarRefused         the calendar will not take this, whatever the time
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from crm_bridge.calendars.intervals import Interval
from crm_bridge.core.errors import Conflict, Refused, TryLater

INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened in a calendar since a cursor.

    `events` maps the id of each event that is new or different to the times it takes
    (none: it takes no time any more, or is gone), in UTC, within the window asked for.
    With `complete`, events that are not there are gone. `uids` are the iCalendar UIDs of
    the events, and `versions` their ETags, where known. `free` has when those events are that
    stand but are shown as free time: nobody deleted or declined them. `cursor` is where to go
    on from.
    """

    events: Mapping[str, tuple[Interval, ...]]
    complete: bool
    cursor: str | None = None
    faults: tuple[str, ...] = field(default=())
    uids: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    free: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)

    def times(self, ref: str) -> tuple[Interval, ...]:
        """When the event is, whether it takes time or not; none: it is not any more."""
        return self.events.get(ref) or self.free.get(ref, ())


@dataclass(frozen=True, slots=True)
class Entry:
    """A meeting as an advisor's calendar is to show it.

    `uid` never changes, `sequence` rises with each change (RFC 5546); `start` and `end`
    are instants, `zone` the IANA zone they are shown in. `place` is the link or address.
    With `video` the calendar is asked to make a video link, where it can (Meet, Teams).
    """

    uid: str
    sequence: int
    start: datetime
    end: datetime
    zone: str
    title: str
    text: str = ""
    place: str = ""
    video: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """Where an entry is: its id in that calendar and the version (ETag) we wrote."""

    ref: str
    version: str | None = None
    video_url: str | None = None
    calendar_id: str = ""


class CalendarUnreachable(TryLater):
    """The calendar cannot be read now; what we knew of it grows stale."""

    code: ClassVar[str] = "calendar_unreachable"


class CalendarRevoked(Refused):
    """The calendar no longer lets us in: its advisor has to connect it again."""

    code: ClassVar[str] = "calendar_revoked"


class CalendarRefused(Refused):
    """The calendar will not take this (read only, malformed), whatever the time."""

    code: ClassVar[str] = "calendar_refused"


class EntryChanged(Conflict):
    """The event in the calendar is not the one we last wrote (If-Match failed)."""

    code: ClassVar[str] = "entry_changed"


class Calendar(Protocol):
    """One calendar of one advisor somewhere."""

    @property
    def writes(self) -> bool:
        """Whether meetings can be written into it."""

    @property
    def makes_video(self) -> bool:
        """Whether it can make a video link for a meeting (`Entry.video`)."""

    async def changes(self, cursor: str | None, window: Interval) -> Changes:
        """What changed since `cursor` (None: everything), expanded within `window`.

        Raises CalendarUnreachable (try later) or CalendarRevoked (ask the advisor).
        """

    async def write(self, entry: Entry, at: Written | None) -> Written:
        """Write the entry, new or (`at`: what writing it gave before) in its place.

        The same entry twice is one event: without `at`, one of that UID that is there
        already is taken over. Raises EntryChanged where it is no longer what `at` says;
        CalendarUnreachable, CalendarRevoked, CalendarRefused.
        """

    async def remove(self, at: Written) -> None:
        """Delete the event; one that is gone already is no error.

        Raises EntryChanged, CalendarUnreachable, CalendarRevoked, CalendarRefused.
        """


class AdvisorCalendars(Protocol):
    """The outside calendars of advisors, for those who book. Does network work and its own
    short transactions: never call it within one."""

    async def reread(self, advisor_ids: Sequence[str], *, patience_seconds: float = 4.0) -> None:
        """Read the calendars of these advisors again, to confirm on what is true now.

        What cannot be read in that time stays as it was (and grows stale): no error.
        """

    async def can_make_video(self, advisor_id: str) -> bool:
        """Whether writing a meeting of theirs can give a video link (Meet, Teams)."""

    async def write(self, advisor_id: str, entry: Entry) -> Written | None:
        """Put the meeting into the advisor's calendar, or change it there; the same entry
        again changes nothing. None where they have no calendar that we may write.

        The calendar mails nobody: we invite. Raises EntryChanged where the advisor has
        moved the event meanwhile (the news of it is in the outbox);
        CalendarUnreachable, CalendarRevoked, CalendarRefused.
        """

    async def remove(self, advisor_id: str, uid: str) -> None:
        """Take the meeting out of the calendar it was written to; what is not there is
        no error. Raises CalendarUnreachable, CalendarRevoked, CalendarRefused."""
