"""Meetings are shared out evenly, and every choice can be explained."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.booking.choose import Candidate, choose
from tests.crm_bridge.conftest import NOW


def test_fewest_recent_meetings_first_then_the_longest_wait_then_the_name() -> None:
    order = choose(
        [
            Candidate("d", 2, NOW),
            Candidate("c", 1, NOW),
            Candidate("b", 1, NOW - timedelta(days=1)),
            Candidate("z", 1, None),
            Candidate("a", 1, None),
        ],
        "any",
    ).order
    assert [each.advisor for each in order] == ["a", "z", "b", "c", "d"]


def test_in_order_is_the_order_of_the_route() -> None:
    free = [Candidate("b", 9, NOW), Candidate("a", 0, None)]
    assert [each.advisor for each in choose(free, "in_order").order] == ["b", "a"]


@given(st.lists(st.sets(st.sampled_from("abcd"), min_size=1), min_size=1, max_size=60))
def test_nobody_gets_two_more_than_somebody_who_was_free_each_time(
    frees: list[set[str]],
) -> None:
    given, last = Counter[str](), {}
    for number, free in enumerate(frees):
        candidates = [Candidate(each, given[each], last.get(each)) for each in sorted(free)]
        chosen = choose(candidates, "any").order[0].advisor
        assert given[chosen] == min(given[each] for each in free)
        given[chosen] += 1
        last[chosen] = NOW + timedelta(minutes=number)
    always = [each for each in "abcd" if all(each in free for free in frees)]
    assert (
        max((given[each] for each in always), default=0)
        - min((given[each] for each in always), default=0)
        <= 1
    )


def test_the_reason_tells_the_rule_everybodys_load_and_who_was_passed_over() -> None:
    choice = choose([Candidate("maja", 3, NOW), Candidate("noam", 1, NOW)], "any")
    reason = choice.reason("noam", [("kari", "is not active")])
    assert reason == {
        "rule": "any",
        "chosen": "noam",
        "because": "fewest meetings in the last 30 days (1)",
        "free": [{"advisor": "noam", "recent": 1}, {"advisor": "maja", "recent": 3}],
        "passed_over": [{"advisor": "kari", "why": "is not active"}],
    }
    tie = choose([Candidate("maja", 1, NOW), Candidate("noam", 1, None)], "any")
    assert "as few meetings" in tie.reason("noam")["because"]
    alone = choose([Candidate("maja")], "in_order")
    assert alone.reason("maja")["because"] == "the only advisor who is free then"
