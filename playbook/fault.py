"""What is wrong with a playbook, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault. `line` and `column` count from 1; `hint` says what to do."""

    file: str
    line: int
    column: int
    what: str
    hint: str = ""

    def __str__(self) -> str:
        said = f"{self.file}:{self.line}:{self.column}: {self.what}"
        return f"{said}. {self.hint}" if self.hint else said


class PlaybookFaults(Exception):
    """A playbook that cannot be used; `faults` holds every fault, in the file's order."""

    code = "playbook_faulty"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """A sentence that names the closest known word, or lists what there is (at most ten)."""
    names = [str(name) for name in known]
    close = get_close_matches(given, names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{close[0]}'?"
    listed = ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
    return f"There is: {listed}." if names else ""
