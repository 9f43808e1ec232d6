"""Whose calendar it is: what reading an event has to know of its owner. Pure."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from crm_bridge.calendars.ics_feed.zones import NamedZone


@dataclass(frozen=True, slots=True)
class Owner:
    """`zone` is the advisor's: days without a time are days there. `emails` (casefolded)
    are theirs: what they declined does not take their time."""

    zone: ZoneInfo
    emails: frozenset[str] = frozenset()

    @property
    def clock(self) -> NamedZone:
        """The zone as calendars' texts are read with."""
        return NamedZone(self.zone)
