"""Every choice of an advisor follows its rule and can be explained."""

from crm_bridge.booking.choose import choose
from crm_bridge.booking.fairness import MEETING, Credit

OWED = {"maja": Credit(-MEETING // 2, 7), "noam": Credit(MEETING // 2, 6)}


def test_any_is_whose_turn_it_is() -> None:
    choice = choose(["maja", "noam"], "any", account=OWED, weights={})
    assert choice.order == ("noam", "maja")
    assert choice.shared("noam") == {"maja": 1, "noam": 1}


def test_in_order_is_the_order_of_the_route_and_takes_no_turn() -> None:
    choice = choose(["maja", "noam"], "in_order", account=OWED, weights={})
    assert choice.order == ("maja", "noam")
    assert choice.shared("maja") == {}


def test_the_owner_comes_first_and_takes_nobodys_turn() -> None:
    choice = choose(["maja", "noam", "kari"], "owner_first", account=OWED, weights={}, owner="maja")
    assert choice.order[0] == "maja"
    assert choice.shared("maja") == {}
    assert choice.reason("maja")["because"] == "the owner of the visitor's contact"


def test_an_owner_who_is_not_free_leaves_it_to_the_team_in_turn() -> None:
    choice = choose(["noam", "kari"], "owner_first", account=OWED, weights={}, owner="maja")
    assert choice.order == ("noam", "kari")
    assert choice.shared("noam") == {"noam": 1, "kari": 1}


def test_who_is_taken_after_all_is_passed_over_and_shares_nothing() -> None:
    choice = choose(["maja", "noam", "kari"], "any", account=OWED, weights={"kari": 3})
    rest = choice.without(choice.order[0])
    assert choice.order[0] not in rest.order
    assert set(rest.shared(rest.order[0])) == set(rest.order)


def test_the_reason_tells_what_everybody_is_owed_and_why_the_others_are_passed_over() -> None:
    choice = choose(["maja", "noam"], "any", account=OWED, weights={"maja": 2})
    assert choice.reason("noam", [("kari", "is not active")]) == {
        "rule": "any",
        "chosen": "noam",
        "because": "next in turn: 0.83 of a meeting due (last by line 6)",
        "free": [
            {"advisor": "noam", "owed": 0.5, "weight": 1},
            {"advisor": "maja", "owed": -0.5, "weight": 2},
        ],
        "passed_over": [
            {"advisor": "kari", "why": "is not active"},
            {
                "advisor": "maja",
                "why": "is free, but it is not their turn: 0.17 of a meeting due (last by line 7)",
            },
        ],
    }
    alone = choose(["maja"], "in_order", account={}, weights={})
    assert alone.reason("maja")["because"] == "the only advisor who is free then"
