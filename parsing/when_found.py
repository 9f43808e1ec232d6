"""What reading a few marks gave: constraints and the place behind them."""

from dataclasses import dataclass, replace

from parsing.when_days import Days
from parsing.when_hours import Hours


@dataclass(frozen=True, slots=True)
class Found:
    """`end` is the first mark not read. `weak` when the words alone are no evidence of a date."""

    end: int
    days: Days | None = None
    hours: Hours | None = None
    weak: bool = False

    def sure(self) -> "Found":
        return replace(self, weak=False)
