"""One row of an outside case's run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CaseResult:
    """A case that ran (`passed`) or was left out (`skipped` says why). `detail` tells what
    was wanted and what came, for VERBOSE=1."""

    suite: str
    language: str
    id: str
    passed: bool
    skipped: str | None = None
    detail: str = ""
