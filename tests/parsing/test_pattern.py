"""The phrases of lexicons: alternatives, gaps, stems, what may be missing."""

import pytest

from parsing.pattern import BadPattern, compile_phrases


@pytest.mark.parametrize(
    ("phrase", "text", "matched"),
    [
        ("(talk|speak) .. human*", "please talk to a humanoid", "talk to a humanoid"),
        ("(talk|speak) .. human*", "talk human", "talk human"),
        ("(talk|speak) .. human*", "talk to one two three humans", None),
        ("good (morning|evening)", "a good, evening to you", "good, evening"),
        ("skip (this|that)?", "skip", "skip"),
        ("skip (this|that)?", "skip that", "skip that"),
        ("(the)? end", "the end", "the end"),
        ("(the)? end", "end", "end"),
        ("(a|b c) d", "b c d", "b c d"),
        ("forget .. (it)?", "forget about it now", "forget about it"),
        ("don't", "dont", "dont"),
        ("stop", "stopping", None),
        ("Žiga", "ziga", "ziga"),
    ],
)
def test_a_phrase_matches_what_it_says(phrase: str, text: str, matched: str | None) -> None:
    match = compile_phrases([phrase]).search(text)
    assert (match and match[0]) == matched


def test_letters_may_be_written_onto_longer_words() -> None:
    pattern = compile_phrases(["נציג"], prefix="[הל]{0,2}")
    assert pattern.search("לנציג")
    assert not compile_phrases(["די"], prefix="[מ]{0,2}").search("מדי")


def test_no_phrases_match_nothing() -> None:
    assert compile_phrases([]).search("anything") is None


@pytest.mark.parametrize("phrase", ["(a", "a)", "a (b|c", "", "(x)?"])
def test_a_broken_phrase_is_named(phrase: str) -> None:
    with pytest.raises(BadPattern) as caught:
        compile_phrases([phrase])
    assert caught.value.code == "bad_pattern"
