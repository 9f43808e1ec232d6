"""Over time everybody gets the share of their weight, and the ledger can be played again."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.booking.fairness import Line, account_of, after, check, in_turn, shares

Weights = dict[str, int]
NAMES = "abcde"
WEIGHTS = st.fixed_dictionaries({name: st.integers(1, 9) for name in NAMES})
FREES = st.lists(st.sets(st.sampled_from(NAMES), min_size=1), min_size=1, max_size=80)


def played(frees: list[set[str]], weights: Weights) -> list[Line]:
    """A ledger as holds write it, one after another."""
    lines: list[Line] = []
    account: dict[str, object] = {}
    for number, free in enumerate(frees, 1):
        among = {name: weights[name] for name in free}
        line = Line(number, "given", f"b{number}", in_turn(account, among)[0], among)  # type: ignore[arg-type]
        lines.append(line)
        account = after(account, line)  # type: ignore[arg-type,assignment]
    return lines


def test_equal_weights_take_turns() -> None:
    lines = played([{"a", "b", "c"}] * 7, dict.fromkeys(NAMES, 1))
    assert [each.chosen for each in lines] == ["a", "b", "c", "a", "b", "c", "a"]


def test_a_weight_of_two_gets_two_of_three_spread_out() -> None:
    lines = played([{"a", "b"}] * 6, {"a": 2, "b": 1})
    assert [each.chosen for each in lines] == ["a", "b", "a", "a", "b", "a"]


def test_who_was_away_is_neither_owed_their_absence_nor_flooded_afterwards() -> None:
    lines = played([{"a"}] * 20 + [{"a", "b"}] * 6, {"a": 1, "b": 1})
    assert Counter(each.chosen for each in lines[20:]) == {"a": 3, "b": 3}


@given(WEIGHTS, st.integers(1, 200))
def test_who_is_always_free_gets_their_weights_share_to_within_a_few_meetings(
    weights: Weights, meetings: int
) -> None:
    got = Counter(each.chosen for each in played([set(NAMES)] * meetings, weights))
    total = sum(weights.values())
    for name, weight in weights.items():
        assert abs(got[name] - meetings * weight / total) < len(NAMES) - 1


@given(FREES, WEIGHTS)
def test_nobody_is_ever_owed_much_whoever_is_free(frees: list[set[str]], weights: Weights) -> None:
    account = account_of(played(frees, weights))
    assert sum(credit.owed for credit in account.values()) == 0
    assert all(abs(credit.owed) < len(NAMES) * 1_000_000 for credit in account.values())


@given(FREES, WEIGHTS, st.data())
def test_a_turn_given_back_leaves_nothing_behind(
    frees: list[set[str]], weights: Weights, data: st.DataObject
) -> None:
    lines = played(frees, weights)
    back = data.draw(st.permutations(lines))
    for number, line in enumerate(back, len(lines) + 1):
        lines.append(Line(number, "returned", line.booking, line.chosen, line.weights))
    assert {credit.owed for credit in account_of(lines).values()} == {0}


@given(FREES, WEIGHTS)
def test_playing_the_ledger_again_gives_every_choice_again(
    frees: list[set[str]], weights: Weights
) -> None:
    lines = played(frees, weights)
    assert all(each.holds for each in check(lines))


def test_a_choice_that_does_not_follow_is_found() -> None:
    lines = played([{"a", "b"}] * 4, {"a": 1, "b": 1})
    lines[2] = Line(3, "given", "b3", "b", lines[2].weights)
    wrong = [each for each in check(lines) if not each.holds]
    assert (wrong[0].line.number, wrong[0].expected) == (3, "a")


@given(WEIGHTS, st.sampled_from(NAMES))
def test_shares_add_up_to_nothing(weights: Weights, chosen: str) -> None:
    assert sum(shares(weights, chosen).values()) == 0
