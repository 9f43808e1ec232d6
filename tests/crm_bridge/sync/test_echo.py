"""Our own words coming back are known; anything else is not."""

from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.sync.echo import hash_of, hashes, is_echo

fields = st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.text(), st.booleans()))


@given(fields)
def test_what_was_agreed_is_an_echo(record: dict[str, object]) -> None:
    assert is_echo(hashes(record, "abc"), {**record, "other": 1}, "abc")


@given(fields, fields)
def test_a_changed_field_is_none(one: dict[str, object], other: dict[str, object]) -> None:
    alike = all((one.get(name) or None) == (other.get(name) or None) for name in "abc")
    if any(one.get(name) is False or other.get(name) is False for name in "abc"):
        return
    assert is_echo(hashes(one, "abc"), other, "abc") == alike


def test_a_field_that_was_never_seen_is_none() -> None:
    assert not is_echo({}, {"a": "x"}, "a")
    assert not is_echo({}, {}, "a")
    assert hash_of("") == hash_of(None)
    assert hash_of(1) != hash_of("1")
