"""A sealed secret is read with its key and for its purpose, and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.core.sealed import NoKey, Seal, SealBroken


@given(st.text(), st.text())
def test_what_was_sealed_is_read_again(secret: str, purpose: str) -> None:
    sealed = Seal("key").seal(secret, purpose=purpose)
    assert Seal("key").unseal(sealed, purpose=purpose) == secret


def test_two_seals_of_one_secret_differ() -> None:
    seal = Seal("key")
    assert seal.seal("a", purpose="p") != seal.seal("a", purpose="p")


def test_another_key_or_purpose_or_a_changed_letter_opens_nothing() -> None:
    sealed = Seal("key").seal("token", purpose="crm:1")
    with pytest.raises(SealBroken):
        Seal("other").unseal(sealed, purpose="crm:1")
    with pytest.raises(SealBroken):
        Seal("key").unseal(sealed, purpose="crm:2")
    with pytest.raises(SealBroken):
        Seal("key").unseal(sealed[:-6] + "AAAA" + sealed[-2:], purpose="crm:1")
    with pytest.raises(SealBroken):
        Seal("key").unseal("", purpose="crm:1")


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(NoKey):
        Seal("")
