"""Runs the outside cases about dates, times and lengths through the parsers.

Suites: booking_phrases, cldr, duckling_time, duckling_duration, dates_false_positives.
Values are compared at the grain that the case expects. What is not counted says why.

To develop without learning the cases by heart every case belongs, by a hash of its id, to
a development or a check half (`half_of`); only failures of the first are looked at.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

from parsing import duration, when
from parsing import language as languages
from parsing.values import Parsed, Unclear, When
from tests.cases.result import CaseResult, Half
from tests.cases.time_compare import (
    differs_from_booking,
    differs_from_instant,
    differs_from_interval,
)

_SURE_ENOUGH = 0.5  # from here on a reading counts as "this is a date"
_MOON_HOLIDAYS = frozenset(
    {
        *("Ashura", "Eid al-Adha", "Eid al-Fitr", "Islamic New Year", "Isra and Mi'raj", "Mawlid"),
        *("Jumu'atul-Wida", "Laylat al-Qadr", "Ramadan", "Hosay", "Hazarat Ali's Birthday"),
        *("Chhath", "Dayananda Saraswati Jayanti", "Dhanteras", "Diwali", "Ganesh Chaturthi"),
        *("Guru Gobind Singh Jayanti", "Guru Ravidass Jayanti", "Holi", "Holika Dahan"),
        *("Karva Chauth", "Krishna Janmashtami", "Maha Saptami", "Maha Shivaratri", "Navaratri"),
        *("Mahavir Jayanti", "Naraka Chaturdashi", "Pargat Diwas", "Rabindra Jayanti", "Vesak"),
        *("Raksha Bandhan", "Rama Navami", "Ratha-Yatra", "Shivaji Jayanti", "Thiru Onam"),
        *("Ugadi", "Vaisakhi", "Vasant Panchami", "Vijayadashami", "Bhai Dooj", "Parsi New Year"),
        *("Hanukkah", "Lag BaOmer", "Passover", "Purim", "Rosh Hashanah", "Shavuot", "Sukkot"),
        *("Shemini Atzeret", "Shushan Purim", "Simchat Torah", "Tisha B'Av", "Tu BiShvat"),
        *("Yom Ha'atzmaut", "Yom HaShoah", "Yom Kippur"),
        *("Boghi", "Thai Pongal", "Mattu Pongal", "Kaanum Pongal", "Chinese New Year"),
    }
)


def run(cases_dir: Path) -> Iterator[CaseResult]:
    """Every case of the suites under `language/`; nothing where the folder is missing."""
    folder = cases_dir / "language"
    suites = (_booking, _cldr, _duckling_time, _duckling_duration, _false_positives)
    for suite in suites:
        for result in suite(folder):
            yield replace(result, half=half_of(result.id))


def half_of(case_id: str) -> Half:
    """The half that a case belongs to."""
    return "development" if sha256(case_id.encode()).digest()[0] % 2 else "check"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def _now(row: dict[str, Any]) -> datetime:
    offset = row.get("reference_utc_offset", "+00:00")
    hours, minutes = offset[1:].split(":")
    span = timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(-span if offset[0] == "-" else span)
    return datetime.fromisoformat(row["reference_time"]).replace(tzinfo=zone)


def _told(read: Parsed[When] | Unclear[When] | None) -> str:
    if read is None:
        return "nothing"
    if isinstance(read, Unclear):
        return f"unclear ({read.why}): {[choice.value for choice in read.choices]}"
    return str(read.value)


def _booking(folder: Path) -> Iterator[CaseResult]:
    for row in _rows(folder / "booking_phrases.jsonl"):
        asked = bool(row.get("asked"))
        read = when.parse(row["text"], language=row["lang"], now=_now(row), asked=asked)
        value = read.value if isinstance(read, Parsed) else None
        wrong = differs_from_booking(value, row["expected"])
        detail = f"{row['text']}: {wrong}; read {_told(read)}" if wrong else ""
        yield CaseResult("booking_phrases", row["lang"], row["id"], not wrong, None, detail)


def _cldr(folder: Path) -> Iterator[CaseResult]:
    for language in ("en", "sl", "he", "fi", "nb", "pl"):
        for number, row in enumerate(_rows(folder / "cldr" / f"{language}.jsonl")):
            # CLDR's English short dates are American: month first
            read = when.parse(
                row["text"], language=language, now=_now(row), day_first=language != "en"
            )
            accepted = [row["expected"], *row["accept"]]
            wrong = [_differs(read, expected, row) for expected in accepted]
            passed = not all(wrong)
            detail = "" if passed else f"{row['text']}: {wrong[0]}; read {_told(read)}"
            yield CaseResult("cldr", language, f"{language}.{number}", passed, None, detail)


def _differs(
    read: Parsed[When] | Unclear[When] | None, expected: dict[str, Any], row: dict[str, Any]
) -> str:
    """What is wrong, empty when nothing is."""
    if not isinstance(read, Parsed):
        return "nothing clear read"
    reference = datetime.fromisoformat(row["reference_time"])
    if expected["kind"] == "instant":
        return differs_from_instant(read.value, expected, reference)
    return differs_from_interval(read.value, expected, reference)


# Duckling --------------------------------------------------------------------------------

_DAY_FIRST_REGIONS = {"AU", "BZ", "GB", "IE", "IN", "JM", "NZ", "TT"}


def _duckling_time(folder: Path) -> Iterator[CaseResult]:
    for language in ("en", "he", "nb", "pl"):
        for number, row in enumerate(_rows(folder / "duckling" / f"{language}.Time.jsonl")):
            case_id = f"{language}.{row['region'] or '*'}.{number}"
            skipped = _not_counted(row)
            read = when.parse(
                row["text"],
                language=language,
                now=_now(row),
                day_first=language != "en" or row["region"] in _DAY_FIRST_REGIONS,
                asked=row["latent"],  # what Duckling reads only when a time is expected
            )
            wrong = "" if skipped else _differs(read, row["expected"], row)
            detail = f"{row['text']}: {wrong}; read {_told(read)}" if wrong else ""
            yield CaseResult("duckling_time", language, case_id, not wrong, skipped, detail)


def _not_counted(row: dict[str, Any]) -> str | None:
    """Why a case is not counted: only days and times that are not over are."""
    expected = row["expected"]
    if expected.get("holiday") and row["region"] is not None:
        return "holiday of one region: the chat has no region"
    if expected.get("holiday") in _MOON_HOLIDAYS:
        return "holiday of a moon calendar: Duckling dates it from the evening before, or we do not know it"
    if "upcoming" in row["text"] and re.search(r"two|2", row["text"]):
        return "Duckling takes 'upcoming two weeks' for the second of them, we for both"
    reference = row["reference_time"][:16]
    end = expected.get("to") or expected.get("value")
    if expected.get("direction") == "after":
        return None
    if expected["kind"] == "instant" and expected["grain"] not in ("second", "minute", "hour"):
        reference = f"{reference[:10]}T00:00"
        if expected["grain"] in ("week", "month", "quarter", "year"):
            days = {"week": 6, "month": 30, "quarter": 91, "year": 365}[expected["grain"]]
            earliest = date.fromisoformat(reference[:10]) - timedelta(days=days)
            reference = f"{earliest.isoformat()}T00:00"
    if end is not None and end[:16] < reference:
        return "over before the reference time"
    return None


def _duckling_duration(folder: Path) -> Iterator[CaseResult]:
    for language in languages.LANGUAGES:
        for number, row in enumerate(_rows(folder / "duckling" / f"{language}.Duration.jsonl")):
            read = duration.parse(row["text"], language=language)
            expected = (row["expected"]["value"], row["expected"]["unit"])
            found = (read.value.value, read.value.unit) if isinstance(read, Parsed) else None
            passed = found == expected
            detail = "" if passed else f"{row['text']}: expected {expected}, read {found}"
            case_id = f"{language}.{number}"
            yield CaseResult("duckling_duration", language, case_id, passed, None, detail)


# what is no date -------------------------------------------------------------------------


def _false_positives(folder: Path) -> Iterator[CaseResult]:
    now = datetime(2026, 3, 11, 10, tzinfo=UTC)
    for number, row in enumerate(_rows(folder / "duckling" / "negative.jsonl")):
        if row["dim"] == "Time":
            yield _no_date(row["text"], row["lang"], f"negative.{number}", now)
    for row in _rows(folder / "lead_acts.jsonl"):
        yield _no_date(row["text"], row["lang"], row["id"], now)


def _no_date(text: str, language: str, case_id: str, now: datetime) -> CaseResult:
    read = when.parse(text, language=language, now=now)
    sure = read.confidence if isinstance(read, Parsed) else 1.0 if read is not None else 0.0
    passed = sure < _SURE_ENOUGH
    detail = "" if passed else f"{text}: read {_told(read)}"
    return CaseResult("dates_false_positives", language, case_id, passed, None, detail)
