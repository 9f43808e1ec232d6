"""Reads the `when:` of rules: which question, compared how, with what."""

from typing import Any

from playbook.condition import OPERATORS
from playbook.fault import did_you_mean
from playbook.model import Condition, Limit, Question
from playbook.node import Node

ANSWERED = ("answered", "not_answered")
COMPARING = ("at_least", "at_most", "above", "below")
FITTING: dict[str, tuple[str, ...]] = {
    "option": ("is", "in"),
    "yes_no": ("is",),
    "people": COMPARING,
    "money": COMPARING,
    "number": COMPARING,
    "timeline": ("within_months",),
}


def read_condition(node: Node, questions: tuple[Question, ...]) -> Condition:
    """A condition as written: `{need: {in: [crm]}, phone: answered}`; `{}` always holds.

    Short forms: `phone: answered`, and `need: crm` for `need: {is: crm}`.
    """
    known = {question.id: question for question in questions}
    tests: list[tuple[str, str, Any]] = []
    for name, child in node.children().items():
        if name not in known:
            hint = did_you_mean(name, known) or "It must stand further up in the playbook."
            child.fault(f"no question '{name}' here", hint)
            continue
        tests.extend((name, *test) for test in _tests(child, known[name]))
    return Condition(tuple(tests))


def _tests(node: Node, question: Question) -> list[tuple[str, Any]]:
    if isinstance(node.value, str) and node.value in ANSWERED:
        return [(node.value, None)]
    if isinstance(node.value, str | bool):
        return _test(node, "is", question)
    if not node.mapping():
        return []
    if not node.value:
        node.fault("compares nothing", f"Write one of {', '.join(_fitting(question))}.")
    found: list[tuple[str, Any]] = []
    for operator, operand in node.children().items():
        if operator not in OPERATORS:
            operand.fault(f"unknown comparison '{operator}'", did_you_mean(operator, OPERATORS))
        else:
            found.extend(_test(operand, operator, question))
    return found


def _fitting(question: Question) -> tuple[str, ...]:
    return FITTING.get(question.kind, ()) + ANSWERED


def _test(node: Node, operator: str, question: Question) -> list[tuple[str, Any]]:
    """The operator with its operand, or nothing when they do not fit the question."""
    if operator not in _fitting(question):
        node.fault(
            f"'{operator}' does not fit '{question.id}', which is a {question.kind}",
            f"Use one of {', '.join(_fitting(question))}.",
        )
        return []
    if operator in ANSWERED:
        return [(operator, None)]
    if operator == "within_months":
        return [(operator, node.integer(least=0, most=120))]
    if operator in COMPARING:
        return [(operator, _limit(node, question))]
    return _choice(node, operator, question)


def _limit(node: Node, question: Question) -> Any:
    amount = node.decimal(least=-1e12, most=1e12)
    if question.kind != "money":
        return amount
    settings = question.settings
    return Limit(amount, settings.get("currency", "EUR"), settings.get("rates", {}))


def _choice(node: Node, operator: str, question: Question) -> list[tuple[str, Any]]:
    if question.kind == "yes_no":
        return [(operator, node.flag())]
    known = [option.id for option in question.options]
    if operator == "is":
        return [(operator, node.one_of(known))] if known else []
    return [(operator, tuple(entry.one_of(known) for entry in node.items(most=100) if known))]
