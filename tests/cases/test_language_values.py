"""The runner of the outside cases about values is honest, and the bars hold where cases are."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.cases.language_values import half_of, run

CASES = Path(os.environ.get("USHER_CASES", Path(__file__).parents[3] / "shared" / "cases"))
BARS = {
    "slot_values": 0.97,
    "duckling_numeral": 0.90,
    "duckling_money": 0.90,
    "duckling_email": 1.0,
    "duckling_phone": 1.0,
    "negative_values": 0.995,
    "acts_deterministic": 0.92,
    "identification_1_2": 0.97,
    "identification_3_up": 0.995,
}


def _write(folder: Path, name: str, *rows: dict[str, object]) -> None:
    path = folder / "language" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def test_a_missing_folder_has_no_cases(tmp_path: Path) -> None:
    assert list(run(tmp_path)) == []


@pytest.mark.parametrize(
    ("expected", "passed"),
    [
        ({"min": 25, "max": 25}, True),
        ({"min": 25, "max": 26}, False),
        ({"min": 25}, False),
        ({"min": 25, "max": 25, "more": 1}, False),
    ],
)
def test_a_slot_value_is_compared_in_every_key(
    tmp_path: Path, expected: dict[str, object], passed: bool
) -> None:
    row = {"id": "one", "lang": "en", "slot": "company_size", "text": "25", "expected": expected}
    _write(tmp_path, "slot_values.jsonl", row)
    (result,) = run(tmp_path)
    assert result.passed is passed


@pytest.mark.parametrize(
    ("expected", "passed"),
    [
        ({"kind": "value", "unit": "EUR", "value": 10}, True),
        ({"kind": "value", "unit": "USD", "value": 10}, False),
        ({"kind": "value", "unit": "EUR", "value": 11}, False),
        ({"kind": "between", "args": ["EUR", [10, 20]]}, False),
        ({"kind": "under", "args": ["EUR", 10]}, False),
    ],
)
def test_an_amount_is_compared_with_its_currency_and_bounds(
    tmp_path: Path, expected: dict[str, object], passed: bool
) -> None:
    row = {
        "lang": "en",
        "region": None,
        "dim": "AmountOfMoney",
        "text": "10 euros",
        "expected": expected,
        "latent": False,
    }
    _write(tmp_path, "duckling/en.AmountOfMoney.jsonl", row)
    (result,) = run(tmp_path)
    assert result.passed is passed


def test_what_must_not_match_fails_when_it_does(tmp_path: Path) -> None:
    rows = [{"lang": "en", "region": None, "dim": "Email", "text": one} for one in ("a@b.io", "hi")]
    _write(tmp_path, "duckling/negative.jsonl", *rows)
    assert [result.passed for result in run(tmp_path)] == [False, True]


@pytest.mark.skipif(not (CASES / "language").is_dir(), reason=f"no outside cases in {CASES}")
def test_the_bars_hold_in_either_half() -> None:
    of: Counter[tuple[str, str]] = Counter()
    passed: Counter[tuple[str, str]] = Counter()
    for result in run(CASES):
        if result.skipped is None and result.suite in BARS:
            key = result.suite, half_of(result.id)
            of[key] += 1
            passed[key] += result.passed
    below = {
        key: f"{passed[key]} of {count}"
        for key, count in of.items()
        if passed[key] < BARS[key[0]] * count
    }
    assert below == {}
