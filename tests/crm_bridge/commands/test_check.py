"""`usher check` proves what people edit, and names the place of every fault."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crm_bridge.cli import app
from crm_bridge.commands.data_faults import example_faults, playbook_faults, text_faults

DATA = Path(__file__).resolve().parents[3] / "data"
LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Sound texts in six languages; tests break one of them."""
    for language in LANGUAGES:
        content = 'hello:\n  - "Hi {name}"\nbye: See you\n'
        (tmp_path / f"{language}.yml").write_text(content, "utf-8")
    return tmp_path


def told(folder: Path, *, every: bool = True) -> list[str]:
    faults = text_faults(folder, every_placeholder=every)
    return [str(fault).replace(f"{folder}/", "") for fault in faults]


def test_the_data_of_this_repository_are_sound() -> None:
    result = CliRunner().invoke(app, ["check", "--data", str(DATA)])
    assert result.exit_code == 0, result.output


def test_a_fault_ends_in_exit_code_1_and_is_told_as_json(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    (data / "texts/pl.yml").unlink()
    result = CliRunner().invoke(app, ["check", "--data", str(data), "--json"])
    assert result.exit_code == 1
    found = json.loads(result.output)
    assert found["count"] == 1
    assert found["faults"][0]["part"] == "texts"
    assert found["faults"][0]["file"].endswith("texts/pl.yml")


@pytest.mark.parametrize(
    ("part", "file", "was", "becomes"),
    [
        ("crm", "crm/hubspot.yml", "owner: crm_wins", "owner: crm_winns"),
        ("crm", "crm/hubspot.yml", "        proposal:", "        proposall:"),
        ("deals", "deals.yml", "{id: won, state: won}", "{id: won, state: one}"),
        ("playbooks", "playbooks/consulting.yml", "kind: people", "kind: peple"),
        ("mail", "mail/fi.yml", "{when}", "{wen}"),
        ("examples", "nlu/nb/people.yml", "intent: handoff", "intent: handof"),
    ],
)
def test_every_part_is_checked(
    tmp_path: Path, part: str, file: str, was: str, becomes: str
) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    broken = data / file
    text = broken.read_text("utf-8")
    assert was in text
    broken.write_text(text.replace(was, becomes, 1), "utf-8")
    result = CliRunner().invoke(app, ["check", "--data", str(data), "--json"])
    assert result.exit_code == 1
    assert part in {fault["part"] for fault in json.loads(result.output)["faults"]}


def test_sound_texts_have_no_faults(texts: Path) -> None:
    assert told(texts) == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('hello:\n  - "Hi {name}"\n', "sl.yml:1:1: 'bye' is missing; en.yml has it"),
        (
            'hello:\n  - "Hi {name}"\nbye: x\nbey: y\n',
            "sl.yml:4:1: 'bey' is not in en.yml. Did you mean 'bye'?",
        ),
        (
            'bye: x\nhello:\n  - "Hi {nmae} {name}"\n',
            "sl.yml:2:1: 'hello' holds {nmae}, which en.yml does not. Did you mean 'name'?",
        ),
        ('bye: x\nhello:\n  - "Hi"\n', "sl.yml:2:1: 'hello' lacks {name}"),
        (
            'hello:\n  - "Hi {name}"\nbye: ""\n',
            "sl.yml:3:1: 'bye' is empty, or neither a text nor a list of texts",
        ),
    ],
)
def test_each_fault_of_a_text_is_named_with_its_place(
    texts: Path, content: str, fault: str
) -> None:
    (texts / "sl.yml").write_text(content, "utf-8")
    assert told(texts) == [fault]


def test_a_mail_may_leave_a_placeholder_out(texts: Path) -> None:
    (texts / "sl.yml").write_text('bye: x\nhello:\n  - "Hi"\n', "utf-8")
    assert told(texts, every=False) == []


@pytest.mark.parametrize(
    "content", ["hello: [x", "hello: a\nhello: b\n", "\t- x", "- a list", "just words"]
)
def test_a_broken_file_is_a_fault_and_no_crash(texts: Path, content: str) -> None:
    (texts / "sl.yml").write_text(content, "utf-8")
    assert any(fault.startswith("sl.yml:") for fault in told(texts))


def test_a_file_that_is_no_utf_8_is_a_fault(texts: Path) -> None:
    (texts / "sl.yml").write_bytes("bye: šč".encode("cp1250"))
    assert told(texts) == ["sl.yml:1:1: is not UTF-8 text"]


def examples(folder: Path, language: str, **intents: list[str]) -> None:
    place = folder / language
    place.mkdir(exist_ok=True)
    lines = ["nlu:"]
    for intent, texts in intents.items():
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    (place / "all.yml").write_text("\n".join(lines) + "\n", "utf-8")


def test_examples_are_counted_and_told_apart(tmp_path: Path) -> None:
    enough = [f"yes {n}" for n in range(20)]
    for language in LANGUAGES:
        examples(tmp_path, language, affirm=enough)
    assert example_faults(tmp_path) == []
    examples(tmp_path, "fi", affirm=[*enough, "Joo"], deny=[*(f"ei {n}" for n in range(19)), "joo"])
    found = [str(fault).replace(f"{tmp_path}/", "") for fault in example_faults(tmp_path)]
    assert (
        "fi/all.yml:46:1: 'joo' is an example of 'deny' and of 'affirm'. Leave it under one of them."
        in found
    )
    assert "he:1:1: the intent 'deny' has 0 examples. Write 20 or more." in found
    assert len(found) == 6


def test_a_language_without_examples_is_a_fault(tmp_path: Path) -> None:
    assert [fault.what for fault in example_faults(tmp_path)] == ["there are no examples"] * 6


def test_a_playbook_carries_the_name_of_its_file(tmp_path: Path) -> None:
    shutil.copy(DATA / "playbooks/consulting.yml", tmp_path / "other.yml")
    (fault,) = playbook_faults(tmp_path)
    assert "named 'consulting'" in fault.what


def test_a_folder_without_playbooks_is_a_fault(tmp_path: Path) -> None:
    assert [fault.what for fault in playbook_faults(tmp_path)] == ["there is no playbook"]
