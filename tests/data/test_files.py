"""Files under data/ that Rasa must not take for its own, and FAQ topics in every language."""

import json
import re
from pathlib import Path

import pytest

from contracts.languages import LANGUAGES
from crm_bridge.faq.check import check_faq
from tests.data.places import DATA

TRAINING = ("nlu", "rules", "stories")  # what Rasa is meant to read
RASA_KEYS = re.compile(r"^\s*(?:- )?['\"]?(nlu|responses|stories|rules)['\"]?\s*:", re.MULTILINE)
NAMED_TOPICS = {"price", "privacy", "hours", "about", "security", "integrations"}


def ours() -> list[Path]:
    return [
        path
        for path in sorted(DATA.rglob("*"))
        if path.is_file() and path.relative_to(DATA).parts[0] not in TRAINING
    ]


def test_no_file_of_ours_holds_a_key_that_rasa_looks_for() -> None:
    # rasa.shared.utils.io.is_key_in_yaml takes such a key at any indent for training data.
    odd = [path for path in ours() if RASA_KEYS.search(path.read_text(encoding="utf-8"))]
    assert odd == []


def test_there_is_no_json_under_data() -> None:
    def is_json(path: Path) -> bool:
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            return False
        return True

    assert [path for path in ours() if path.suffix == ".json" or is_json(path)] == []


def test_the_shipped_faq_has_no_faults() -> None:
    assert check_faq(DATA / "faq") == []


def topics(language: str) -> set[str]:
    return {path.stem for path in (DATA / "faq" / language).glob("*.md")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_topic(language: str) -> None:
    assert topics(language) == topics("en")


def test_the_topics_that_the_bot_names_are_there() -> None:
    assert topics("en") >= NAMED_TOPICS
