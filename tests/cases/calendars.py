"""Recurrence, openings and broken calendars from outside, through the bridge's own code.

Suites: recurrence_A, recurrence_B, openings, ics_crash, ics_facts. A row that is a choice
of product ("policy", "optional") is left out of the count and listed with our choice.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crm_bridge.calendars.ics_feed.events import Event
from crm_bridge.calendars.ics_feed.expand import expand
from crm_bridge.calendars.ics_feed.parse import Feed, parse
from crm_bridge.calendars.ics_feed.zones import NamedZone
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.recurrence import occurrences
from crm_bridge.calendars.rule_text import read_rule
from tests.cases import calendar_openings
from tests.cases.result import CaseResult

NO_LANGUAGE = "-"
OWNER_ZONE = NamedZone(ZoneInfo("Europe/Ljubljana"))
CRASH_YEARS = (1997, 2008, 2015, 2020, 2024, 2026)


def run(cases_dir: Path) -> Iterator[CaseResult]:
    """Every calendar case below `cases_dir` (which holds `calendars/`)."""
    folder = cases_dir / "calendars"
    yield from _recurrence(folder / "recurrence.jsonl")
    for id, passed, skipped, detail in calendar_openings.results(folder / "openings"):
        yield CaseResult("openings", NO_LANGUAGE, id, passed, skipped, detail)
    yield from _crashes(folder / "ics")
    yield from _facts(folder / "ics")


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def _recurrence(file: Path) -> Iterator[CaseResult]:
    for row in _rows(file):
        wanted = [_wall(text) for text in row["expected"]]
        many = len(wanted) + (1 if row["complete"] else 0)
        try:
            rule = read_rule(row["rrule"])
            got: Any = list(islice(occurrences(rule, _wall(row["dtstart"])), many))
        except Exception as fault:
            got = repr(fault)
        detail = "" if got == wanted else f"{row['rrule']}: wanted {wanted[:4]}, got {got[:4]}"
        suite = f"recurrence_{row['tier']}"
        yield CaseResult(suite, NO_LANGUAGE, row["id"], got == wanted, None, detail)


def _wall(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%S" if "T" in text else "%Y%m%d")


def _crashes(folder: Path) -> Iterator[CaseResult]:
    """Reading and expanding any file ends without an exception (a hang is the runner's)."""
    for file in sorted(folder.rglob("*.ics")):
        try:
            feed = parse(file.read_bytes(), owner_zone=OWNER_ZONE)
            for year in CRASH_YEARS:
                expand(feed, Interval(_utc(year), _utc(year + 1)))
            fault = ""
        except Exception as raised:
            fault = repr(raised)
        name = str(file.relative_to(folder))
        yield CaseResult("ics_crash", NO_LANGUAGE, name, not fault, None, fault)


def _utc(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)


def _facts(folder: Path) -> Iterator[CaseResult]:
    for row in _rows(folder / "facts.jsonl"):
        try:
            feed = parse((folder / row["ics"]).read_bytes(), owner_zone=OWNER_ZONE)
            missed = list(_missed(row, feed))
        except Exception as raised:
            missed = [repr(raised)]
        if row.get("optional") or row.get("hard"):
            same = "we read it so too" if not missed else "we read it otherwise"
            why = f"{row['id']}: {row.get('policy', 'optional')}; {same}"
            yield CaseResult(
                "ics_facts", NO_LANGUAGE, row["id"], not missed, why, "; ".join(missed)
            )
        else:
            yield CaseResult(
                "ics_facts", NO_LANGUAGE, row["id"], not missed, None, "; ".join(missed)
            )


def _missed(row: dict[str, Any], feed: Feed) -> Iterator[str]:
    """What the row expects and the feed does not show."""
    match = row.get("match", {})
    events = [event for event in feed.events if _matches(event, match)]
    expect = row["expect"]
    if not events:
        yield f"no event {match}"
        return
    for name, of in (("start_utc", _start), ("end_utc", _end)):
        if name in expect and all(of(event) != _instant(expect[name]) for event in events):
            yield f"{name} is {[of(event).isoformat() for event in events]}"
    if "window" not in row:
        return
    window = Interval(*(_instant(text) for text in row["window"]))
    uids = {event.uid for event in events}
    starts = {each.start for each in expand(feed, window).occurrences if each.uid in uids}
    for text in expect.get("present_utc", []):
        if _instant(text) not in starts:
            yield f"nothing at {text}"
    for text in expect.get("absent_utc", []):
        if _instant(text) in starts:
            yield f"still something at {text}"
    if "none_after_utc" in expect:
        last = _instant(expect["none_after_utc"])
        if not starts:
            yield "nothing in the window at all"
        elif max(starts) > last:
            yield f"the last one is at {max(starts).isoformat()}"


def _matches(event: Event, match: dict[str, str]) -> bool:
    return all(getattr(event, name) == value for name, value in match.items())


def _start(event: Event) -> datetime:
    return event.start.instant


def _end(event: Event) -> datetime:
    return event.end_instant


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
