"""Points fade: what somebody did last week says more than what they did last year. Pure."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

HALF_LIFE: Final = timedelta(days=90)


def faded(points: float, age: timedelta, *, half_life: timedelta = HALF_LIFE) -> float:
    """What points are worth after `age`: half after each half-life. A negative age (clocks
    of two machines) counts as none."""
    halvings: float = max(age, timedelta(0)) / half_life
    return points * math.pow(0.5, halvings)


def standing(
    given: Iterable[tuple[int, datetime]], now: datetime, *, half_life: timedelta = HALF_LIFE
) -> float:
    """The sum of points as of now, to a tenth."""
    return round(sum(faded(points, now - at, half_life=half_life) for points, at in given), 1)
