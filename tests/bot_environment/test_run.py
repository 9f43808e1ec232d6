"""The real process: starts, listens on this machine alone, ends, and goes on where it was."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.model_files import current_model, fingerprint, model_file
from bot.train import ROOT, _tidy
from tests.bot_environment.conftest import snapshot

PATIENCE_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
    except OSError:
        return 0, {}


class Process:
    def __init__(self, environment: dict[str, str]) -> None:
        self.url = f"http://127.0.0.1:{environment['USHER_BOT_PORT']}/webhooks/usher"
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "bot.run"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_until_ready(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            if ask(f"{self.url}/")[0] == 200:
                return
            time.sleep(0.2)
        raise AssertionError(self.end())

    def turn(self, text: str) -> int:
        metadata = {"snapshot": snapshot()}
        return ask(f"{self.url}/webhook", {"sender": "cnv_1", "text": text, "metadata": metadata})[
            0
        ]

    def end(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        output, _ = self.process.communicate(timeout=30)
        return output


@pytest.fixture
def environment(model: Path, actions: Any, tmp_path: Path) -> Iterator[dict[str, str]]:
    (tmp_path / "models").mkdir()
    shutil.copy(model, model_file(tmp_path))
    return {
        "USHER_VAR": str(tmp_path),
        "USHER_BOT_PORT": str(free_port()),
        "USHER_ACTIONS_URL": actions.url,
        "USHER_INTERNAL_KEY": "k",
        "USHER_DATABASE_URL": "",
    }


def test_a_conversation_goes_on_after_the_process_was_killed(
    environment: dict[str, str], actions: Any
) -> None:
    first = Process(environment)
    first.wait_until_ready()
    assert first.turn("hello") == 200
    first.process.kill()
    first.process.communicate()

    second = Process(environment)
    second.wait_until_ready()
    assert second.turn("retail") == 200
    resident = Path(f"/proc/{second.process.pid}/status").read_text().split("VmRSS:")[1].split()[0]
    output = second.end()
    assert second.process.returncode == 0
    assert actions.calls[-1]["tracker"]["active_loop"] == {"name": "interview_form"}
    assert "retail" not in output
    assert int(resident) < 400 * 1024  # KiB; TensorFlow alone would be more


def test_listens_on_this_machine_alone(environment: dict[str, str]) -> None:
    bot = Process(environment)
    bot.wait_until_ready()
    port = int(environment["USHER_BOT_PORT"])
    listening = [
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    ]
    bot.end()
    assert listening == [f"0100007F:{port:04X}"]


def test_without_a_model_it_says_what_to_do(environment: dict[str, str], tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "models")
    bot = Process(environment)
    output, _ = bot.process.communicate(timeout=PATIENCE_SECONDS)
    assert bot.process.returncode == 1
    assert "make train" in output


def test_a_model_that_does_not_load_ends_the_process(
    environment: dict[str, str], tmp_path: Path
) -> None:
    model_file(tmp_path).write_bytes(b"not a model")
    bot = Process(environment)
    bot.process.communicate(timeout=PATIENCE_SECONDS)
    assert bot.process.returncode != 0


def made_of(folder: Path) -> Path:
    for name in (
        "bot/domain/a.yml",
        "bot/components/c.py",
        "data/nlu/en/x.yml",
        "data/rules/r.yml",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "requirements").mkdir()
    (folder / "requirements" / "bot.in").write_text("rasa")
    (folder / "config.yml").write_text("recipe")
    return folder


@pytest.mark.parametrize(
    "file",
    [
        "config.yml",
        "bot/domain/a.yml",
        "bot/components/c.py",
        "data/nlu/en/x.yml",
        "data/rules/r.yml",
        "data/nlu/en/new.yml",
    ],
)
def test_whatever_a_model_is_made_of_changes_its_name(tmp_path: Path, file: str) -> None:
    root = made_of(tmp_path)
    before = fingerprint(root)
    (root / file).write_text("changed")
    assert fingerprint(root) != before


def test_what_a_model_is_not_made_of_does_not(tmp_path: Path) -> None:
    root = made_of(tmp_path)
    before = fingerprint(root)
    (root / "data" / "texts").mkdir()
    (root / "data" / "texts" / "en.yml").write_text("a: b")
    (root / "bot" / "run.py").write_text("x")
    assert fingerprint(root) == before


def test_the_newest_model_serves_until_the_present_data_are_trained(tmp_path: Path) -> None:
    root, var = made_of(tmp_path), tmp_path / "var"
    assert current_model(var, root) is None
    (var / "models").mkdir(parents=True)
    older, newer = var / "models" / "usher-1.tar.gz", var / "models" / "usher-2.tar.gz"
    older.write_text("")
    newer.write_text("")
    os.utime(older, (1, 1))
    assert current_model(var, root) == newer
    model_file(var, root).write_text("")
    os.utime(model_file(var, root), (0, 0))
    assert current_model(var, root) == model_file(var, root)


def test_old_models_are_removed_but_the_last(tmp_path: Path) -> None:
    files = [tmp_path / f"usher-{number}.tar.gz" for number in range(5)]
    for number, file in enumerate(files):
        file.write_text("")
        os.utime(file, (number, number))
    _tidy(tmp_path, files[4])
    assert sorted(tmp_path.iterdir()) == files[3:]
