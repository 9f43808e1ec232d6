"""Three-way merge: who is right, what is never lost."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.connectors.vocabulary import OWNERS, Owner
from crm_bridge.sync.merge import MISSING, agreed, merge, merge_field, same

NOW = datetime(2026, 3, 11, tzinfo=UTC)
values = st.sampled_from([None, "", "a", "b", "c", 1, True])
consents = st.sampled_from([None, "granted", "denied"])
owners = st.sampled_from([owner for owner in OWNERS if owner != "most_restrictive"])
instants = st.one_of(st.none(), st.integers(0, 3).map(lambda hours: NOW + timedelta(hours=hours)))
bases = st.one_of(st.just(MISSING), values)


@given(owners, bases, values, values, instants, instants)
def test_the_result_is_one_of_the_two_and_never_nothing_for_something(
    owner: Owner, base: object, ours: object, theirs: object, at: datetime, other: datetime
) -> None:
    merged = merge_field(owner, base=base, ours=ours, theirs=theirs, ours_at=at, theirs_at=other)
    assert same(merged.value, ours) or same(merged.value, theirs)
    if merged.value is None:
        assert same(ours, None)
        assert same(theirs, None)


@given(owners, values, values)
def test_who_alone_changed_it_is_right(owner: Owner, base: object, changed: object) -> None:
    if same(changed, None):
        return
    mine = merge_field(owner, base=base, ours=changed, theirs=base)
    yours = merge_field(owner, base=base, ours=base, theirs=changed)
    assert same(mine.value, changed)
    assert same(yours.value, changed)
    assert not mine.is_conflict
    assert not yours.is_conflict


@given(owners, bases, values, values)
def test_merging_the_result_again_changes_nothing(
    owner: Owner, base: object, ours: object, theirs: object
) -> None:
    once = merge_field(owner, base=base, ours=ours, theirs=theirs).value
    again = merge_field(owner, base=once, ours=once, theirs=once)
    assert same(again.value, once)
    assert not again.is_conflict


@given(st.one_of(st.just(MISSING), consents), consents, consents)
def test_a_denied_consent_is_denied_whatever_was_agreed_before(
    base: object, ours: str | None, theirs: str | None
) -> None:
    merged = merge_field("most_restrictive", base=base, ours=ours, theirs=theirs)
    assert (merged.value == "denied") == ("denied" in (ours, theirs))
    assert (merged.value is None) == (ours is None and theirs is None)


def test_a_new_no_is_no_conflict_and_a_new_yes_against_a_no_is() -> None:
    no = merge_field("most_restrictive", base="granted", ours="denied", theirs="granted")
    assert not no.is_conflict
    yes = merge_field("most_restrictive", base="denied", ours="granted", theirs="denied")
    assert (yes.value, yes.is_conflict) == ("denied", True)


@pytest.mark.parametrize(
    ("owner", "ours_at", "chosen"),
    [
        ("crm_wins", NOW + timedelta(days=1), "theirs"),
        ("bot_wins", NOW - timedelta(days=1), "ours"),
        ("newest", NOW + timedelta(seconds=1), "ours"),
        ("newest", NOW, "theirs"),
        ("newest", None, "theirs"),
    ],
)
def test_the_owner_decides_where_both_changed(
    owner: Owner, ours_at: datetime | None, chosen: str
) -> None:
    merged = merge_field(
        owner, base="old", ours="ours", theirs="theirs", ours_at=ours_at, theirs_at=NOW
    )
    assert (merged.value, merged.is_conflict) == (chosen, True)


@given(
    st.dictionaries(st.sampled_from("abcd"), values),
    st.dictionaries(st.sampled_from("abcd"), values),
    st.dictionaries(st.sampled_from("abcd"), values),
)
def test_both_sides_are_alike_once_the_merge_is_done(
    base: dict[str, object], ours: dict[str, object], theirs: dict[str, object]
) -> None:
    merged = merge(dict.fromkeys("abcd", "newest"), base=base, ours=ours, theirs=theirs)
    here, there = {**ours, **merged.here}, {**theirs, **merged.there}
    for name in set(ours) & set(theirs):
        assert same(here[name], there[name])
    settled = agreed(theirs, ours, merged)
    assert set(settled) == (set(ours) & set(theirs)) - set(merged.there)
