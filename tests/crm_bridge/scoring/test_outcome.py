"""An outcome is what the answers support; nobody is qualified by accident."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.scoring.outcome import Decision, decide, nothing_given
from crm_bridge.scoring.score import score
from tests.crm_bridge.records import WHOLE
from tests.crm_bridge.scoring.playbooks import CONSULTING_PLAYBOOK, answers

TODAY = date(2026, 3, 11)
LITTLE = {**WHOLE, "budget": "declined", "timeline": {"by_months": 24}, "need": "analytics"}


def outcome(values: dict[str, Any], *, routed: bool = True) -> Decision:
    stored = answers(**values)
    scored = score(CONSULTING_PLAYBOOK, stored, today=TODAY)
    return decide(CONSULTING_PLAYBOOK, stored, scored, routed=routed, today=TODAY)


def without(*questions: str) -> dict[str, Any]:
    return {question: value for question, value in WHOLE.items() if question not in questions}


def test_enough_points_and_every_required_answer_qualify() -> None:
    assert outcome(WHOLE) == Decision("qualified")


def test_fewer_points_are_nearly_and_fewer_still_no_fit() -> None:
    assert outcome(LITTLE).outcome == "nearly"
    assert outcome({**LITTLE, "company_size": {"min": 2, "max": 5}}).outcome == "not_fit"


def test_a_disqualifying_answer_decides_whatever_the_points() -> None:
    decision = outcome({**WHOLE, "budget": {"min": 100, "max": 200, "currency": "EUR"}})
    assert decision.outcome == "not_fit"
    assert [reason.rule for reason in decision.reasons] == ["tiny_budget"]


REQUIRED = [question.id for question in CONSULTING_PLAYBOOK.questions if question.required]


@pytest.mark.parametrize("question", REQUIRED)
def test_a_required_answer_that_is_missing_never_qualifies(question: str) -> None:
    assert outcome(without(question)).outcome != "qualified"


@pytest.mark.parametrize("question", ["budget", "phone"])
def test_an_optional_answer_may_be_missing(question: str) -> None:
    assert outcome(without(question)).outcome == "qualified"


@pytest.mark.parametrize("question", ["name", "email"])
def test_who_would_not_say_where_to_send_the_invite_is_called_back(question: str) -> None:
    decision = outcome({**WHOLE, "phone": "+38640123456", question: "declined"})
    assert decision.outcome == "call_back"
    assert [reason.rule for reason in decision.reasons] == [f"missing:{question}"]


def test_who_cannot_be_reached_at_all_is_nearly() -> None:
    assert outcome({**WHOLE, "email": "declined"}).outcome == "nearly"


def test_a_required_answer_that_was_refused_counts_as_asked() -> None:
    assert outcome({**WHOLE, "industry": "declined"}).outcome == "qualified"


def test_without_an_advisor_to_take_them_a_visitor_is_called_back() -> None:
    decision = outcome(WHOLE, routed=False)
    assert decision.outcome == "call_back"
    assert [reason.rule for reason in decision.reasons] == ["no_route"]


def test_an_empty_interview_is_told_apart() -> None:
    assert nothing_given(CONSULTING_PLAYBOOK, answers())
    assert nothing_given(CONSULTING_PLAYBOOK, answers(need="declined", other="x"))
    assert not nothing_given(CONSULTING_PLAYBOOK, answers(need="chatbot"))


@given(st.sets(st.sampled_from(list(WHOLE))), st.booleans())
def test_whatever_is_left_out_only_whole_interviews_qualify(
    left_out: set[str], routed: bool
) -> None:
    decision = outcome(without(*left_out), routed=routed)
    if decision.outcome == "qualified":
        assert routed
        assert not left_out & set(REQUIRED)
    if routed and not left_out:
        assert decision.outcome == "qualified"
