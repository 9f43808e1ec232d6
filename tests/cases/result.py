"""One row of an outside case's run."""

from dataclasses import dataclass
from typing import Literal

Half = Literal["development", "check"]


@dataclass(frozen=True)
class CaseResult:
    """A case that ran (`passed`) or was left out (`skipped` says why). `detail` tells what
    was wanted and what came, for VERBOSE=1. Of the language suites only failures of the
    development `half` are looked at while the parsers are worked on."""

    suite: str
    language: str
    id: str
    passed: bool
    skipped: str | None = None
    detail: str = ""
    half: Half | None = None
