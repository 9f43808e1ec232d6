"""Which of the advisors who are free meets the visitor, and why. Pure.

any          whose turn it is (`booking.fairness`)
in_order     the first of the route
owner_first  the owner of the visitor's contact, else as any; takes nobody's turn
all          everybody, or nobody: the first of the route is named first
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_bridge.booking.fairness import MEETING, Account, Credit, in_turn
from playbook.model import Choosing

Rule = Choosing
Others = Sequence[tuple[str, str]]  # (advisor, why) of those who were not free


@dataclass(frozen=True, slots=True)
class Choice:
    """The advisors in the order in which they should get the meeting. `weights` are of those
    whose turn it may be; empty where the rule takes no turns."""

    order: tuple[str, ...]
    rule: Rule
    account: Account = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)
    owner: str | None = None

    def without(self, advisor: str) -> "Choice":
        """The same for the rest, once somebody else had taken that advisor's time."""
        weights = {each: weight for each, weight in self.weights.items() if each != advisor}
        rest = [each for each in self.order if each != advisor]
        if weights:
            turns = in_turn(self.account, weights)
            rest = [each for each in rest if each not in weights] + turns
        owner = None if self.owner == advisor else self.owner
        return Choice(tuple(rest), self.rule, self.account, weights, owner)

    def shared(self, advisor: str) -> Mapping[str, int]:
        """Among whom the turn is shared if `advisor` gets the meeting: nobody for an owner."""
        return {} if advisor == self.owner else self.weights

    def reason(self, advisor: str, passed_over: Others = ()) -> dict[str, Any]:
        """Why `advisor` got it, as stored with the booking: the rule, what each of the free
        was owed (in meetings) and weighs, and why the others were passed over."""
        free = [
            {
                "advisor": each,
                "owed": round(self._credit(each).owed / MEETING, 3),
                "weight": self.weights.get(each, 1),
            }
            for each in self.order
        ]
        return {
            "rule": self.rule,
            "chosen": advisor,
            "because": self._because(advisor),
            "free": free,
            "passed_over": [
                *({"advisor": each, "why": why} for each, why in passed_over),
                *(
                    {"advisor": each, "why": self._why_not(each, advisor)}
                    for each in self._rest(advisor)
                ),
            ],
        }

    def _rest(self, advisor: str) -> list[str]:
        return [] if self.rule == "all" else [each for each in self.order if each != advisor]

    def _because(self, advisor: str) -> str:
        if self.rule == "all":
            return "everybody of the route is free then"
        if advisor == self.owner:
            return "the owner of the visitor's contact"
        if len(self.order) == 1:
            return "the only advisor who is free then"
        if self.rule == "in_order":
            return "the first of the route who is free then"
        return f"next in turn: {self._standing(advisor)}"

    def _why_not(self, advisor: str, chosen: str) -> str:
        if chosen == self.owner:
            return "is free, but does not own the contact"
        if self.rule == "in_order":
            return "is free, but comes later in the route"
        return f"is free, but it is not their turn: {self._standing(advisor)}"

    def _standing(self, advisor: str) -> str:
        """What the turn was decided by: the credit with this meeting shared out."""
        share = self.weights[advisor] / sum(self.weights.values())
        credit = self._credit(advisor)
        owed = credit.owed / MEETING + share
        last = f"last by line {credit.last}" if credit.last else "none so far"
        return f"{owed:.2f} of a meeting due ({last})"

    def _credit(self, advisor: str) -> Credit:
        return self.account.get(advisor, Credit())


def choose(
    free: Sequence[str],
    rule: Rule,
    *,
    account: Account,
    weights: Mapping[str, int],
    owner: str | None = None,
) -> Choice:
    """Put the free advisors (in the order of the route) in the order in which they should
    get the meeting. `weights` are the route's, 1 where it names none."""
    if rule in ("in_order", "all"):
        return Choice(tuple(free), rule)
    first = owner if owner in free else None
    team = {each: weights.get(each, 1) for each in free if each != first}
    order = ([first] if first else []) + in_turn(account, team)
    return Choice(tuple(order), rule, account, team, first)
