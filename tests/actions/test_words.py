"""Titles of buttons come from data/texts, and an edit is seen without a restart."""

import os
from pathlib import Path

from actions.words import ButtonWords


def write(folder: Path, language: str, text: str, *, at: int = 1) -> None:
    file = folder / f"{language}.yml"
    file.write_text(text, encoding="utf-8")
    os.utime(file, ns=(at, at))


def test_a_language_without_the_title_gets_the_english_one(tmp_path: Path) -> None:
    write(tmp_path, "en", "button_yes: Yes\n")
    write(tmp_path, "fi", "button_no: Ei\n")
    words = ButtonWords(tmp_path)
    assert words.title("button_no", "fi") == "Ei"
    assert words.title("button_yes", "fi") == "Yes"


def test_a_key_that_nobody_has_is_still_readable(tmp_path: Path) -> None:
    assert ButtonWords(tmp_path).title("button_cancel_booking", "pl") == "Cancel booking"


def test_an_edit_is_seen(tmp_path: Path) -> None:
    write(tmp_path, "en", "button_yes: Yes\n")
    words = ButtonWords(tmp_path)
    assert words.title("button_yes", "en") == "Yes"
    write(tmp_path, "en", "button_yes: Sure\n", at=2)
    assert words.title("button_yes", "en") == "Sure"


def test_a_file_that_is_half_saved_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "en", "button_yes: Yes\n")
    words = ButtonWords(tmp_path)
    assert words.title("button_yes", "en") == "Yes"
    write(tmp_path, "en", "button_yes: [", at=2)
    assert words.title("button_yes", "en") == "Yes"
