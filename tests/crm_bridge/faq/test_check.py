"""Faults of FAQ files, as `usher check` names them."""

from pathlib import Path

from crm_bridge.faq.check import check_faq
from tests.crm_bridge.faq.makers import source, write


def test_a_sound_folder_has_no_faults(tmp_path: Path) -> None:
    write(tmp_path, "en", source())
    (tmp_path / "README.md").write_text("how to write them")
    assert check_faq(tmp_path) == []


def test_each_fault_has_its_file_and_line(tmp_path: Path) -> None:
    one = write(tmp_path, "en", source(answer="`code`"), name="one.md")
    two = write(tmp_path, "sl", source(topic="Two"), name="two.md")
    assert [(file, line) for file, line, _ in check_faq(tmp_path)] == [(one, 12), (two, 2)]


def test_a_topic_may_stand_in_one_file_of_a_language_only(tmp_path: Path) -> None:
    write(tmp_path, "en", source(), name="a.md")
    second = write(tmp_path, "en", source(), name="b.md")
    write(tmp_path, "sl", source(), name="a.md")
    assert [(file, line) for file, line, _ in check_faq(tmp_path)] == [(second, 1)]


def test_under_must_name_a_topic_of_the_language(tmp_path: Path) -> None:
    path = write(tmp_path, "en", source(under="about"))
    assert [(file, line) for file, line, _ in check_faq(tmp_path)] == [(path, 1)]


def test_a_topic_cannot_stand_under_itself(tmp_path: Path) -> None:
    path = write(tmp_path, "en", source(under="parking"))
    assert [(file, line) for file, line, _ in check_faq(tmp_path)] == [(path, 1)]


def test_a_folder_of_an_unknown_language_is_named(tmp_path: Path) -> None:
    write(tmp_path, "xx", source())
    assert [file for file, _, _ in check_faq(tmp_path)] == [tmp_path / "xx"]


def test_bytes_that_are_no_text_are_a_fault_not_a_crash(tmp_path: Path) -> None:
    path = write(tmp_path, "en", source())
    path.write_bytes(b"---\n\xff\xfe")
    assert [file for file, _, _ in check_faq(tmp_path)] == [path]


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    assert [file for file, _, _ in check_faq(tmp_path / "faq")] == [tmp_path / "faq"]
