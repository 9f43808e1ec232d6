"""Getting Usher onto a machine: clear words when something is missing, secrets kept."""

import json
import stat
import sys
from pathlib import Path

import pytest

from run import environments, start

ROOT = Path(__file__).resolve().parents[2]


def test_a_missing_python_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    if not environments.UV.exists():
        environments.make_uv()
    with pytest.raises(environments.SetupFault) as fault:
        environments.find_python("3.99")
    said = str(fault.value)
    assert said.startswith("Usher needs Python 3.99 and there is none here:")
    assert "pyenv install 3.99" in said
    assert said.count("\n") == 0


def test_a_failing_step_shows_what_the_tool_said() -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no space left')"]
    with pytest.raises(environments.SetupFault, match="installing failed:\nno space left"):
        environments.run(command, "installing")


def test_secrets_are_made_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    first = start.own_secrets(tmp_path)
    assert start.own_secrets(tmp_path) == first
    assert len(first["USHER_INTERNAL_KEY"]) > 30
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


def test_the_port_moves_every_process(tmp_path: Path) -> None:
    env = start.environment({"PORT": "9000", "USHER_VAR": str(tmp_path)})
    assert env["USHER_PUBLIC_URL"] == "http://127.0.0.1:9000"
    assert env["USHER_CHAT__BOTS"].endswith(env["USHER_BOT_PORT"])
    ports = {env["USHER_PORT"], env["USHER_BOT_PORT"], env["USHER_ACTIONS_PORT"]}
    assert len(ports) == 3


def test_the_environment_wins_over_what_is_kept(tmp_path: Path) -> None:
    start.own_secrets(tmp_path)
    env = start.environment({"USHER_VAR": str(tmp_path), "USHER_SECRET_KEY": "mine"})
    assert env["USHER_SECRET_KEY"] == "mine"


def test_where_packages_come_from_is_left_to_the_machine() -> None:
    for path in (ROOT / "requirements").iterdir():
        assert "://" not in path.read_text(), path.name
    locked = json.loads((ROOT / "widget" / "package-lock.json").read_text())["packages"]
    assert len(locked) > 1
    assert all("resolved" not in package for package in locked.values())


@pytest.mark.parametrize("name", ["bot.txt", "app.txt", "dev.txt", "uv.txt"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pins
    for line in pins:
        assert "==" in line, line
        assert line.rstrip().endswith("\\"), f"{line} has no hash"
