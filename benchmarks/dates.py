"""Our parser of dates beside dateparser, on the outside booking phrases and CLDR dates (where
they are). dateparser gives up on nearly all booking phrases, sooner than it reads a date, so
its speed is also told over what it reads."""

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.report import ROOT, Report, percentile
from parsing import when
from parsing.values import Parsed

CASES = ROOT.parent / "shared" / "cases" / "language"
PHRASES = CASES / "booking_phrases.jsonl"
BENCH = ROOT / ".venv" / "bench"
REPEATS = 5


def add_to(report: Report) -> None:
    """Accuracy on plain dates in each language, CPU of every phrase; a note where something
    is missing."""
    if not PHRASES.exists():
        report.notes.append(f"no {PHRASES}: parsing was not measured")
        return
    lines = PHRASES.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    mine, my_ms = _ours(rows)
    theirs = _dateparser(rows, report)
    right: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for number, row in enumerate(rows):
        wanted = row["expected"]
        if not set(wanted) <= {"date", "time"}:
            continue  # a window, a part of a day: dateparser has no form for it
        peer = theirs is not None and _same(theirs["read"][number], wanted)
        right[row["lang"]].append((_same(mine[number], wanted), peer))
    for language, pairs in sorted(right.items()):
        report.add(
            f"plain dates and times right, {language} ({len(pairs)})", "%",
            100 * sum(ours for ours, _ in pairs) / len(pairs),
            None if theirs is None else 100 * sum(peer for _, peer in pairs) / len(pairs),
        )  # fmt: skip
    _add_speed(report, "a wish for a time", my_ms, theirs["ms"] if theirs else None)
    _add_formatted(report)


def _add_speed(report: Report, what: str, mine: list[float], theirs: list[float] | None) -> None:
    """CPU of one reading in milliseconds, mean and percentiles."""
    wanted = "at least as fast as dateparser"
    report.add(
        f"mean of reading {what}, CPU", "ms", sum(mine) / len(mine),
        None if theirs is None else sum(theirs) / len(theirs), wanted=wanted,
    )  # fmt: skip
    for name, part in (("p50", 0.5), ("p95", 0.95)):
        report.add(
            f"{name} of reading {what}, CPU", "ms", percentile(mine, part),
            None if theirs is None else percentile(theirs, part), wanted=wanted,
        )  # fmt: skip


def _add_formatted(report: Report) -> None:
    """The same over dates as CLDR writes them, of those that dateparser reads."""
    rows = [
        json.loads(line)
        for file in sorted((CASES / "cldr").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    theirs = _dateparser(rows, report) if rows else None
    if theirs is None:
        return
    _, my_ms = _ours(rows)
    read = [number for number, value in enumerate(theirs["read"]) if value is not None]
    mine = [my_ms[start + number] for start in range(0, len(my_ms), len(rows)) for number in read]
    what = f"a formatted date ({len(read)} of {len(rows)} that dateparser reads)"
    _add_speed(report, what, mine, [theirs["ms"][number] for number in read])


def _ours(rows: list[dict[str, Any]]) -> tuple[list[str | None], list[float]]:
    read: list[str | None] = []
    spent: list[float] = []
    for repeat in range(REPEATS + 1):
        read = []
        for row in rows:
            now = datetime.fromisoformat(row["reference_time"]).replace(tzinfo=UTC)
            began = time.process_time()
            found = when.parse(row["text"], language=row["lang"], now=now)
            if repeat:  # the first round loads the lexicons
                spent.append(1000 * (time.process_time() - began))
            read.append(_moment(found.value) if isinstance(found, Parsed) else None)
    return read, spent


def _moment(value: Any) -> str | None:
    """ISO date, with the time where one was said; None where it is not one moment."""
    if value.instant is not None:
        return str(value.instant.isoformat())
    if value.first is None or value.first != value.last:
        return None
    at = value.clock.exact or value.clock.not_before
    return f"{value.first.isoformat()}T{at.isoformat()}" if at else str(value.first.isoformat())


def _same(read: str | None, expected: dict[str, str]) -> bool:
    if read is None or read[:10] != expected.get("date", read[:10]):
        return False
    return "time" not in expected or read[11:16] == expected["time"]


def _dateparser(rows: list[dict[str, Any]], report: Report) -> dict[str, Any] | None:
    python = _environment()
    if python is None:
        report.notes.append("dateparser could not be installed: no peer for parsing")
        return None
    asked = [{"text": r["text"], "lang": r["lang"], "now": r["reference_time"]} for r in rows]
    with tempfile.TemporaryDirectory() as folder:
        phrases, out = Path(folder) / "phrases.json", Path(folder) / "out.json"
        phrases.write_text(json.dumps(asked), encoding="utf-8")
        script = str(ROOT / "benchmarks" / "date_side.py")
        subprocess.run([str(python), script, str(phrases), str(out)], check=True)
        answer: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return answer


def _environment() -> Path | None:
    """.venv/bench, made at the first use: dateparser is of no use to the app itself."""
    python = BENCH / "bin" / "python"
    if python.exists():
        return python
    lists = ROOT / "requirements"
    wanted = next(lists / name for name in ("bench.txt", "bench.in") if (lists / name).exists())
    steps = (
        [sys.executable, "-m", "venv", str(BENCH)],
        [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r",
         str(wanted)],
    )  # fmt: skip
    for step in steps:
        if subprocess.run(step, check=False).returncode != 0:
            return None
    return python
