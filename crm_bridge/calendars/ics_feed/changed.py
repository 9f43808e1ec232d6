"""Which events of a feed differ from those of the last read. Pure.

A feed comes whole or not at all; each UID's lines are remembered by a digest, so that
only what changed is expanded again. When it was written (DTSTAMP) is not a change.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from crm_bridge.calendars.ics_feed.lines import Part, read_parts

_LONGEST_REF = 200


@dataclass(frozen=True, slots=True)
class Split:
    """A feed by event: `digests` of each, and `parts` that `parse` reads, each with the
    zones of the whole feed."""

    digests: Mapping[str, str]
    parts: Mapping[str, Part]


def split(text: bytes) -> Split:
    """The feed taken apart by UID; what has no UID stands for itself."""
    top = read_parts(text)
    events: dict[str, list[Part]] = {}
    for part in top.of_kind("VEVENT"):
        events.setdefault(_ref(part), []).append(part)
    shared, zones = _shared(top)
    digests = {ref: _digest(zones, parts) for ref, parts in events.items()}
    made = {ref: _whole(shared, parts) for ref, parts in events.items()}
    busy = list(top.of_kind("VFREEBUSY"))
    if busy:
        digests["#freebusy"] = _digest(zones, busy)
        made["#freebusy"] = _whole(shared, busy)
    return Split(digests, made)


def state_of(text: bytes) -> Literal["whole", "cut", "other"]:
    """Whether the text is a whole calendar, the beginning of one that broke off (what is
    missing would count as free), or none at all (a page that asks to sign in)."""
    calendars = list(read_parts(text).of_kind("VCALENDAR"))
    if not calendars:
        return "other"
    return "whole" if all(each.closed for each in calendars) else "cut"


def _ref(part: Part) -> str:
    try:
        line = part.first("UID")
    except ValueError:
        line = None
    uid = line.value.strip() if line else ""
    if uid and len(uid) <= _LONGEST_REF:
        return uid
    return "#" + hashlib.sha256((uid or "\n".join(part.lines)).encode()).hexdigest()[:32]


def _shared(top: Part) -> tuple[Part, str]:
    """What every event needs of the feed: its own zone and its VTIMEZONEs."""
    calendar = Part("VCALENDAR")
    for each in top.of_kind("VCALENDAR"):
        calendar.lines += [line for line in each.lines if line.upper().startswith("X-WR-TIMEZONE")]
    calendar.parts = list(top.of_kind("VTIMEZONE"))
    return calendar, "\n".join([*calendar.lines, *(_text(each) for each in calendar.parts)])


def _whole(shared: Part, parts: list[Part]) -> Part:
    calendar = Part("VCALENDAR", shared.lines, [*shared.parts, *parts])
    return Part("", [], [calendar])


def _digest(zones: str, parts: list[Part]) -> str:
    found = hashlib.sha256(zones.encode())
    for part in parts:
        found.update(_text(part).encode())
    return found.hexdigest()[:16]


def _text(part: Part) -> str:
    own = [line for line in part.lines if not line.upper().startswith("DTSTAMP")]
    return "\n".join([part.kind, *own, *(_text(each) for each in part.parts)])
