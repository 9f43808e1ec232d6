"""What running processes cost, read from /proc (Linux)."""

from collections.abc import Iterable
from pathlib import Path


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU time that the living threads of these processes have used, to the microsecond.

    /proc/PID/stat counts in hundredths of a second; the scheduler's own count is finer.
    """
    nanoseconds = 0
    for pid in pids:
        for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                nanoseconds += int(thread.read_text().split()[0])
            except OSError:
                continue  # the thread ended between listing and reading
    return nanoseconds / 1e9


def resident_mib(pids: Iterable[int]) -> float:
    """Resident memory of these processes, MiB. Shared pages count for each."""
    kib = 0
    for pid in pids:
        status = Path(f"/proc/{pid}/status").read_text()
        kib += int(status.split("VmRSS:")[1].split()[0])
    return kib / 1024


def descendants(pid: int) -> list[int]:
    """The process and everything it started, that still lives."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        parent = int(text.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(text.partition(" ")[0]))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def command_line(pid: int) -> list[str]:
    """The words that the process was started with; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]
    except OSError:
        return []
