"""Which of the advisors who are free gets the meeting, and why. Pure.

Round robin by recent load: fewest meetings in the last days first, then who got one
longest ago, then by name. "in_order" takes the first of the route.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

RECENT: Final = timedelta(days=30)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
Rule = Literal["any", "in_order"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An advisor who is free: meetings given to them in the last `RECENT`, and the last one."""

    advisor: str
    recent: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The advisors in the order in which they should get the meeting, and the rule."""

    order: tuple[Candidate, ...]
    rule: Rule

    def reason(self, advisor: str, passed_over: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
        """Why `advisor` got it, as stored with the booking: the rule, everybody's load, and
        (advisor, why) of those who were not free."""
        return {
            "rule": self.rule,
            "chosen": advisor,
            "because": self._because(advisor),
            "free": [{"advisor": each.advisor, "recent": each.recent} for each in self.order],
            "passed_over": [{"advisor": each, "why": why} for each, why in passed_over],
        }

    def _because(self, advisor: str) -> str:
        if len(self.order) == 1:
            return "the only advisor who is free then"
        if self.rule == "in_order":
            return "the first of the route who is free then"
        mine = next(each for each in self.order if each.advisor == advisor)
        others = [each for each in self.order if each.advisor != advisor]
        days = RECENT.days
        if all(mine.recent < other.recent for other in others):
            return f"fewest meetings in the last {days} days ({mine.recent})"
        return f"as few meetings in the last {days} days ({mine.recent}) as anybody, the last of them longest ago"


def choose(free: Sequence[Candidate], rule: Rule) -> Choice:
    """Put the free advisors (in the order of the route) in the order of their turn."""
    if rule == "in_order":
        return Choice(tuple(free), rule)
    return Choice(tuple(sorted(free, key=_turn)), rule)


def _turn(candidate: Candidate) -> tuple[int, datetime, str]:
    return candidate.recent, candidate.last_at or _LONG_AGO, candidate.advisor
