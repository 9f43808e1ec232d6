"""What a phrase says about days, as constraints that words in any order may add to.

"Monday" + "18" + "February", "the 3rd" + "of next month", "Wednesday" + "next week":
each word is a `Days`, and `meet` joins two that do not contradict each other.
`when_resolve` turns the whole into dates.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal

from parsing.when_periods import Period

Which = Literal["next", "this", "coming", "last", "after_next"]


@dataclass(frozen=True, slots=True)
class Days:
    """Constraints on the day; None says nothing.

    `which` belongs to the weekday, `month_which` to the month. `weekdays` are days of every
    week ("Tuesdays", "working days"). `period` is already dated; `counted` tells that it
    was reached by counting from today ("in two weeks"), to `instant`. `swapped` tells that
    day and month may also be the other way round. `names` are what a mistyped name may be.
    """

    weekday: int | None = None
    which: Which | None = None
    weekdays: frozenset[int] | None = None
    day: int | None = None
    month: int | None = None
    month_which: Which | None = None
    year: int | None = None
    period: Period | None = None
    instant: datetime | None = None
    counted: bool = False
    swapped: bool = False
    names: tuple[tuple[str, int], ...] | None = None
    past: bool = False

    @property
    def narrow(self) -> bool:
        """Whether a single day is meant."""
        if self.period is not None and self.period.first == self.period.last:
            return True
        return self.weekday is not None or self.day is not None


_FLAGS = frozenset({"counted", "swapped", "past"})


def meet(one: Days, other: Days) -> Days | None:
    """Both constraints at once, or None when they contradict each other."""
    joined: dict[str, Any] = {}
    for field in fields(Days):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if field.name in _FLAGS:
            joined[field.name] = mine or theirs
        elif field.name == "weekdays" and mine and theirs:
            joined["weekdays"] = mine | theirs
        elif field.name == "period" and mine and theirs:
            joined["period"] = _narrower(mine, theirs)
            if joined["period"] is None:
                return None
        elif mine is None or theirs is None or mine == theirs:
            joined[field.name] = theirs if mine is None else mine
        else:
            return None
    met = Days(**joined)
    return met if _makes_sense(met) else None


def _narrower(one: Period, other: Period) -> Period | None:
    if one.first <= other.first and other.last <= one.last:
        return other
    if other.first <= one.first and one.last <= other.last:
        return one
    return None


def _makes_sense(days: Days) -> bool:
    if days.weekdays is not None and (days.weekday is not None or days.day is not None):
        return False
    period = days.period
    if period is None:
        return True
    if period.first == period.last and not days.counted:
        return True  # "tomorrow, Thursday the 12th": resolving checks that they agree
    if days.day is not None and days.month is None:
        return period.grain in ("month", "quarter", "year")
    if days.month is not None or days.year is not None:
        return period.grain == "year" and days.year is None
    return True


def confirm(days: Days) -> Days:
    """The same days without what a single dated day already says."""
    return replace(days, weekday=None, which=None, day=None, month=None, month_which=None)
