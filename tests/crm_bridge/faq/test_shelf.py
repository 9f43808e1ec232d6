"""FAQ files that change under a running bridge."""

import logging
import os
from pathlib import Path

import pytest

from crm_bridge.faq.shelf import Shelf
from tests.crm_bridge.faq.makers import source, write


def answer(shelf: Shelf, language: str = "en", *, topic: str = "parking") -> str | None:
    found = shelf.index(language).answer("", topic=topic)
    return found.entry.answer if found else None


def touch(path: Path) -> None:
    """Moves a file's time on, as an editor does; clocks of file systems may be coarse."""
    later = path.stat().st_mtime_ns + 1_000_000_000
    os.utime(path, ns=(later, later))


def test_a_file_that_is_added_answers_from_the_next_question_on(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert answer(shelf) is None
    write(tmp_path, "en", source(answer="In the yard."))
    assert answer(shelf) == "In the yard."


def test_a_file_that_is_edited_answers_anew(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    write(tmp_path, "en", source(answer="In the yard."))
    assert answer(shelf) == "In the yard."
    touch(write(tmp_path, "en", source(answer="At the gate.")))
    assert answer(shelf) == "At the gate."


def test_a_file_that_is_removed_answers_no_longer(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    path = write(tmp_path, "en", source())
    assert answer(shelf)
    path.unlink()
    assert answer(shelf) is None


def test_a_file_with_a_fault_is_told_and_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf(tmp_path)
    write(tmp_path, "en", source(answer="In the yard."))
    assert answer(shelf) == "In the yard."
    path = write(tmp_path, "en", source(answer="# At the gate"))
    touch(path)
    with caplog.at_level(logging.WARNING):
        assert answer(shelf) == "In the yard."
        assert answer(shelf) == "In the yard."
    assert [record.getMessage() for record in caplog.records] == [
        f"{path}:12: headings are not allowed in an answer"
    ]


def test_languages_are_kept_apart(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    write(tmp_path, "en", source(answer="In the yard."))
    write(tmp_path, "nb", source(answer="I gården."))
    assert (answer(shelf), answer(shelf, "nb"), answer(shelf, "fi")) == (
        "In the yard.",
        "I gården.",
        None,
    )


def test_an_unchanged_folder_is_not_read_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    write(tmp_path, "en", source())
    assert shelf.index("en") is shelf.index("en")
