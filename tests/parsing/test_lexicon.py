"""Lexicons are loaded once, and only for the six languages."""

import pytest

from parsing.lexicon import UnknownLanguage, load


def test_a_language_outside_the_six_is_refused() -> None:
    with pytest.raises(UnknownLanguage) as refused:
        load("de")
    assert refused.value.language == "de"
    assert refused.value.code == "unknown_language"
