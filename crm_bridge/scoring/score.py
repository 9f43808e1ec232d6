"""The points of a visitor's answers, and the rules that gave them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from playbook.condition import Given, holds
from playbook.model import Playbook


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that counted: the points it gave and the sentence that a rep reads."""

    rule: str
    points: int
    because: str


@dataclass(frozen=True, slots=True)
class Score:
    """The sum of the points and every rule that counted, in the playbook's order."""

    points: int
    reasons: tuple[Reason, ...]


def score(playbook: Playbook, answers: Mapping[str, Given], *, today: date) -> Score:
    """What the answers are worth. `today` is the visitor's, for rules about time."""
    reasons = tuple(
        Reason(rule.id, rule.points, rule.because)
        for rule in playbook.points
        if holds(rule.when, answers, today)
    )
    return Score(points=sum(reason.points for reason in reasons), reasons=reasons)
