"""A VTIMEZONE of a file as a zone of its own: RFC 5545 section 3.6.5. Pure.

The observance in force at a wall time is the one with the latest onset at or before it.
Onsets are worked out a year at a time and kept with the zone, never across zones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC as _UTC
from datetime import datetime, timedelta

from crm_bridge.calendars.recurrence import Rule, occurrences

_LOOK_BACK = timedelta(days=2 * 366)  # rules of zones come round every year
_MOST_ONSETS = 200


@dataclass(frozen=True, slots=True)
class Observance:
    """STANDARD or DAYLIGHT: from each onset on (wall time under `offset_from`) the clock is
    `offset_to` ahead of UTC."""

    onset: datetime
    offset_from: timedelta
    offset_to: timedelta
    rule: Rule | None = None
    dates: tuple[datetime, ...] = ()

    def onsets(self, first: datetime, last: datetime) -> list[datetime]:
        """The onsets in [first, last], and the latest before `first` where there is one."""
        moment = timedelta(seconds=1)
        fixed = sorted({self.onset, *self.dates}) if not self.rule else sorted(self.dates)
        found = [each for each in fixed if each <= last]
        if self.rule is not None:
            ends = min(last, self.rule.until or last)
            begins = max(min(first, ends) - _LOOK_BACK, self.onset)
            series = occurrences(self.rule, self.onset, after=begins, before=ends + moment)
            found += [each for _, each in zip(range(_MOST_ONSETS), series, strict=False)]
        found.sort()
        earlier = [each for each in found if each < first]
        return earlier[-1:] + [each for each in found if each >= first]


class OwnZone:
    """A zone as its file defines it. Raises ValueError when there is no observance."""

    def __init__(self, observances: Sequence[Observance]) -> None:
        if not observances:
            raise ValueError("a VTIMEZONE without STANDARD or DAYLIGHT")
        self._observances = tuple(observances)
        first = min(observances, key=lambda each: each.onset)
        self._before_all = first.offset_from
        self._years: dict[int, list[tuple[datetime, Observance]]] = {}

    def to_utc(self, wall: datetime) -> datetime:
        return (wall - self._offset(wall)).replace(tzinfo=_UTC)

    def to_wall(self, instant: datetime) -> datetime:
        naive = instant.astimezone(_UTC).replace(tzinfo=None)
        wall = naive + self._offset(naive)
        for _ in range(2):  # the offset was looked up at UTC's clock: settle on the wall's
            wall = naive + self._offset(wall)
        return wall

    def _offset(self, wall: datetime) -> timedelta:
        offset = self._before_all
        for onset, observance in self._onsets_about(wall.year):
            if onset > wall:
                break
            gap_end = onset + (observance.offset_to - observance.offset_from)
            in_gap = onset <= wall < gap_end
            offset = observance.offset_from if in_gap else observance.offset_to
        return offset

    def _onsets_about(self, year: int) -> list[tuple[datetime, Observance]]:
        if year not in self._years:
            first, last = datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)  # noqa: DTZ001
            found = [
                (onset, observance)
                for observance in self._observances
                for onset in observance.onsets(first, last)
            ]
            self._years[year] = sorted(found, key=lambda pair: pair[0])
        return self._years[year]
