"""The stock `rasa init` bot with a form of the same questions: trained, started, spoken to."""

import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.report import HERE, ROOT
from tests.postgresql import free_port

BOT = ROOT / ".venv" / "bot" / "bin" / "python"
FOLDER = HERE / "stock_bot"
EXAMPLES = ROOT / "data" / "nlu" / "en"
START_SECONDS = 600


@dataclass
class Stock:
    """A running stock bot."""

    url: str
    pids: dict[str, list[int]]


def trained_model() -> Path:
    """The stock model of these files; trained (minutes) where there is none yet."""
    parts = [*FOLDER.glob("*.yml"), *EXAMPLES.glob("*.yml")]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(parts))).hexdigest()
    model = ROOT / "var" / "benchmarks" / f"stock-{digest[:12]}.tar.gz"
    if model.exists():
        return model
    model.parent.mkdir(parents=True, exist_ok=True)
    print("benchmarks: training the stock bot (several minutes)", flush=True)
    files = [FOLDER / "rules.yml", FOLDER / "stories.yml", EXAMPLES]
    _rasa(
        "train", "--domain", FOLDER / "domain.yml", "--config", FOLDER / "config.yml",
        "--out", model.parent, "--fixed-model-name", "half-trained", "--data", *files,
    )  # fmt: skip
    (model.parent / "half-trained.tar.gz").rename(model)
    return model


def _environment(**more: str) -> dict[str, str]:
    return {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        **more,
    }


def _rasa(*arguments: str | Path) -> None:
    command = [str(BOT), "-m", "rasa", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, start_new_session=True,  # its progress bars stop at a terminal
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"rasa {arguments[0]} failed:\n{done.stderr[-3000:]}")


@contextmanager
def running() -> Iterator[Stock]:
    """The bot (REST channel, trackers in memory) and its action server."""
    model, port, actions_port = trained_model(), free_port(), free_port()
    environment = _environment(STOCK_ACTIONS_URL=f"http://127.0.0.1:{actions_port}")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    actions = subprocess.Popen(
        [str(BOT), "-m", "rasa_sdk", "--actions", "actions", "--port", str(actions_port)],
        cwd=FOLDER, env=environment, **quiet,
    )  # fmt: skip
    bot = subprocess.Popen(
        [str(BOT), "-m", "rasa", "run", "--model", str(model), "-i", "127.0.0.1",
         "--port", str(port), "--endpoints", str(FOLDER / "endpoints.yml"),
         "--credentials", str(FOLDER / "credentials.yml")],
        cwd=ROOT, env=environment, **quiet,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/webhooks/rest"
    try:
        _wait(f"{url}/", bot)
        _wait(f"http://127.0.0.1:{actions_port}/health", actions)
        yield Stock(url, {"bot": [bot.pid], "actions": [actions.pid]})
    finally:
        for process in (bot, actions):
            process.send_signal(signal.SIGTERM)
        for process in (bot, actions):
            process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise RuntimeError(f"nobody answers at {url}")


class StockVisitor:
    """One sender of the REST channel."""

    def __init__(self, client: httpx.AsyncClient, url: str, sender: str) -> None:
        self._client, self._url, self._sender = client, url, sender

    async def arrive(self) -> None:
        """Nothing to open: the first message begins the talk."""

    async def leave(self) -> None:
        """Nothing to close."""

    async def say(self, text: str) -> float:
        """Type a message; seconds until the bot's answer was there."""
        began = time.perf_counter()
        body = {"sender": self._sender, "message": text}
        answer = await self._client.post(f"{self._url}/webhook", json=body)
        answer.raise_for_status()
        if not answer.json():
            raise RuntimeError(f"the stock bot said nothing to {text!r}")
        return time.perf_counter() - began
