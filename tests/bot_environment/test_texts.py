"""What the bot says: variants, placeholders, other languages, files that change."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.texts import LAST_WORDS, Texts, fill

ENGLISH = """
greeting: Hello {name}!
asked_again:
  - Could you say that again?
  - Sorry, once more?
braces: 'Use {{x}} and {0} and { name }'
only_english: English only
apology: Sorry about that.
"""


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Texts:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "en.yml").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "texts" / "sl.yml").write_text("greeting: Zdravo {name}!\n", encoding="utf-8")
    (tmp_path / "texts" / "he.yml").write_text("greeting: שלום {name}\n", encoding="utf-8")
    monkeypatch.setenv("USHER_DATA", str(tmp_path))
    return Texts()


def rendered(texts: Texts, key: str, language: str = "en", **say: Any) -> dict[str, Any]:
    said = {"key": key, "language": language, **say}
    tracker = DialogueStateTracker("cnv_1", [])
    answer = asyncio.run(texts.generate(key, tracker, "usher", say=said))
    assert answer is not None
    return answer


def test_fills_in_the_values_of_the_language(texts: Texts) -> None:
    answer = rendered(texts, "greeting", "sl", values={"name": "Maja"})
    assert answer["text"] == "Zdravo Maja!"
    assert answer["custom"]["say"]["language"] == "sl"


def test_variants_are_taken_in_turn_and_start_again(texts: Texts) -> None:
    said = [rendered(texts, "asked_again", variant=number)["text"] for number in range(3)]
    assert said == ["Could you say that again?", "Sorry, once more?", "Could you say that again?"]


def test_a_value_is_put_in_literally_and_never_looked_into(texts: Texts) -> None:
    answer = rendered(texts, "greeting", values={"name": "{name} {0.__class__} \\1 %s"})
    assert answer["text"] == "Hello {name} {0.__class__} \\1 %s!"


def test_only_plain_placeholders_are_placeholders(texts: Texts) -> None:
    answer = rendered(texts, "braces", values={"name": "N", "x": "X"})
    assert answer["text"] == "Use {X} and {0} and { name }"


def test_a_placeholder_without_a_value_leaves_nothing_behind(texts: Texts) -> None:
    assert rendered(texts, "greeting")["text"] == "Hello !"


def test_a_value_that_ends_in_a_point_ends_the_sentence() -> None:
    assert fill("Noted: {name}.", {"name": "Acme d.o.o."}, language="en") == "Noted: Acme d.o.o."
    assert fill("{name}, noted", {"name": "Acme d.o.o."}, language="en") == "Acme d.o.o., noted"


def test_a_value_keeps_its_own_direction_in_hebrew() -> None:
    assert fill("{email}", {"email": "a@b.io"}, language="he") == "\u2068a@b.io\u2069"
    assert fill("{email}", {"email": "a@b.io"}, language="en") == "a@b.io"


def test_what_a_language_lacks_is_said_in_english_and_logged_once(
    texts: Texts, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        answer = rendered(texts, "only_english", "sl")
        assert answer["text"] == "English only"
        assert answer["custom"]["say"]["language"] == "en"
    assert caplog.text.count("no text only_english in sl") == 1


def test_an_unknown_language_is_answered_in_english(texts: Texts) -> None:
    assert rendered(texts, "greeting", "xx", values={"name": "N"})["text"] == "Hello N!"


def test_a_key_that_nobody_has_becomes_the_apology(texts: Texts) -> None:
    assert rendered(texts, "no_such_key", "sl")["text"] == "Sorry about that."


def test_without_any_text_there_are_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USHER_DATA", str(tmp_path / "nowhere"))
    assert rendered(Texts(), "greeting")["text"] == LAST_WORDS


def test_an_edited_file_is_read_without_a_restart(texts: Texts, tmp_path: Path) -> None:
    assert rendered(texts, "greeting", "sl", values={"name": "M"})["text"] == "Zdravo M!"
    file = tmp_path / "texts" / "sl.yml"
    file.write_text("greeting: Dober dan, {name}!\n", encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert rendered(texts, "greeting", "sl", values={"name": "M"})["text"] == "Dober dan, M!"


@pytest.mark.parametrize("broken", ["greeting: [unclosed\n", "- a list\n", ""])
def test_a_file_with_a_fault_changes_nothing(texts: Texts, tmp_path: Path, broken: str) -> None:
    assert rendered(texts, "greeting", "sl", values={"name": "M"})["text"] == "Zdravo M!"
    file = tmp_path / "texts" / "sl.yml"
    file.write_text(broken, encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert rendered(texts, "greeting", "sl", values={"name": "M"})["text"] == "Zdravo M!"


def test_rasas_fallback_speaks_the_visitors_language(texts: Texts) -> None:
    tracker = DialogueStateTracker("cnv_1", [])
    tracker.update(UserUttered("hm", metadata={"snapshot": {"language": "sl"}}))
    answer = asyncio.run(texts.generate("greeting", tracker, "usher", domain_responses={}))
    assert answer is not None
    assert answer["text"] == "Zdravo !"


def test_every_language_of_the_house_is_readable() -> None:
    texts = Texts()
    for language in ("en", "sl", "he", "fi", "nb", "pl"):
        assert rendered(texts, "apology", language)["custom"]["say"]["language"] == language
