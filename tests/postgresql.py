"""A PostgreSQL server of the tests' own: made in a temporary folder, on a free port of
127.0.0.1, gone afterwards. Skips with a reason (fails with CI=true) where none is installed."""

import os
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest


def free_port() -> int:
    """A TCP port that nobody listens on at 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_ports(count: int) -> int:
    """The first of `count` TCP ports in a row that nobody listens on at 127.0.0.1, below those
    from which the system takes ports for connections: none is taken meanwhile."""
    while True:
        first = random.randrange(20_000, 32_000)
        with ExitStack() as held:
            try:
                for port in range(first, first + count):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
        return first


def missing(what: str) -> None:
    """Skip because `what` is not installed; where CI=true that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not installed, and CI must have it")
    pytest.skip(f"{what} is not installed (apt-get install it to run this test)")


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _as_nobody_special(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root; Debian's package made a user for it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@contextmanager
def running(*settings: str) -> Iterator[str]:
    """Start a server, with `settings` ("name=value") of its own, and give its SQLAlchemy URL."""
    binaries = _binaries()
    if binaries is None:
        missing("PostgreSQL")
        return
    folder = Path(tempfile.mkdtemp(prefix="usher-postgresql-"))
    folder.chmod(0o777)
    port, data = free_port(), folder / "data"
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "usher", "-A", "trust", "-E", "UTF8"]
    subprocess.run(_as_nobody_special(initdb), check=True, capture_output=True, cwd=folder)
    given = (
        *("listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}"),
        *("fsync=off", "max_connections=200", *settings),
    )
    options = " ".join(f"-c {one}" for one in given)
    control = [str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    subprocess.run(
        _as_nobody_special([*control, "-o", options, "start"]),
        check=True,
        capture_output=True,
        cwd=folder,
    )
    try:
        yield f"postgresql+psycopg://usher@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            _as_nobody_special([*control, "-m", "immediate", "stop"]),
            check=False,
            capture_output=True,
            cwd=folder,
        )
        shutil.rmtree(folder, ignore_errors=True)
