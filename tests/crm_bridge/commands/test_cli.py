"""The command line finds every command, and says plainly when something is wrong."""

import importlib
from pathlib import Path

import pytest
import typer

from crm_bridge.cli import COMMANDS, there
from crm_bridge.commands.work import operator_settings
from tests.crm_bridge.commands.conftest import Usher


@pytest.mark.parametrize("word", sorted(COMMANDS))
def test_every_command_is_there(word: str) -> None:
    module, _, attribute = COMMANDS[word].partition(":")
    assert there(COMMANDS[word])
    assert isinstance(getattr(importlib.import_module(module), attribute), typer.Typer)


def test_help_lists_the_commands_with_what_they_do(usher: Usher) -> None:
    said = usher("--help").output
    assert "publish" in said
    assert "Keys of the public API." in said
    assert "--install-completion" not in usher("key", "--help").output


def test_an_unknown_command_is_refused(usher: Usher) -> None:
    usher("nonsense", exit_code=2)


def test_tables_that_are_missing_are_explained(
    usher: Usher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USHER_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite'}")
    said = usher("key", "list", exit_code=1).stderr
    assert "usher db upgrade" in said


def test_settings_are_listed_without_their_secrets(
    usher: Usher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USHER_SECRET_KEY", "very-secret")
    said = usher("settings").output
    assert "USHER_MAIL__HOST" in said
    assert "very-secret" not in said


def test_the_secrets_that_a_start_keeps_serve_the_commands_too(
    usher: Usher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("USHER_SECRET_KEY", raising=False)
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secrets.env").write_text("USHER_SECRET_KEY=kept\n")
    assert operator_settings().secret_key.get_secret_value() == "kept"
    monkeypatch.setenv("USHER_SECRET_KEY", "given")
    assert operator_settings().secret_key.get_secret_value() == "given"
