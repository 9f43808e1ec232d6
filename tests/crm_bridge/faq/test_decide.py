"""Answered, asked back about, or left alone."""

from pathlib import Path

import pytest

from crm_bridge.faq.decide import decide
from crm_bridge.faq.entry import Entry
from crm_bridge.faq.retrieve import Index
from crm_bridge.faq.shelf import Shelf
from tests.data.places import DATA

NEITHER = {"price": -5.0, "pets": -5.0}


def topic(name: str, *questions: str) -> Entry:
    return Entry(name, name.title(), questions, f"About {name}.")


@pytest.fixture
def index() -> Index:
    price = topic("price", "What does it cost?", "What is the price?", "How much is it?")
    pets = topic("pets", "May I bring my dog?", "Are cats welcome?", "What about pets?")
    return Index([price, pets])


def test_words_and_leaning_together_answer(index: Index) -> None:
    decided = decide(index, "what is the price of it?", {"price": -1.0, "pets": -6.0})
    assert decided.entry is not None
    assert decided.entry.topic == "price"
    assert 0.5 < decided.score <= 1


def test_a_question_in_other_words_is_answered_by_what_the_bot_makes_of_it(index: Index) -> None:
    decided = decide(index, "is that affordable?", {"price": 1.5, "pets": -6.0})
    assert decided.entry is not None
    assert decided.entry.topic == "price"


def test_like_words_alone_do_not_answer_what_the_bot_takes_for_something_else(
    index: Index,
) -> None:
    decided = decide(index, "what is the weather?", {"price": -7.0, "pets": -7.0})
    assert (decided.entry, decided.choices) == (None, ())


def test_two_topics_near_each_other_are_asked_back_about(index: Index) -> None:
    decided = decide(index, "quux?", {"price": 0.3, "pets": 0.0})
    assert decided.entry is None
    assert {one.topic for one in decided.choices} == {"price", "pets"}


def test_what_is_no_question_is_never_asked_back_about(index: Index) -> None:
    decided = decide(index, "our dog costs money", {"price": 0.5, "pets": 0.5})
    assert (decided.entry, decided.choices) == (None, ())


def test_a_topic_of_another_language_is_left_aside(index: Index) -> None:
    decided = decide(index, "how tall are you?", {"basketball": 9.0, **NEITHER})
    assert (decided.entry, decided.choices) == (None, ())


def test_nothing_is_decided_without_files() -> None:
    assert decide(Index(()), "how much is it?", {"price": 5.0}).entry is None


@pytest.mark.parametrize("language", ["en", "sl", "he", "fi", "nb", "pl"])
def test_every_listed_question_finds_its_topic_whatever_the_bot_makes_of_it(
    language: str,
) -> None:
    index = Shelf(DATA / "faq").index(language)
    wrong = [
        (question, decided.entry.topic)
        for entry in index.topics.values()
        for question in entry.questions
        if (decided := decide(index, question, {entry.topic: -4.0})).entry is not None
        and decided.entry.topic != entry.topic
    ]
    assert wrong == []


def test_sixty_long_files_are_told_apart(tmp_path: Path) -> None:
    """Made-up subjects with questions in the same frames, as one admin writes them."""
    syllables = [a + b for a in ("bra", "kel", "mon", "tis", "vur", "zop") for b in "aeiou"]
    subjects = [f"{one}{two}x" for one in syllables[:10] for two in syllables[10:16]]
    frames = ("What is {}?", "How does {} work?", "Do you offer {}?", "Is {} included?")
    more = ("Can we get {} later?", "Who looks after {}?", "Why would we need {}?")
    entries = [
        topic(subject, *(frame.format(subject) for frame in (*frames, *more)))
        for subject in subjects
    ]
    index = Index(entries)
    for subject in subjects:
        decided = decide(index, f"and is {subject} any good?", {})
        assert decided.entry is not None
        assert decided.entry.topic == subject
    assert decide(index, "and is pineapple any good?", {}).entry is None
