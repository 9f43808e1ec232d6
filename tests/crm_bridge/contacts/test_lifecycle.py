"""Stages move forward by themselves, and never over a person's decision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.contacts.lifecycle import STAGES, Stage, furthest


@pytest.mark.parametrize(
    ("present", "proposed", "stage"),
    [
        ("lead", "qualified", "qualified"),
        ("customer", "qualified", "customer"),
        ("other", "qualified", "other"),
        ("from an import", "customer", "from an import"),
    ],
)
def test_the_further_stage_wins(present: str, proposed: Stage, stage: str) -> None:
    assert furthest(present, proposed) == stage


@given(st.sampled_from(STAGES), st.lists(st.sampled_from(STAGES)))
def test_no_order_of_proposals_ever_goes_back(present: str, proposals: list[Stage]) -> None:
    for proposed in proposals:
        after = furthest(present, proposed)
        assert present == "other" or STAGES.index(after) >= STAGES.index(present)  # type: ignore[arg-type]
        present = after
