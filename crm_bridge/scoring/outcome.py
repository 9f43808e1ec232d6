"""What an interview comes to: qualified, nearly, not a fit, or a call back. Pure.

Nobody is qualified whom we could not invite, or who was never asked what the playbook
requires: an interview that ended early because something broke must not look like a
lead. A required answer that the visitor was asked for and would not give counts as
asked; a name and an address must be given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from crm_bridge.scoring.score import Reason, Score
from playbook.condition import Given, holds
from playbook.model import Disqualifier, Playbook, Question

Decided = Literal["qualified", "nearly", "not_fit", "call_back"]

INVITED_BY = ("person", "email")  # kinds without which no invitation can be sent
REACHED_BY = ("email", "phone")


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome with what decided it, beside the points."""

    outcome: Decided
    reasons: tuple[Reason, ...] = ()


def nothing_given(playbook: Playbook, answers: Mapping[str, Given]) -> bool:
    """Whether not one question of the playbook was answered: no interview took place."""
    return not any(_given(answers, question) for question in playbook.questions)


def missing(
    playbook: Playbook, answers: Mapping[str, Given], *, today: date
) -> tuple[Question, ...]:
    """The required questions that stand in the way of an invitation, in order."""
    return tuple(
        question
        for question in playbook.questions
        if question.required
        and question.returning != "only"
        and holds(question.only_if, answers, today)
        and not _settled(answers, question)
    )


def _settled(answers: Mapping[str, Given], question: Question) -> bool:
    if question.kind in INVITED_BY:
        return _given(answers, question)
    return question.id in answers


def _given(answers: Mapping[str, Given], question: Question) -> bool:
    answer = answers.get(question.id)
    return answer is not None and answer.status == "given" and answer.value is not None


def disqualifier(
    playbook: Playbook, answers: Mapping[str, Given], *, today: date
) -> Disqualifier | None:
    """The first rule that ends the interview with these answers."""
    return next((rule for rule in playbook.disqualifiers if holds(rule.when, answers, today)), None)


def decide(
    playbook: Playbook,
    answers: Mapping[str, Given],
    score: Score,
    *,
    routed: bool,
    today: date,
) -> Decision:
    """The outcome. `routed` tells whether an advisor can take the visitor.

    In this order: a disqualifying answer decides; too few points are "nearly" or
    "not_fit"; enough points are "qualified", unless somebody could not be invited or
    nobody can take them, who get a "call_back" where we can reach them, else "nearly".
    """
    rule = disqualifier(playbook, answers, today=today)
    if rule is not None and rule.outcome != "qualified":
        return Decision(rule.outcome, (Reason(rule.id, 0, rule.because),))
    if rule is None and score.points < playbook.qualified_from:
        return Decision("nearly" if score.points >= playbook.nearly_from else "not_fit")
    lacking = tuple(
        Reason(f"missing:{question.id}", 0, f"did not give: {_label(playbook, question)}")
        for question in missing(playbook, answers, today=today)
    )
    if not routed:
        lacking += (Reason("no_route", 0, "no advisor takes this language and these answers"),)
    if not lacking:
        return Decision("qualified", (Reason(rule.id, 0, rule.because),) if rule else ())
    reachable = any(
        question.kind in REACHED_BY and _given(answers, question) for question in playbook.questions
    )
    return Decision("call_back" if reachable else "nearly", lacking)


def _label(playbook: Playbook, question: Question) -> str:
    return question.label.get(playbook.default_language, question.id)
