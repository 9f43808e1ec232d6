"""The whole of Usher, started as `make run` starts it, for the tests that use all of it.

A `Stack` has a folder of its own for var/, ports of its own and, if wanted, a clock that
begins at a given instant. Between the actions and the bridge stands a gate that a test
can shut (`faults`), so that an outage happens on the wire and not in the code.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from tests.postgresql import free_ports

ROOT = Path(__file__).resolve().parent.parent
READY = "Usher is ready:"
START_SECONDS = 240


class Gate:
    """A reverse proxy on 127.0.0.1. While `shut` names a part of a path, requests to it
    are answered 503, as an overloaded or restarting bridge would."""

    def __init__(self, upstream: str) -> None:
        self.shut: str | None = None
        gate, client = self, httpx.Client(base_url=upstream, timeout=30)
        self._client = client

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if gate.shut and gate.shut in self.path:
                    return self._answer(503, b"{}", "application/json")
                headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
                answer = client.request(self.command, self.path, content=body, headers=headers)
                kind = answer.headers.get("content-type", "application/json")
                return self._answer(answer.status_code, answer.content, kind)

            def _answer(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = _pass

            def log_message(self, format: str, *args: object) -> None:
                """Quiet: the bridge logs its requests itself."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._client.close()


@dataclass
class Stack:
    """A running Usher. `output` holds what it printed."""

    url: str
    var: Path
    environment: dict[str, str]
    gate: Gate
    process: subprocess.Popen[str]
    output: list[str] = field(default_factory=list)

    def usher(self, *arguments: str) -> str:
        """Run the operators' command line against this stack and return what it printed."""
        done = subprocess.run(
            [str(ROOT / ".venv/app/bin/usher"), *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"usher {' '.join(arguments)} failed: {done.stderr}{done.stdout}")
        return done.stdout

    def api_key(self, name: str) -> str:
        """A new key of the public API."""
        return str(json.loads(self.usher("key", "create", name, "--json"))["key"])

    def pids(self, part: str) -> list[int]:
        """The processes of this stack whose command line names `part` ("bot.run", "serve")."""
        found = []
        mark = f"USHER_VAR={self.var}".encode()
        for folder in Path("/proc").iterdir():
            if not folder.name.isdigit():
                continue
            try:
                command = (folder / "cmdline").read_bytes().split(b"\0")
                environment = (folder / "environ").read_bytes()
            except OSError:
                continue
            if mark in environment and part.encode() in command:
                found.append(int(folder.name))
        return found

    def kill(self, part: str) -> None:
        """Kill -9 one part; run.start starts it again."""
        for pid in self.pids(part):
            os.kill(pid, signal.SIGKILL)


def _follow(process: subprocess.Popen[str], output: list[str], ready: threading.Event) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        output.append(line.rstrip("\n"))
        if line.startswith(READY):
            ready.set()
    ready.set()


@contextmanager
def running(
    var: Path, *, now: str | None = None, more: dict[str, str] | None = None
) -> Iterator[Stack]:
    """Start Usher in `var`; `now` is an ISO instant with a zone for every clock."""
    port = free_ports(3)
    _bring_model(var)
    gate = Gate(f"http://127.0.0.1:{port}")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("USHER_")},
        "PORT": str(port),
        "USHER_VAR": str(var),
        "USHER_BRIDGE_URL": gate.url,
        **({"USHER_NOW": now} if now else {}),
        **(more or {}),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "run.start"],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    ready = threading.Event()
    output: list[str] = []
    threading.Thread(target=_follow, args=(process, output, ready), daemon=True).start()
    try:
        if not ready.wait(START_SECONDS) or process.poll() is not None:
            raise RuntimeError("Usher did not start:\n" + "\n".join(output[-60:]))
        yield Stack(
            f"http://127.0.0.1:{port}", var, _as_started(environment), gate, process, output
        )
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
        if process.stdout is not None:
            process.stdout.close()
        gate.close()


def _bring_model(var: Path) -> None:
    """The model of this checkout, trained at most once for all stacks."""
    home = ROOT / "var"
    home.mkdir(exist_ok=True)
    environment = {**os.environ, "USHER_VAR": str(home)}
    command = [str(ROOT / ".venv/bot/bin/python"), "-m", "bot.train"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(home / "models", var / "models", dirs_exist_ok=True)


def _as_started(environment: dict[str, str]) -> dict[str, str]:
    """The environment that run.start gave its processes, for commands beside them."""
    from run.start import environment as whole

    return whole(environment)


def wait_for[T](what: str, probe: Callable[[], T | None], seconds: float = 30) -> T:
    """Poll until `probe` gives something; AssertionError that says what was awaited."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = probe()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for {what}")
