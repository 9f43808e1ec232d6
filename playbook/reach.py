"""Which answers a playbook can get, as far as its rules can tell them apart.

Each question is stood for by the few answers at the edges of the rules that name it,
and by "nothing said"; trying them together shows what can hold and which scores occur.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from typing import Any

from playbook.condition import holds
from playbook.model import Condition, Limit, Playbook, Question

TODAY = date(2026, 1, 1)  # months are compared, never a certain day
MOST_COMBINATIONS = 20_000


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer somebody could give."""

    value: Any
    status: str = "given"


NOTHING = Sample(None, "unknown")
Answers = Mapping[str, Sample]


def truth_values(playbook: Playbook, condition: Condition) -> set[bool]:
    """Whether the condition can be true, and whether it can be false."""
    found: set[bool] = set()
    for answers in _combinations(playbook, {test[0] for test in condition.tests}):
        found.add(holds(condition, answers, TODAY))
        if len(found) > 1:
            break
    return found


def reachable_scores(playbook: Playbook) -> tuple[int, int]:
    """The least and the most points anybody can get.

    Rules that share questions are tried together; groups that share none are summed.
    """
    least = most = 0
    for questions, rules in _groups(playbook):
        scores = [
            sum(rule.points for rule in rules if holds(rule.when, answers, TODAY))
            for answers in _combinations(playbook, questions)
        ]
        least, most = least + min(scores), most + max(scores)
    return least, most


def _groups(playbook: Playbook) -> list[tuple[set[str], list[Any]]]:
    groups: list[tuple[set[str], list[Any]]] = []
    for rule in playbook.points:
        names, rules = {test[0] for test in rule.when.tests}, [rule]
        apart = []
        for other_names, other_rules in groups:
            if other_names & names:
                names, rules = names | other_names, other_rules + rules
            else:
                apart.append((other_names, other_rules))
        groups = [*apart, (names, rules)]
    return groups


def _combinations(playbook: Playbook, names: set[str]) -> Iterator[Answers]:
    questions = [question for question in playbook.questions if question.id in names]
    samples = [list(_samples(playbook, question)) for question in questions]
    for chosen in islice(product(*samples), MOST_COMBINATIONS):
        yield {question.id: sample for question, sample in zip(questions, chosen, strict=True)}


def _samples(playbook: Playbook, question: Question) -> Iterator[Sample]:
    yield NOTHING
    if question.kind == "option":
        yield from (Sample(option.id) for option in question.options)
    elif question.kind == "yes_no":
        yield from (Sample(True), Sample(False))
    elif question.kind in ("people", "money", "number"):
        yield from _amounts(playbook, question)
    elif question.kind == "timeline":
        yield from (Sample({"by_months": months}) for months in _operands(playbook, question))
        yield from (Sample({"asap": True}), Sample({"none": True}))
    else:
        yield Sample("something")


def _amounts(playbook: Playbook, question: Question) -> Iterator[Sample]:
    """Amounts around each limit, inside what the question accepts."""
    settings = question.settings
    least, most = settings.get("min", 0), settings.get("max", 10**12)
    edges = {least, most}
    for limit in _operands(playbook, question):
        amount = limit.amount if isinstance(limit, Limit) else limit
        edges |= {amount - 1, amount, amount + 1}
    for edge in sorted(edge for edge in edges if least <= edge <= most):
        whole = int(edge)
        yield Sample(whole if question.kind == "number" else {"min": whole, "max": whole})


def _operands(playbook: Playbook, question: Question) -> list[Any]:
    conditions = [
        *(rule.when for rule in playbook.points),
        *(rule.when for rule in playbook.disqualifiers),
        *(route.when for route in playbook.routes),
        *(other.only_if for other in playbook.questions),
    ]
    tests = (test for condition in conditions for test in condition.tests)
    return [operand for name, _, operand in tests if name == question.id and operand is not None]
