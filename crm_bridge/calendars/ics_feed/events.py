"""One VEVENT as what it means for somebody's time. Pure.

`read_event` raises ValueError (BadRule among them) for an event that cannot be placed in
time; what is broken beside that is left out and the event stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_bridge.calendars.ics_feed.lines import Line, Part
from crm_bridge.calendars.ics_feed.times import (
    Length,
    When,
    ZoneOf,
    read_length,
    read_values,
    read_when,
)
from crm_bridge.calendars.recurrence import BadRule, Rule
from crm_bridge.calendars.rule_text import read_rule

_ESCAPED = re.compile(r"\\(.)")
_NOTHING = timedelta()
_ASSUMED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Extra:
    """One RDATE; `end` is its own end where it is a period."""

    start: When
    end: datetime | Length | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """A VEVENT, not expanded. `busy` is whether it takes the owner's time at all; `declined`,
    that it does not because they said no to it."""

    uid: str
    start: When
    end: datetime | Length  # an instant; or how long (a date without an end takes its day)
    summary: str = ""
    sequence: int = 0
    stamp: str = ""
    busy: bool = True
    declined: bool = False
    cancelled: bool = False
    rules: tuple[Rule, ...] = ()
    extra: tuple[Extra, ...] = ()
    without: tuple[When, ...] = ()
    instance: When | None = None  # RECURRENCE-ID: which instance of the series this replaces
    and_future: bool = False
    sub_hourly: bool = False
    faults: tuple[str, ...] = ()

    @property
    def end_instant(self) -> datetime:
        """When the first instance ends; never before it starts."""
        end = self.end.after(self.start) if isinstance(self.end, Length) else self.end
        return max(end, self.start.instant)


def read_event(part: Part, zone_of: ZoneOf, *, owners: frozenset[str] = frozenset()) -> Event:
    """The event of a VEVENT part. `owners` are the addresses of the calendar's owner: what
    they declined does not take their time."""
    faults: list[str] = []
    begin = part.first("DTSTART")
    if begin is None:
        raise ValueError("no DTSTART")
    start = read_when(begin, zone_of)
    zone_of = _like_the_start(start, zone_of)
    texts = _texts(part, faults)
    rules = _rules(part, start, faults)
    instance, and_future = _instance(part, zone_of)
    declined = _declined(part, owners, faults)
    return Event(
        uid=texts.get("UID", ""),
        start=start,
        end=_end(part, start, zone_of, faults),
        summary=_unescaped(texts.get("SUMMARY", "")),
        sequence=_sequence(texts.get("SEQUENCE", "0")),
        stamp=texts.get("LAST-MODIFIED") or texts.get("DTSTAMP", ""),
        busy=_takes_time(texts) and not declined,
        declined=declined,
        cancelled=texts.get("STATUS", "").strip().upper() == "CANCELLED",
        rules=tuple(rule for rule in rules if not rule.sub_hourly),
        extra=tuple(Extra(*pair) for pair in _dates(part, "RDATE", zone_of, faults)),
        without=tuple(when for when, _ in _dates(part, "EXDATE", zone_of, faults)),
        instance=instance,
        and_future=and_future,
        sub_hourly=any(rule.sub_hourly for rule in rules),
        faults=tuple(faults),
    )


def _like_the_start(start: When, zone_of: ZoneOf) -> ZoneOf:
    """A time without a zone beside a start that has one is meant in that one."""
    if start.all_day:
        return zone_of
    return lambda tzid: start.zone if tzid == "" else zone_of(tzid)


def _texts(part: Part, faults: list[str]) -> dict[str, str]:
    """The simple properties; the first of each name counts."""
    names = (
        "UID",
        "SUMMARY",
        "SEQUENCE",
        "STATUS",
        "TRANSP",
        "DTSTAMP",
        "LAST-MODIFIED",
        "X-MICROSOFT-CDO-BUSYSTATUS",
    )
    found: dict[str, str] = {}
    for name in names:
        try:
            line = part.first(name)
        except ValueError:
            faults.append(f"{name} is broken")
            continue
        if line is not None:
            found[name] = line.value if name == "SUMMARY" else line.value.strip()
    return found


def _unescaped(text: str) -> str:
    """TEXT as it was meant: RFC 5545 section 3.3.11."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def _sequence(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _takes_time(texts: dict[str, str]) -> bool:
    """Whoever works elsewhere can be met, whatever TRANSP says: as Graph has it."""
    shown = texts.get("X-MICROSOFT-CDO-BUSYSTATUS", "").upper()
    if "TRANSP" in texts and shown != "WORKINGELSEWHERE":
        return texts["TRANSP"].upper() != "TRANSPARENT"
    return shown not in ("FREE", "WORKINGELSEWHERE")


def _declined(part: Part, owners: frozenset[str], faults: list[str]) -> bool:
    if not owners:
        return False
    try:
        attendees = list(part.properties("ATTENDEE"))
    except ValueError:
        faults.append("ATTENDEE is broken")
        return False
    return any(
        line.parameters.get("PARTSTAT", "").upper() == "DECLINED"
        and line.value.strip().casefold().removeprefix("mailto:") in owners
        for line in attendees
    )


def _end(part: Part, start: When, zone_of: ZoneOf, faults: list[str]) -> datetime | Length:
    """The end as it is written; one that cannot be read makes it an hour, rather than none."""
    try:
        return _written_end(part, start, zone_of)
    except ValueError as fault:
        faults.append(f"the end: {fault}")
        return Length(1, exact=_NOTHING) if start.all_day else Length(0, exact=_ASSUMED)


def _written_end(part: Part, start: When, zone_of: ZoneOf) -> datetime | Length:
    line = part.first("DTEND")
    if line is not None:
        end = read_when(line, zone_of)
        if start.all_day and end.all_day:
            return Length(max((end.wall - start.wall).days, 1), exact=_NOTHING)
        return end.latest if end.instant != start.instant else end.instant
    line = part.first("DURATION")
    if line is not None:
        return read_length(line.value)
    return Length(1 if start.all_day else 0, exact=_NOTHING)


def _rules(part: Part, start: When, faults: list[str]) -> list[Rule]:
    found = []
    for line in _readable(part, "RRULE", faults):
        try:
            found.append(read_rule(line.value, to_wall=start.zone.to_wall))
        except BadRule as fault:
            faults.append(f"RRULE: {fault}")
    return found


def _dates(
    part: Part, name: str, zone_of: ZoneOf, faults: list[str]
) -> Iterator[tuple[When, datetime | Length | None]]:
    for line in _readable(part, name, faults):
        try:
            yield from read_values(line, zone_of)
        except ValueError as fault:
            faults.append(f"{name}: {fault}")


def _readable(part: Part, name: str, faults: list[str]) -> Iterator[Line]:
    lines = part.properties(name)
    while True:
        try:
            yield next(lines)
        except StopIteration:
            return
        except ValueError:
            faults.append(f"{name} is broken")
            return


def _instance(part: Part, zone_of: ZoneOf) -> tuple[When | None, bool]:
    line = part.first("RECURRENCE-ID")
    if line is None:
        return None, False
    instance = read_when(line, zone_of)
    _ = instance.instant  # one that is no instant is a fault of this event
    return instance, line.parameters.get("RANGE", "").upper() == "THISANDFUTURE"
