"""Training examples: every intent in every language, enough of them, none twice."""

import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from contracts.languages import LANGUAGES
from parsing.fold import fold_text
from tests.data.places import DATA, read

INTENTS = frozenset(
    [
        "affirm",
        "deny",
        "correct",
        "handoff",
        "refuse",
        "why_ask",
        "faq_price",
        "faq_privacy",
        "are_you_bot",
        "cancel",
        "dont_know",
        "rephrase",
        "wait",
        "book",
        "greet",
        "thanks_bye",
        "abuse",
        "injection",
        "change_language",
        "out_of_scope",
        "inform",
        "faq_hours",
        "faq_about",
        "faq_security",
        "faq_integrations",
        "resume",
        "reschedule",
        "cancel_booking",
        "data_request",
        "restart",
        "chitchat",
    ]
)
FEWEST = 25
FEWEST_HANDOFF = 40  # a person who wants a person is never to be missed
ENTITY = re.compile(r"\[[^\]]+\][({]")  # Rasa would read these as annotations


@cache
def examples(language: str) -> dict[str, tuple[str, ...]]:
    """Intent -> examples, over all files of a language."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((DATA / "nlu" / language).glob("*.yml")):
        for block in read(path)["nlu"]:
            assert set(block) == {"intent", "examples"}, path
            lines = block["examples"].splitlines()
            assert all(line.startswith("- ") for line in lines), path
            found[block["intent"]] += [line[2:] for line in lines]
    return {intent: tuple(texts) for intent, texts in found.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_examples(language: str) -> None:
    assert set(examples(language)) == INTENTS


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_examples(language: str) -> None:
    few = {
        intent: len(texts)
        for intent, texts in examples(language).items()
        if len(texts) < (FEWEST_HANDOFF if intent == "handoff" else FEWEST)
    }
    assert few == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_stands_twice(language: str) -> None:
    counts = Counter(
        re.sub(r"\s+", " ", fold_text(text)).strip(" .!?")
        for texts in examples(language).values()
        for text in texts
    )
    assert [text for text, count in counts.items() if count > 1] == []


def test_no_example_means_different_things_in_two_languages() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for intent, texts in examples(language).items():
            for text in texts:
                meanings[fold_text(text).strip(" .!?")].add(intent)
    assert {text: intents for text, intents in meanings.items() if len(intents) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_reads_as_an_entity_annotation(language: str) -> None:
    texts = [text for texts in examples(language).values() for text in texts]
    assert [text for text in texts if ENTITY.search(text)] == []


def test_the_check_half_is_never_trained_on() -> None:
    check = read(Path(__file__).with_name("acts.yml"))
    trained = {
        fold_text(text).strip(" .!?")
        for language in LANGUAGES
        for texts in examples(language).values()
        for text in texts
    }
    seen = [
        text
        for acts in check.values()
        for texts in acts.values()
        for text in texts
        if fold_text(text).strip(" .!?") in trained
    ]
    assert seen == []
