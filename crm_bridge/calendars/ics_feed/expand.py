"""The events of a calendar as the times they take within a window. Pure.

Expansion of a stranger's calendar is bounded: so many instances an event and a feed, and
`give_up` is asked again and again, so that a caller can set a deadline. What is cut off
is a fault, never silence.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from crm_bridge.calendars.ics_feed.events import Event, Extra
from crm_bridge.calendars.ics_feed.parse import Fault, Feed
from crm_bridge.calendars.ics_feed.times import Length, When
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.recurrence import BadRule, occurrences

MOST_INSTANCES_OF_EVENT = 5_000
MOST_INSTANCES = 100_000
MIDNIGHT = time()
_ASK_EVERY = 64
_LONGEST_COUNT_WALK = timedelta(days=366 * 60)  # a counted rule older than this runs uncounted


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One instance of an event: [start, end) in UTC (end == start: takes no time)."""

    uid: str
    start: datetime
    end: datetime
    summary: str = ""
    busy: bool = True
    all_day: bool = False
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a feed holds within a window, in order of start, and what was cut off."""

    occurrences: tuple[Occurrence, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def busy(self) -> list[Interval]:
        """The times that are taken, in order, not merged; events without length take none."""
        return [
            Interval(each.start, each.end)
            for each in self.occurrences
            if each.busy and each.end > each.start
        ]

    @property
    def free(self) -> list[Interval]:
        """When what stands but is shown as free time is, in order."""
        return [
            Interval(each.start, each.end)
            for each in self.occurrences
            if not each.busy and not each.declined and each.end > each.start
        ]


def expand(
    feed: Feed, window: Interval, *, give_up: Callable[[], bool] = lambda: False
) -> Expansion:
    """Every instance that overlaps `window` (or, without length, lies in it)."""
    series: dict[str, list[Event]] = {}
    for number, event in enumerate(feed.events):
        series.setdefault(event.uid or f"\0{number}", []).append(event)
    found = [Occurrence("", each.start, each.end) for each in feed.busy if each.overlaps(window)]
    faults: list[Fault] = []
    for events in series.values():
        if give_up() or len(found) >= MOST_INSTANCES:
            faults.append(Fault("", "given up: too much to expand"))
            break
        try:
            found += _series(events, window, give_up=give_up, faults=faults)
        except (BadRule, ValueError, OverflowError) as fault:
            faults.append(Fault(events[0].uid, str(fault)[:200]))
    found.sort(key=lambda each: (each.start, each.end, each.uid))
    return Expansion(tuple(found), tuple(faults))


def _series(
    events: list[Event], window: Interval, *, give_up: Callable[[], bool], faults: list[Fault]
) -> Iterator[Occurrence]:
    """The instances of one UID: its series with the changed instances in their place."""
    masters = [event for event in events if event.instance is None]
    changed = {event.instance.instant: event for event in events if event.instance}
    told = [event.instance for event in events if event.instance]
    days = {each.wall.date() for each in told if _names_a_day(each, masters)}
    later = sorted((at for at, event in changed.items() if event.and_future), reverse=True)
    for master in masters:
        if master.cancelled:
            continue
        reach = _reach(master, changed.values(), window)
        for number, (start, end) in enumerate(_instances(master, reach)):
            if number >= MOST_INSTANCES_OF_EVENT or (number % _ASK_EVERY == 0 and give_up()):
                faults.append(Fault(master.uid, f"cut off after {number} instances"))
                break
            if start.instant in changed or start.wall.date() in days:
                continue
            since = next((changed[at] for at in later if start.instant > at), None)
            if since is not None and since.cancelled:
                continue
            begin, stop = _shifted(start.instant, end, since)
            yield from _shown(master, begin, stop, window)
    for event in changed.values():
        if not event.cancelled:
            yield from _shown(event, event.start.instant, event.end_instant, window)


def _names_a_day(instance: When, masters: list[Event]) -> bool:
    """Whether an instance of a series of times is told as a date, or one of a series of days
    as a midnight."""
    whole = instance.all_day or instance.wall.time() == MIDNIGHT
    return whole and any(master.start.all_day != instance.all_day for master in masters)


def _shifted(start: datetime, end: datetime, change: Event | None) -> tuple[datetime, datetime]:
    """An instance as a change of "this and future" leaves it."""
    if change is None or change.instance is None:
        return start, end
    moved = start + (change.start.instant - change.instance.instant)
    return moved, moved + (change.end_instant - change.start.instant)


def _shown(event: Event, start: datetime, end: datetime, window: Interval) -> Iterator[Occurrence]:
    inside = start < window.end and (end > window.start or start == end >= window.start)
    if inside:
        day = event.start.all_day
        yield Occurrence(event.uid, start, end, event.summary, event.busy, day, event.declined)


def _reach(master: Event, changed: Iterable[Event], window: Interval) -> Interval:
    """The window, widened so that every instance that may end up in it begins in it."""
    length = master.end_instant - master.start.instant
    shifts = [
        abs(each.start.instant - each.instance.instant)
        for each in changed
        if each.and_future and each.instance
    ]
    slack = timedelta(days=2) + max(shifts, default=timedelta())
    return Interval(window.start - length - slack, window.end + slack)


def _instances(master: Event, reach: Interval) -> Iterator[tuple[When, datetime]]:
    """Start and end of every instance whose start lies in `reach`, DTSTART's rules first."""
    without = {when.instant for when in master.without if not when.all_day}
    without_days = {when.wall.date() for when in master.without if when.all_day}
    seen: set[datetime] = set()
    for start, end in _unfiltered(master, reach):
        at = start.instant
        if at in seen or at in without or start.wall.date() in without_days:
            continue
        seen.add(at)
        yield start, end


def _unfiltered(master: Event, reach: Interval) -> Iterator[tuple[When, datetime]]:
    if not master.rules:
        yield master.start, master.end_instant
    zone = master.start.zone
    after, before = zone.to_wall(reach.start), zone.to_wall(reach.end)
    for rule in master.rules:
        old = after - master.start.wall > _LONGEST_COUNT_WALK
        bounded = replace(rule, count=None) if rule.count and old else rule
        for wall in occurrences(bounded, master.start.wall, after=after, before=before):
            start = When(wall, zone, master.start.all_day)
            yield start, _end(master, start)
    for extra in master.extra:
        if reach.start <= extra.start.instant < reach.end:
            yield extra.start, _extra_end(master, extra)


def _extra_end(master: Event, extra: Extra) -> datetime:
    if isinstance(extra.end, Length):
        return max(extra.end.after(extra.start), extra.start.instant)
    return extra.end or _end(master, extra.start)


def _end(master: Event, start: When) -> datetime:
    """The end of an instance: DTEND fixes an exact length, DURATION keeps its days."""
    if isinstance(master.end, Length):
        return max(master.end.after(start), start.instant)
    return start.instant + (master.end_instant - master.start.instant)
