"""Values: what the parsers read from slot values, numerals, amounts, addresses and numbers,
what they must leave alone, and which language a sentence is in."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from parsing import company, email, language, money, number, people, person, phone, timeline
from parsing.values import Email, Money, Parsed, People, Phone, Timeline, Unclear
from tests.cases.result import CaseResult

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Europe/Ljubljana"))
REGIONS = {"en": "GB", "sl": "SI", "he": "IL", "fi": "FI", "nb": "NO", "pl": "PL"}
FILES = {"eng": "en", "slv": "sl", "heb": "he", "fin": "fi", "nob": "nb", "pol": "pl"}
Row = Mapping[str, Any]


def _rows(file: Path) -> Iterator[tuple[str, Row]]:
    if not file.exists():
        return
    for number_, line in enumerate(file.read_text("utf-8").splitlines()):
        if line.strip():
            row = json.loads(line)
            yield str(row.get("id", f"{file.stem}.{number_}")), row


def _plain(found: Any) -> Any:
    """A parser's result as the cases write values; an unclear one is its first choice."""
    if isinstance(found, Unclear):
        found = found.choices[0] if found.choices else None
    value = found.value if isinstance(found, Parsed) else found
    if isinstance(value, Email):
        return {"value": value.value, **({"suggest": value.suggest} if value.suggest else {})}
    if isinstance(value, Phone):
        return value.value
    if isinstance(value, Timeline):
        return {k: v for k, v in asdict(value).items() if v not in (None, False)}
    if isinstance(value, People | Money):
        return asdict(value)
    return value


def _equal(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        wanted = {k: v for k, v in wanted.items() if k != "note" and v is not None}
        if isinstance(got, str):
            got = {"value": got}
        if not isinstance(got, Mapping):
            return False
        got = {k: v for k, v in got.items() if v is not None}
        return got.keys() == wanted.keys() and all(_equal(got[k], wanted[k]) for k in wanted)
    if isinstance(got, Mapping) and got.keys() == {"value"}:
        got = got["value"]
    if isinstance(wanted, int | float) and isinstance(got, int | float | Decimal):
        return abs(float(got) - float(wanted)) < 1e-6
    return bool(got == wanted)


def _read(slot: str, text: str, spoken: str) -> Any:
    parsers: dict[str, Callable[[], Any]] = {
        "company_size": lambda: people.parse(text, language=spoken),
        "budget": lambda: money.parse(text, language=spoken),
        "email": lambda: email.parse(text, language=spoken),
        "phone": lambda: phone.parse(text, language=spoken, region=REGIONS[spoken]),
        "name": lambda: person.parse(text, language=spoken),
        "company": lambda: company.parse(text, language=spoken),
        "timeline": lambda: timeline.parse(text, language=spoken, now=NOW),
    }
    return parsers[slot]()


def _slot_values(cases: Path) -> Iterator[CaseResult]:
    for name, row in _rows(cases / "slot_values.jsonl"):
        got = _plain(_read(row["slot"], row["text"], row["lang"]))
        detail = f"{row['text']!r}: {got!r}, wanted {row['expected']!r}"
        yield CaseResult(
            "slot_values", row["lang"], name, _equal(got, row["expected"]), None, detail
        )


def _duckling(cases: Path) -> Iterator[CaseResult]:
    for spoken in ("en", "he", "fi", "nb", "pl"):
        for name, row in _rows(cases / f"duckling/{spoken}.Numeral.jsonl"):
            got = _plain(number.parse(row["text"], language=spoken))
            passed = _equal(got, row["expected"]["value"])
            yield CaseResult(
                "duckling_numeral", spoken, name, passed, None, f"{row['text']!r}: {got}"
            )
        for name, row in _rows(cases / f"duckling/{spoken}.AmountOfMoney.jsonl"):
            yield _money(spoken, name, row)


def _money(spoken: str, name: str, row: Row) -> CaseResult:
    wanted = row["expected"]
    if wanted.get("unit") in (None, "$", "£", "unknown") or (
        "value" not in wanted and "from" not in wanted
    ):
        return CaseResult("duckling_money", spoken, name, False, "an open or nameless unit")
    low, high = (
        (wanted["value"],) * 2
        if "value" in wanted
        else (_amount(wanted.get("from")), _amount(wanted.get("to")))
    )
    got = _plain(money.parse(row["text"], language=spoken))
    passed = (
        isinstance(got, dict)
        and _equal(got["min"], low)
        and _equal(got["max"], high)
        and (got["currency"] == wanted["unit"] or (row.get("region") and got["currency"] is None))
    )
    return CaseResult(
        "duckling_money",
        spoken,
        name,
        bool(passed),
        None,
        f"{row['text']!r}: {got}, wanted {wanted}",
    )


def _amount(end: Any) -> Any:
    return end.get("value") if isinstance(end, Mapping) else end


def _negative(cases: Path) -> Iterator[CaseResult]:
    for name, row in _rows(cases / "duckling/negative.jsonl"):
        if (
            row["dim"] not in ("Numeral", "AmountOfMoney", "PhoneNumber", "Email")
            or row["lang"] not in REGIONS
        ):
            continue
        read = {
            "Numeral": lambda r: number.parse(r["text"], language=r["lang"]),
            "AmountOfMoney": lambda r: money.parse(r["text"], language=r["lang"]),
            "PhoneNumber": lambda r: phone.parse(
                r["text"], language=r["lang"], region=REGIONS[r["lang"]]
            ),
            "Email": lambda r: email.parse(r["text"], language=r["lang"]),
        }[row["dim"]](row)
        yield CaseResult(
            "negative_values", row["lang"], name, read is None, None, f"{row['text']!r}: {read}"
        )


def _identification(cases: Path) -> Iterator[CaseResult]:
    for stem, spoken in FILES.items():
        file = cases / "identification" / f"{stem}.txt"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        for place, line in enumerate(lines):
            words = line.split()
            for suite, text in (
                ("identification_1_2", " ".join(words[:2])),
                ("identification_3_up", line),
            ):
                if suite == "identification_3_up" and len(words) < 3:
                    continue
                got = language.identify(text).language
                yield CaseResult(
                    suite, spoken, f"{stem}.{place}", got == spoken, None, f"{text!r}: {got}"
                )


def run(cases: Path) -> Iterator[CaseResult]:
    """Every suite of values under `cases`/language; nothing where files are missing."""
    folder = cases / "language"
    for suite in (_slot_values, _duckling, _negative, _identification):
        yield from suite(folder)
