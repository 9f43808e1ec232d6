"""Runs the outside cases about values, acts and languages through the parsers.

Suites: slot_values, duckling_numeral, duckling_money, duckling_email, duckling_phone,
negative_values, acts_deterministic (the word lists alone), identification_1_2 (the first
two words of each sentence), identification_3_up, and identification_neighbours apart.

To develop without learning the cases by heart every case belongs, by a hash of its id, to
a development or a check half (`half_of`); only failures of the first are looked at.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from parsing import (
    act,
    company,
    correction,
    email,
    language,
    money,
    number,
    people,
    person,
    phone,
    timeline,
)
from parsing.values import Email, Money, Parsed, People, Phone, Timeline, Unclear
from tests.cases.result import CaseResult, Half

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Europe/Ljubljana"))
FILES = {"eng": "en", "slv": "sl", "heb": "he", "fin": "fi", "nob": "nb", "pol": "pl"}
NEIGHBOURS = {"nno": "nb", "dan": "nb", "swe": None, "hrv": None}  # read as, None: not ours
Row = Mapping[str, Any]
# Duckling's names for units that stand for no single currency; None: any or none will do.
_UNITS: Mapping[str, frozenset[str | None] | None] = {
    "Pound": frozenset({"GBP"}),
    "Riyal": frozenset({"SAR", None}),
    "Rial": frozenset({"IRR", None}),
    "Dinar": frozenset({None}),
    "Unnamed": frozenset({None}),
    "Cent": None,
}


def run(cases_dir: Path) -> Iterator[CaseResult]:
    """Every suite under `language/`; nothing where files are missing."""
    folder = cases_dir / "language"
    suites = (_slot_values, _numerals, _money, _contact, _negative, _acts, _identification)
    for suite in suites:
        for result in suite(folder):
            yield replace(result, half=half_of(result.id))


def half_of(case_id: str) -> Half:
    """The half that a case belongs to."""
    return "check" if sha256(case_id.encode()).digest()[0] % 2 else "development"


def _rows(file: Path) -> Iterator[tuple[str, Row]]:
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                row = json.loads(line)
                yield row.get("id") or f"{row['dim']}.{row['lang']}.{row['text']}", row


def _close(got: Any, wanted: float | None) -> bool:
    if got is None or wanted is None:
        return got is None and wanted is None
    return abs(float(got) - wanted) <= 1e-9 * max(1.0, abs(wanted))


def _slot_values(folder: Path) -> Iterator[CaseResult]:
    for name, row in _rows(folder / "slot_values.jsonl"):
        spoken, text, wanted = row["lang"], row["text"], row["expected"]
        parsers: dict[str, Callable[[], Any]] = {
            "company_size": lambda t=text, s=spoken: people.parse(t, language=s),
            "budget": lambda t=text, s=spoken: money.parse(t, language=s),
            "email": lambda t=text, s=spoken: email.parse(t, language=s),
            "phone": lambda t=text, s=spoken: phone.parse(t, language=s),
            "name": lambda t=text, s=spoken: person.parse(t, language=s),
            "company": lambda t=text, s=spoken: company.parse(t, language=s),
            "timeline": lambda t=text, s=spoken: timeline.parse(t, language=s, now=NOW),
        }
        got = _plain(parsers[row["slot"]]())
        detail = f"{text!r}: {got!r}, wanted {wanted!r}"
        yield CaseResult("slot_values", spoken, name, _equal(got, wanted), None, detail)


def _plain(found: Any) -> Any:
    """A parser's result as the cases write values; None where it asked back."""
    value = found.value if isinstance(found, Parsed) else None
    if isinstance(value, Email | Phone | People | Money | Timeline):
        return {key: one for key, one in asdict(value).items() if one not in (None, False)}
    return value


