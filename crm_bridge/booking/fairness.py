"""Whose turn it is: a running account of meetings owed to each advisor. Pure.

Each choice shares one meeting out among the advisors who were free, by weight, and takes
one from who got it. Who has the most to their credit is next, so that over time everybody
gets the share of their weight of the meetings they could have had; nobody collects credit
while away, and nobody floods when they are back. A turn that came to nothing (the hold ran
out, the meeting was cancelled, the visitor did not come) is given back; where that was said
in error it is taken again, which undoes the giving back and nothing else.

The account of a playbook is a list of lines, oldest first; what every choice should have
been follows from the lines before it (`check`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

MEETING: Final = 1_000_000
"""One meeting; credit is counted in millionths of it, in whole numbers, so that giving a
turn back leaves nothing behind."""

Act = Literal["given", "returned", "taken_again"]


@dataclass(frozen=True, slots=True)
class Credit:
    """What an advisor is owed, in millionths of a meeting, and the number of the line by
    which they last got one (0: never)."""

    owed: int = 0
    last: int = 0


type Account = Mapping[str, Credit]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger, numbered from 1. `weights` are of the advisors among whom the
    turn was given (empty where it was nobody's turn: an owner, a fixed order, one alone)."""

    number: int
    act: Act
    booking: str
    chosen: str
    weights: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A line beside what the account before it says: `expected` is who should have got it
    (None: it was no choice), `before` what each of the free was owed."""

    line: Line
    expected: str | None
    before: Mapping[str, int]

    @property
    def holds(self) -> bool:
        return self.expected in (None, self.line.chosen)


def in_turn(account: Account, weights: Mapping[str, int]) -> list[str]:
    """The advisors of `weights` in the order of their turn: the most credit once this
    meeting is shared out, then who waited longest, then by name."""

    def turn(advisor: str) -> tuple[int, int, str]:
        credit = account.get(advisor, Credit())
        return -(credit.owed * total + weights[advisor] * MEETING), credit.last, advisor

    total = sum(weights.values())
    return sorted(weights, key=turn)


def shares(weights: Mapping[str, int], chosen: str) -> dict[str, int]:
    """What a choice adds to each advisor's credit; the sum is nothing."""
    total = sum(weights.values())
    moved = {advisor: MEETING * weight // total for advisor, weight in sorted(weights.items())}
    moved[chosen] -= sum(moved.values())
    return moved


def after(account: Account, line: Line) -> dict[str, Credit]:
    """The account once the line is written."""
    following = dict(account)
    if not line.weights:
        return following
    sign = -1 if line.act == "returned" else 1
    for advisor, moved in shares(line.weights, line.chosen).items():
        before = following.get(advisor, Credit())
        got = advisor == line.chosen and line.act == "given"
        following[advisor] = Credit(before.owed + sign * moved, line.number if got else before.last)
    return following


def check(lines: Iterable[Line]) -> Iterator[Checked]:
    """Every line, with what the ledger before it says it should be."""
    account: dict[str, Credit] = {}
    for line in lines:
        choice = line.act == "given" and line.weights
        expected = in_turn(account, line.weights)[0] if choice else None
        before = {each: account.get(each, Credit()).owed for each in line.weights}
        yield Checked(line, expected, before)
        account = after(account, line)


def account_of(lines: Sequence[Line]) -> dict[str, Credit]:
    """What everybody is owed by the lines."""
    account: dict[str, Credit] = {}
    for line in lines:
        account = after(account, line)
    return account
