"""The runner of the outside cases about times is honest: it can fail, and it can be empty."""

import json
from pathlib import Path

import pytest

from tests.cases.language_time import half_of, run


def _write(folder: Path, name: str, *rows: dict[str, object]) -> None:
    path = folder / "language" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def test_a_missing_folder_has_no_cases(tmp_path: Path) -> None:
    assert list(run(tmp_path)) == []


def test_cases_are_split_into_two_stable_halves() -> None:
    halves = [half_of(f"en.{number}") for number in range(200)]
    assert halves == [half_of(f"en.{number}") for number in range(200)]
    assert 60 < halves.count("check") < 140


@pytest.mark.parametrize(
    ("expected", "passed"),
    [
        ({"date": "2026-03-13", "daypart": "morning"}, True),
        ({"date": "2026-03-14", "daypart": "morning"}, False),
        ({"date": "2026-03-13", "daypart": "evening"}, False),
        ({"date": "2026-03-13", "something_new": True}, False),
        ({"past": True, "date": "2026-03-13"}, False),
    ],
)
def test_a_booking_phrase_is_compared_in_every_key(
    tmp_path: Path, expected: dict[str, object], passed: bool
) -> None:
    row = {
        "id": "one",
        "lang": "en",
        "text": "Friday morning",
        "reference_time": "2026-03-11T10:00:00",
        "expected": expected,
    }
    _write(tmp_path, "booking_phrases.jsonl", row)
    (result,) = run(tmp_path)
    assert result.passed is passed
    assert bool(result.detail) is not passed


@pytest.mark.parametrize(
    ("text", "value", "grain", "passed"),
    [
        ("tomorrow", "2013-02-13T00:00:00", "day", True),
        ("tomorrow", "2013-02-14T00:00:00", "day", False),
        ("tomorrow at 5pm", "2013-02-13T17:00:00", "hour", True),
        ("tomorrow at 5pm", "2013-02-13T00:00:00", "day", False),  # more was said than a day
        ("next week", "2013-02-18T00:00:00", "week", True),
        ("next week", "2013-02-18T00:00:00", "day", False),
    ],
)
def test_an_instant_is_compared_at_its_grain(
    tmp_path: Path, text: str, value: str, grain: str, passed: bool
) -> None:
    _write(tmp_path, "duckling/en.Time.jsonl", _time_row(text, value, grain))
    (result,) = run(tmp_path)
    assert result.skipped is None
    assert result.passed is passed


def test_what_is_over_is_left_out_with_its_reason(tmp_path: Path) -> None:
    row = _time_row("yesterday", "2013-02-11T00:00:00", "day")
    _write(tmp_path, "duckling/en.Time.jsonl", row)
    (result,) = run(tmp_path)
    assert result.skipped == "over before the reference time"


def test_a_date_where_none_is_said_is_a_false_positive(tmp_path: Path) -> None:
    row = {"lang": "en", "region": None, "dim": "Time", "text": "tomorrow at 5pm"}
    _write(tmp_path, "duckling/negative.jsonl", row)
    (result,) = run(tmp_path)
    assert not result.passed


def _time_row(text: str, value: str, grain: str) -> dict[str, object]:
    return {
        "lang": "en",
        "region": None,
        "text": text,
        "expected": {"kind": "instant", "value": value, "grain": grain},
        "latent": False,
        "reference_time": "2013-02-12T04:30:00",
        "reference_utc_offset": "-02:00",
    }
