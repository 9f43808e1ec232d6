"""Words that a file names for its topic find it where no listed question is alike."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from crm_bridge.faq.entry import Entry, read_entry
from crm_bridge.faq.retrieve import Index
from crm_bridge.faq.shelf import Shelf
from tests.crm_bridge.faq.makers import QUESTIONS, source
from tests.data.places import DATA

UNSEEN = Path(__file__).parents[2] / "cases" / "unseen" / "questions.yml"
ASKED: dict[str, dict[str, dict[str, list[str]]]] = YAML(typ="safe").load(UNSEEN)
LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")
LEAST = 0.9  # of the first list, without the help of an intent


def topic(name: str, *words: str) -> Entry:
    return Entry(
        name, name.title(), tuple(f"{one} {name}" for one in QUESTIONS), "Yes.", None, words
    )


def test_a_named_word_finds_its_topic() -> None:
    index = Index([topic("contract", "terminat", "get out of"), topic("pets")])
    found = index.answer("how would one get out of this thing")
    assert found is not None
    assert found.entry.topic == "contract"


def test_a_short_named_word_counts_only_whole() -> None:
    index = Index([topic("contract", "ai"), topic("pets")])
    assert index.by_words("the airport") is None
    assert index.by_words("is it AI?") is not None


def test_hebrew_words_are_found_behind_their_prefixes() -> None:
    index = Index([topic("contract", "חוזה"), topic("pets")])
    assert index.by_words("ומה קורה ובחוזה כתוב אחרת") is not None


def test_an_address_names_nothing() -> None:
    assert Index([topic("contract", "example")]).by_words("anna@example.com") is None


def test_words_of_another_topic_correct_the_one_given() -> None:
    index = Index([topic("contract", "notice period"), topic("price", "cost")])
    assert str(index.answer("what is the notice period", topic="price")).count("contract")
    found = index.answer("what does the notice period cost", topic="price")
    assert found is not None
    assert found.entry.topic == "price"


def test_words_must_be_a_list_of_text() -> None:
    text = source().replace("questions:", "words: [1, 2]\nquestions:")
    entry, flaws = read_entry(text)
    assert entry is None
    assert "words" in flaws[0].what


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_in_other_words_are_found_and_others_are_left(language: str) -> None:
    index = Shelf(DATA / "faq").index(language)
    passed: Counter[bool] = Counter()
    missed: list[Any] = []
    for name, by_language in ASKED["first"].items():
        for text in by_language[language]:
            found = index.answer(text)
            got = found.entry.topic if found else "none"
            passed[got == name] += 1
            missed += [] if got == name else [(text, name, got)]
    assert passed[True] / passed.total() >= LEAST, missed
