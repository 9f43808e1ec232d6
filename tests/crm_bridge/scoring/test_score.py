"""Points come from the playbook's rules alone, each with its reason."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.scoring.score import score
from tests.crm_bridge.records import WHOLE
from tests.crm_bridge.scoring.playbooks import CONSULTING_PLAYBOOK, answers

TODAY = date(2026, 3, 11)


def rules(**values: Any) -> dict[str, int]:
    scored = score(CONSULTING_PLAYBOOK, answers(**values), today=TODAY)
    assert scored.points == sum(reason.points for reason in scored.reasons)
    return {reason.rule: reason.points for reason in scored.reasons}


def test_a_whole_interview_gets_the_sum_of_its_rules() -> None:
    found = rules(**WHOLE)
    assert found == {"core_need": 25, "team": 15, "budget": 15, "this_half_year": 10, "soon": 15}


def test_nothing_answered_is_worth_nothing() -> None:
    assert rules() == {}


def test_declined_and_unknown_answers_give_no_points() -> None:
    assert rules(budget="declined", company_size="unknown", phone="declined") == {}


def test_points_may_be_taken_away() -> None:
    assert rules(company_size={"min": 1, "max": 1}) == {"alone": -10}


def test_every_reason_is_a_sentence_of_the_playbook() -> None:
    scored = score(CONSULTING_PLAYBOOK, answers(**WHOLE), today=TODAY)
    sentences = {rule.because for rule in CONSULTING_PLAYBOOK.points}
    assert {reason.because for reason in scored.reasons} <= sentences


@pytest.mark.parametrize(("today", "soon"), [(date(2026, 3, 11), True), (date(2026, 6, 1), False)])
def test_time_is_counted_from_the_day_that_is_given(today: date, soon: bool) -> None:
    timeline = answers(timeline={"month": 5})
    counted = {reason.rule for reason in score(CONSULTING_PLAYBOOK, timeline, today=today).reasons}
    assert ("soon" in counted) is soon


@given(
    st.dictionaries(
        st.sampled_from([*WHOLE, "phone", "nonsense"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.text()
        | st.lists(st.integers())
        | st.dictionaries(st.sampled_from(["min", "max", "currency", "by"]), st.integers()),
    )
)
def test_no_stored_value_is_a_crash(values: dict[str, Any]) -> None:
    rules(**values)
