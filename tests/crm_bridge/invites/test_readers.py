"""What we invite with, judged and read by others' software: libical, ical.js, node-ical."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from crm_bridge.invites import letters
from crm_bridge.invites.ics import Entry, Method, Person, calendar_text
from tests.crm_bridge.invites import libical
from tests.crm_bridge.invites.makers import SENDER, TEXTS, a_meeting, an_entry, in_language
from tests.postgresql import missing

READERS = Path(__file__).parent / "readers"
LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")
HARD = 'Zoë "Z", O’Neil; 50% \\ done\nנועה כהן — 日本 ' + "ž" * 90


def _entries() -> list[tuple[Entry, Method]]:
    found: list[tuple[Entry, Method]] = []
    for language in LANGUAGES:
        meeting = in_language(a_meeting(titles={language: "Uvodni sestanek, פגישה"}), language)
        stamp = meeting.start
        mine = letters.visitor_entry(meeting, "booked", TEXTS, organizer=SENDER, stamp=stamp)
        theirs = letters.advisor_entry(meeting, TEXTS, organizer=SENDER, stamp=stamp)
        methods: tuple[Method, ...] = ("REQUEST", "CANCEL")
        found += [(each, method) for each in (mine, theirs) for method in methods]
        found.append((mine, "PUBLISH"))
    hard = an_entry(
        summary=HARD, description=HARD, attendee=Person(HARD, "z@oak.example"), sequence=7
    )
    return [*found, (hard, "REQUEST"), (replace(hard, location="", url=""), "CANCEL")]


@pytest.mark.parametrize(("entry", "method"), _entries())
def test_libical_has_nothing_against_it(entry: Entry, method: Method) -> None:
    assert libical.faults(calendar_text(entry, method)) == []


def test_libical_would_tell_us() -> None:
    whole = calendar_text(an_entry(), "REQUEST")
    assert libical.faults(whole.replace(b"ORGANIZER", b"X-ORGANIZER"))
    assert libical.faults(whole.replace(b"DTSTART:", b"X-START:"))


@pytest.fixture(scope="module")
def node() -> str:
    """Node with the readers of the lock file installed."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        missing("node")
        return ""
    with FileLock(READERS / ".lock"):
        if not (READERS / "node_modules" / "ical.js").exists():
            command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            subprocess.run(command, cwd=READERS, check=True, capture_output=True, timeout=300)
    return found


def _expected(entry: Entry, method: Method) -> dict[str, Any]:
    def instant(at: Any) -> str:
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"

    def one_line(text: str) -> str:
        return "".join(each if each.isprintable() else " " for each in text).strip()

    return {
        "uid": entry.uid,
        "sequence": entry.sequence,
        "start": instant(entry.start),
        "end": instant(entry.end),
        "summary": one_line(entry.summary),
        "description": entry.description.strip(),
        "organizer": f"mailto:{entry.organizer.email}",
        "attendees": [] if method == "PUBLISH" else [f"mailto:{entry.attendee.email}"],
        "method": method,
        "status": "CANCELLED" if method == "CANCEL" else "CONFIRMED",
    }


def test_ical_js_and_node_ical_read_what_we_meant(node: str) -> None:
    entries = _entries()
    texts = [calendar_text(entry, method).decode() for entry, method in entries]
    ran = subprocess.run(
        [node, "read.cjs"],
        cwd=READERS,
        input=json.dumps(texts).encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr.decode()[-2000:]
    for (entry, method), (by_ical_js, by_node_ical) in zip(
        entries, json.loads(ran.stdout), strict=True
    ):
        wanted = _expected(entry, method)
        assert by_ical_js == wanted
        assert by_node_ical == wanted
