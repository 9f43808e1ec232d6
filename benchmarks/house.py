"""Our whole house, started as `make run` starts it, and a visitor who talks to it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.process_costs import command_line, descendants
from benchmarks.report import ROOT
from tests.postgresql import free_ports

READY = "Usher is ready:"
START_SECONDS = 600
ANSWER_SECONDS = 60
PARTS = {"bot": "bot.run", "actions": "actions.server", "bridge": "serve"}
UNLIMITED = {
    "USHER_CHAT__MESSAGES_PER_MINUTE": "1000000",
    "USHER_CHAT__SESSIONS_PER_MINUTE": "1000000",
    "USHER_CHAT__MESSAGES_PER_MINUTE_FROM": "1000000",
}


@dataclass
class House:
    """A running Usher: its address, and the processes of each part."""

    url: str
    pids: dict[str, list[int]]


def _models(var: Path) -> None:
    """The model that the repository's var/ has, if any: training is not what is measured."""
    own = ROOT / "var" / "models"
    (var / "models").mkdir(parents=True)
    for file in own.glob("*"):
        (var / "models" / file.name).symlink_to(file)


@contextmanager
def running() -> Iterator[House]:
    """Start it on an empty database; every process is ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as folder:
        var = Path(folder)
        _models(var)
        port = free_ports(3)
        environment = {**os.environ, **UNLIMITED, "PORT": str(port), "USHER_VAR": str(var)}
        process = subprocess.Popen(
            [sys.executable, "-m", "run.start"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines: list[str] = []
        ready = threading.Event()
        threading.Thread(target=_read, args=(process, lines, ready), daemon=True).start()
        try:
            if not ready.wait(START_SECONDS) or process.poll() is not None:
                raise RuntimeError("Usher did not start:\n" + "\n".join(lines[-40:]))
            yield House(f"http://127.0.0.1:{port}", _parts(process.pid))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _read(process: subprocess.Popen[str], lines: list[str], ready: threading.Event) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith(READY):
            ready.set()
    ready.set()


def _parts(pid: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {part: [] for part in PARTS}
    for child in descendants(pid):
        words = command_line(child)
        for part, mark in PARTS.items():
            if mark in words and "python" in words[0]:
                found[part].append(child)
    missing = [part for part, pids in found.items() if not pids]
    if missing:
        raise RuntimeError(f"no process of {', '.join(missing)} found")
    return found


class HouseVisitor:
    """One browser as the widget is: it posts what is typed, and hears everything by the one
    event stream that it keeps open."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client, self._url = client, f"{url}/chat/v1"
        self._headers = {"Origin": url}
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._listening: asyncio.Task[None] | None = None

    async def arrive(self) -> None:
        """Open the chat and read the greeting."""
        body = {"site": "demo", "language": "en", "timezone": "Europe/London"}
        answer = await self._client.post(f"{self._url}/sessions", json=body, headers=self._headers)
        answer.raise_for_status()
        self._headers["Authorization"] = f"Bearer {answer.json()['token']}"
        self._listening = asyncio.create_task(self._listen())
        await self._answered(after=0)

    async def say(self, text: str) -> float:
        """Type a message; seconds until the bot's answer was there."""
        began = time.perf_counter()
        body = {"cid": str(uuid.uuid4()), "text": text}
        while True:
            answer = await self._client.post(
                f"{self._url}/messages", json=body, headers=self._headers
            )
            if answer.status_code != 429:
                break
            await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))
        answer.raise_for_status()
        await self._answered(after=answer.json()["seq"])
        return time.perf_counter() - began

    async def leave(self) -> None:
        """Close the page."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])

    async def _listen(self) -> None:
        asked = self._client.stream(
            "GET", f"{self._url}/events", headers=self._headers, timeout=None
        )
        with suppress(httpx.TransportError):  # the house was stopped
            async with asked as stream:
                stream.raise_for_status()
                async for line in stream.aiter_lines():
                    if line.startswith("data: "):
                        self._heard.put_nowait(json.loads(line.removeprefix("data: ")))

    async def _answered(self, *, after: int) -> None:
        """Wait for what the bot says behind `after`."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                event = await self._heard.get()
                if "apology" in (event.get("says") or ()):
                    raise RuntimeError("the house apologised")
                spoken = event["kind"] == "message" and event["author"] == "bot"
                if spoken and event["seq"] > after:
                    return
