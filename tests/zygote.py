"""Processes that start in milliseconds, to be killed: a module is imported once, and then each
line on its stdin forks a process that does its work."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def fork_for_each_line(work: Callable[[], None]) -> None:
    """The zygote's own loop: each process's id is printed, then how it ended."""
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            work()
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


class Zygote:
    """The other end of that loop."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout = process.stdin, process.stdout
        self._child = 0

    def start(self) -> None:
        """Start a process, once the one before was killed."""
        self._stdin.write("\n")
        self._stdin.flush()
        self._child = int(self._stdout.readline())

    def kill(self) -> None:
        """kill -9, unless it has come to its end."""
        with suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        assert int(self._stdout.readline()) in (0, -signal.SIGKILL)


@contextmanager
def zygote(module: str, *arguments: str) -> Iterator[Zygote]:
    """A module that calls `fork_for_each_line`, running."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Zygote(process)
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
