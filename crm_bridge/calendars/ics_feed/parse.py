"""A calendar's text as events, each one readable or named as a fault. Pure.

One broken property costs that property, one broken event that event, never the feed.
Of several versions of one event (same UID and instance) the highest SEQUENCE counts, of
equals the later stamp, then the later in the file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from crm_bridge.calendars.ics_feed.events import Event, read_event
from crm_bridge.calendars.ics_feed.lines import Part, read_parts
from crm_bridge.calendars.ics_feed.times import read_length, read_offset, read_when
from crm_bridge.calendars.ics_feed.vtimezone import Observance, OwnZone
from crm_bridge.calendars.ics_feed.zones import UTC_ZONE, EitherZone, Zone, plain, resolve
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.rule_text import read_rule

MOST_EVENTS = 20_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read: the event's UID (or "") and what was wrong."""

    uid: str
    what: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What a calendar's text holds. `busy` are ready-made busy times (VFREEBUSY)."""

    events: tuple[Event, ...] = ()
    busy: tuple[Interval, ...] = ()
    faults: tuple[Fault, ...] = ()


def parse(
    text: str | bytes | Part,
    *,
    owner_zone: Zone,
    owners: frozenset[str] = frozenset(),
    give_up: Callable[[], bool] = lambda: False,
) -> Feed:
    """Every event of an iCalendar text, or of one that `read_parts` took apart.

    Floating times are read in the calendar's own zone (X-WR-TIMEZONE, else its only
    VTIMEZONE), else in `owner_zone`; dates always in `owner_zone`. `give_up` is asked
    before each event; once it says so the rest is one fault.
    """
    top = text if isinstance(text, Part) else read_parts(text)
    faults: list[Fault] = []
    zones = _Zones(top, owner_zone, faults)
    events: list[Event] = []
    for number, part in enumerate(top.of_kind("VEVENT")):
        if number >= MOST_EVENTS or give_up():
            faults.append(Fault("", f"given up after {number} events"))
            break
        try:
            event = read_event(part, zones.of, owners=owners)
        except (ValueError, OverflowError) as fault:
            faults.append(Fault(_uid(part), str(fault)[:200]))
            continue
        faults += [Fault(event.uid, what) for what in event.faults]
        if event.sub_hourly:
            faults.append(Fault(event.uid, "a rule within the hour is not followed"))
        events.append(event)
    faults += [Fault("", f"unknown time zone {name!r}") for name in sorted(zones.unknown)]
    faults += [Fault("", f"time zone {name!r}: summer unknown") for name in sorted(zones.either)]
    return Feed(tuple(_newest(events)), tuple(_free_busy(top, zones, faults)), tuple(faults))


class _Zones:
    """The zones of one file."""

    def __init__(self, top: Part, owner_zone: Zone, faults: list[Fault]) -> None:
        self.unknown: set[str] = set()
        self.either: set[str] = set()
        self._owner = owner_zone
        self._own = dict(_own_zones(top, faults))
        self._known: dict[str, Zone] = {}
        self._floating = self._calendar_zone(top)

    def of(self, tzid: str | None) -> Zone:
        """The zone of a TZID; unknown ones (noted) are read as floating."""
        if tzid is None:
            return self._owner
        name = plain(tzid)
        if not name:
            return self._floating
        if name not in self._known:
            zone = resolve(name, self._own)
            if zone is None:
                self.unknown.add(name[:80])
            elif isinstance(zone, EitherZone):
                self.either.add(name[:80])
            self._known[name] = zone or self._floating
        return self._known[name]

    def _calendar_zone(self, top: Part) -> Zone:
        for calendar in top.of_kind("VCALENDAR"):
            try:
                line = calendar.first("X-WR-TIMEZONE")
            except ValueError:
                continue
            zone = resolve(line.value, self._own) if line else None
            if zone is not None:
                return zone
        if len(self._own) == 1:
            (name,) = self._own
            return resolve(name, self._own) or self._owner
        return self._owner


def _own_zones(top: Part, faults: list[Fault]) -> Iterator[tuple[str, Zone]]:
    for part in top.of_kind("VTIMEZONE"):
        try:
            line = part.first("TZID")
            if line is not None:
                yield plain(line.value), OwnZone(list(_observances(part)))
        except (ValueError, OverflowError) as fault:
            faults.append(Fault("", f"VTIMEZONE: {fault}"[:200]))


def _observances(part: Part) -> Iterator[Observance]:
    for kind in ("STANDARD", "DAYLIGHT"):
        for observance in part.of_kind(kind):
            yield _observance(observance)


def _observance(part: Part) -> Observance:
    start, before, after = (
        part.first("DTSTART"),
        part.first("TZOFFSETFROM"),
        part.first("TZOFFSETTO"),
    )
    if start is None or after is None:
        raise ValueError("an observance needs DTSTART and TZOFFSETTO")
    offset_to = read_offset(after.value)
    offset_from = read_offset(before.value) if before else offset_to
    rule = part.first("RRULE")
    dates = [
        read_when(line, lambda _: UTC_ZONE, value=value).wall
        for line in part.properties("RDATE")
        for value in line.value.split(",")
    ]

    def to_wall(instant: datetime) -> datetime:
        return (instant + offset_from).replace(tzinfo=None)

    return Observance(
        onset=read_when(start, lambda _: UTC_ZONE).wall,
        offset_from=offset_from,
        offset_to=offset_to,
        rule=read_rule(rule.value, to_wall=to_wall) if rule else None,
        dates=tuple(dates),
    )


def _newest(events: list[Event]) -> Iterator[Event]:
    """One event of each UID and instance; events without a UID are all different."""
    newest: dict[tuple[str, datetime | None], Event] = {}
    for number, event in enumerate(events):
        instance = event.instance.instant if event.instance else None
        key = (event.uid or f"\0{number}", instance)
        known = newest.get(key)
        if known is None or (event.sequence, event.stamp) >= (known.sequence, known.stamp):
            newest[key] = event
    yield from newest.values()


def _free_busy(top: Part, zones: _Zones, faults: list[Fault]) -> Iterator[Interval]:
    for part in top.of_kind("VFREEBUSY"):
        try:
            for line in part.properties("FREEBUSY"):
                if line.parameters.get("FBTYPE", "BUSY").upper() == "FREE":
                    continue
                for value in line.value.split(","):
                    begin, _, end = value.partition("/")
                    start = read_when(line, zones.of, value=begin)
                    if end.strip().upper().startswith("P"):
                        yield Interval(start.instant, read_length(end).after(start))
                    else:
                        stop = read_when(line, zones.of, value=end).latest
                        yield Interval(start.instant, stop)
        except (ValueError, OverflowError) as fault:
            faults.append(Fault("", f"FREEBUSY: {fault}"[:200]))


def _uid(part: Part) -> str:
    try:
        line = part.first("UID")
    except ValueError:
        return ""
    return line.value.strip()[:200] if line else ""
