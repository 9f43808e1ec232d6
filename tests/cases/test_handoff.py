"""Whoever wants a person gets one: wishes written as people type them, in six languages, through
the word lists and the trained model as the dialogue weighs them."""

from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from playbook.acts import read_act
from tests.cases.language_acts import BOT, decide, understood

CASES = sorted((Path(__file__).parent / "unseen").glob("handoff*.yml"))
RECALL = 0.99
BY_WORDS = 0.9  # of the word lists alone, without a model
MOST_FALSE = 0.1  # of sentences that speak of people, with no question open to answer


def read() -> list[tuple[str, str, str]]:
    """(language, "wants" or "not", text)"""
    files = [YAML(typ="safe").load(file.read_text(encoding="utf-8")) for file in CASES]
    return [
        (one, kind, text)
        for loaded in files
        for one in loaded
        for kind in loaded[one]
        for text in loaded[one][kind]
    ]


def test_there_are_forty_wishes_in_each_language() -> None:
    counted = Counter((language, kind) for language, kind, _ in read())
    assert all(
        counted[language, "wants"] >= 40 for language in ("en", "sl", "he", "fi", "nb", "pl")
    )


def test_the_words_alone_hear_most_wishes() -> None:
    heard, of = Counter[str](), Counter[str]()
    for language, kind, text in read():
        if kind == "wants":
            act = read_act(text, language=language, asked=None)
            of[language] += 1
            heard[language] += act is not None and act.name == "handoff" and act.sure
    assert min(heard[one] / of[one] for one in of) >= BY_WORDS, heard


def test_who_wants_a_person_is_heard() -> None:
    if not BOT.exists():
        pytest.skip("no bot environment")
    rows = read()
    heard, of = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    missed = []
    for (language, kind, text), guess in zip(
        rows, understood([row[2] for row in rows]), strict=True
    ):
        hit = decide(text, language, guess) == "handoff"
        heard[language, kind] += hit
        of[language, kind] += 1
        if hit != (kind == "wants"):
            missed.append(text)
    for language, kind in of:
        part = heard[language, kind] / of[language, kind]
        assert part >= RECALL if kind == "wants" else part <= MOST_FALSE, (language, missed)