def _equal(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        needed = {key: one for key, one in wanted.items() if key != "note" and one is not None}
        if not isinstance(got, Mapping) or got.keys() != needed.keys():
            return False
        return all(_equal(got[key], one) for key, one in needed.items())
    if isinstance(got, Mapping):
        return set(got) == {"value"} and bool(got["value"] == wanted)
    if isinstance(wanted, int | float) and isinstance(got, int | float | Decimal):
        return _close(got, float(wanted))
    if isinstance(got, date):
        return bool(got.isoformat() == wanted)
    return bool(got == wanted)


def _numerals(folder: Path) -> Iterator[CaseResult]:
    for spoken in language.LANGUAGES:
        for name, row in _rows(folder / f"duckling/{spoken}.Numeral.jsonl"):
            read = number.parse(row["text"], language=spoken)
            wanted = row["expected"]["value"]
            passed = read is not None and _close(read.value, wanted)
            detail = f"{row['text']!r}: {read and read.value}, wanted {wanted}"
            yield CaseResult("duckling_numeral", spoken, name, passed, None, detail)


def _money(folder: Path) -> Iterator[CaseResult]:
    for spoken in language.LANGUAGES:
        for name, row in _rows(folder / f"duckling/{spoken}.AmountOfMoney.jsonl"):
            read = money.parse(row["text"], language=spoken, region=row["region"])
            if isinstance(read, Unclear) and row["latent"]:
                read = read.choices[0] if read.choices else None
            value = read.value if isinstance(read, Parsed) else None
            passed = value is not None and _same_money(value, row["expected"])
            detail = f"{row['text']!r}: {value}, wanted {row['expected']}"
            yield CaseResult("duckling_money", spoken, name, passed, None, detail)


def _same_money(value: Money, wanted: Row) -> bool:
    unit, amounts = wanted.get("unit") or wanted["args"][0], wanted.get("value")
    if unit == "Dollar":
        named = (value.currency or "").endswith("D")
    elif unit in _UNITS:
        allowed = _UNITS[unit]
        named = allowed is None or value.currency in allowed
    else:
        named = value.currency == unit
    if wanted["kind"] == "value":
        low = high = amounts * (0.01 if unit == "Cent" else 1)
    else:
        ends = wanted["args"][1]
        low, high = {"between": lambda: ends, "under": lambda: (None, ends)}.get(
            wanted["kind"], lambda: (ends, None)
        )()
    return named and _close(value.min, low) and _close(value.max, high)


def _contact(folder: Path) -> Iterator[CaseResult]:
    for name, row in _rows(folder / "duckling/any.Email.jsonl"):
        read = email.parse(row["text"], language="en")
        wanted = row["expected"]["value"]
        passed = read is not None and read.value.value.lower() == wanted.lower()
        yield CaseResult("duckling_email", "*", name, passed, None, f"{row['text']!r}: {read}")
    for name, row in _rows(folder / "duckling/any.PhoneNumber.jsonl"):
        found = phone.parse(row["text"], language="en")
        readings = (found,) if isinstance(found, Parsed) else found.choices if found else ()
        national = row["expected"]["value"].split(" ext")[0].split(") ")[-1].lstrip("0")
        passed = any(one.value.value.endswith(national) for one in readings)
        yield CaseResult("duckling_phone", "*", name, passed, None, f"{row['text']!r}: {found}")


def _negative(folder: Path) -> Iterator[CaseResult]:
    for name, row in _rows(folder / "duckling/negative.jsonl"):
        spoken, text = row["lang"] if row["lang"] != "*" else "en", row["text"]
        parsers: dict[str, Callable[[], Any]] = {
            "Numeral": lambda t=text, s=spoken: number.parse(t, language=s),
            "AmountOfMoney": lambda t=text, s=spoken: money.parse(t, language=s),
            "PhoneNumber": lambda t=text, s=spoken: phone.parse(t, language=s),
            "Email": lambda t=text, s=spoken: email.parse(t, language=s),
        }
        if row["dim"] in parsers:
            read = parsers[row["dim"]]()
            yield CaseResult(
                "negative_values", row["lang"], name, read is None, None, f"{text!r}: {read}"
            )


def _acts(folder: Path) -> Iterator[CaseResult]:
    for name, row in _rows(folder / "lead_acts.jsonl"):
        spoken, wanted = row["lang"], row["act"]
        if wanted != "correct" and wanted not in act.ACTS:
            yield CaseResult("acts_deterministic", spoken, name, False, "left to the trained bot")
            continue
        if wanted == "correct":
            said = correction.parse(row["text"], language=spoken)
            got = "correct" if said is not None else None
        else:
            read = act.parse(row["text"], language=spoken)
            got = read.value.name if read is not None else None
        detail = f"{row['text']!r}: {got}, wanted {wanted}"
        yield CaseResult("acts_deterministic", spoken, name, got == wanted, None, detail)


def _identification(folder: Path) -> Iterator[CaseResult]:
    for stem, spoken in {**FILES, **NEIGHBOURS}.items():
        file = folder / "identification" / f"{stem}.txt"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        for line in filter(None, map(str.strip, lines)):
            words = line.split()
            cuts = {"identification_1_2": " ".join(words[:2])}
            if len(words) >= 3:
                cuts["identification_3_up"] = line
            if stem in NEIGHBOURS:
                cuts = {"identification_neighbours": line}
            for suite, text in cuts.items():
                got = language.identify(text).language
                shown = spoken if stem in FILES else stem
                detail = f"{text!r}: {got}"
                yield CaseResult(
                    suite, shown or stem, f"{stem}.{line}", got == spoken, None, detail
                )
