"""Pure code reads no clock and does no I/O: time and data come in as arguments."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# Files of the bridge that decide and are therefore pure.
DECIDING = [
    ROOT / "crm_bridge" / name
    for name in (
        "core/addresses.py",
        "scoring/score.py",
        "routing/route.py",
        "calendars/bitmap.py",
        "calendars/busy_bits.py",
        "calendars/caldav/entry_text.py",
        "calendars/caldav/xml.py",
        "calendars/cursor.py",
        "calendars/google/events.py",
        "calendars/grid.py",
        "calendars/hours.py",
        "calendars/hours_document.py",
        "calendars/ics_feed/changed.py",
        "calendars/ics_feed/events.py",
        "calendars/ics_feed/expand.py",
        "calendars/ics_feed/lines.py",
        "calendars/ics_feed/parse.py",
        "calendars/ics_feed/times.py",
        "calendars/ics_feed/vtimezone.py",
        "calendars/ics_feed/zones.py",
        "calendars/intervals.py",
        "calendars/microsoft/events.py",
        "calendars/openings.py",
        "calendars/owner.py",
        "calendars/recurrence.py",
        "calendars/rule_text.py",
        "calendars/teams.py",
        "booking/cells.py",
        "booking/choose.py",
        "booking/states.py",
        "booking/fairness.py",
        "connectors/breaker.py",
        "connectors/bucket.py",
        "connectors/forms.py",
        "connectors/hubspot/signature.py",
        "connectors/mapping.py",
        "connectors/retry_after.py",
        "connectors/tryton/party.py",
        "connectors/vocabulary.py",
        "connectors/webhook/message.py",
        "invites/answers.py",
        "invites/ics.py",
        "invites/letters.py",
        "invites/spelled.py",
        "sync/cursor.py",
        "sync/echo.py",
        "sync/merge.py",
        "webhooks/sign.py",
    )
]
PURE = [
    *(ROOT / "playbook").glob("*.py"),
    *(ROOT / "parsing").glob("*.py"),
    *(path for path in DECIDING if path.exists()),
]
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("time", "monotonic"),
}
FRAMEWORKS = {
    "fastapi",
    "sqlalchemy",
    "httpx",
    "pydantic",
    "rasa_sdk",
    "requests",
    "socket",
    "random",
}


@pytest.mark.parametrize("path", PURE, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_clock_is_read(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            assert (name, node.func.attr) not in CLOCKS, f"line {node.lineno} reads a clock"


@pytest.mark.parametrize("path", PURE, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_framework_is_imported(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
        for name in names:
            assert name.split(".")[0] not in FRAMEWORKS, f"line {node.lineno} imports {name}"


def test_every_deciding_file_is_there() -> None:
    assert [path.name for path in DECIDING if not path.exists()] == []
