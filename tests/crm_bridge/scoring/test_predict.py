"""A prediction is measured honestly, and columns that know the outcome are found and refused."""

import csv
import math
import random
from pathlib import Path

import pytest

from crm_bridge.scoring.leaks import leaks, told_share
from crm_bridge.scoring.predict import calibration_error, learn
from crm_bridge.scoring.table import columns

LEADS = "shared/cases/leads/x_education_leads.csv"  # beside the repository


def made_up(count: int = 900) -> tuple[list[dict[str, object]], list[bool]]:
    """Leads whose outcome follows from two columns by a known probability."""
    chance = random.Random(7)
    rows: list[dict[str, object]] = []
    won = []
    for n in range(count):
        minutes, source = chance.uniform(0, 30), chance.choice(["ad", "friend", "search"])
        odds = -2 + minutes / 8 + (1.5 if source == "friend" else 0)
        wins = chance.random() < 1 / (1 + math.exp(-odds))
        row: dict[str, object] = {"id": f"L{n}", "minutes": minutes, "source": source}
        row["noise"] = chance.choice("abcdef")
        row["tag"] = chance.choice(["will pay", "ok"]) if wins else chance.choice(["no", "ok"])
        rows.append(row)
        won.append(wins)
    return rows, won


def test_hindsight_is_refused_and_the_rest_predicts() -> None:
    rows, won = made_up()
    model, report = learn(rows, won)
    assert set(report.refused) == {"id", "tag"}
    assert report.auc is not None
    assert report.auc > 0.70
    assert report.calibration_error is not None
    assert report.calibration_error < 0.08
    assert {name for name, _ in report.strongest[:2]} == {"minutes", "source"}
    assert model is not None
    good, bad = model.predict(
        [{"minutes": 29.0, "source": "friend"}, {"minutes": 0.5, "source": "ad"}]
    )
    assert good.probability > 0.75
    assert bad.probability < 0.35
    better = {column: points for column, _, points in good.reasons}
    worse = {column: points for column, _, points in bad.reasons}
    assert better["minutes"] > 0 > worse["minutes"]
    (unknown,) = model.predict([{"minutes": "", "source": "never seen"}])
    assert 0 < unknown.probability < 1
    assert model.predict([]) == []


def test_with_few_outcomes_points_alone_count() -> None:
    rows, won = made_up(499)
    assert learn(rows, won) == (None, learn(rows, won)[1])
    assert not learn(rows, won)[1].ready
    rows, _ = made_up(600)
    assert not learn(rows, [False] * 600)[1].ready


def test_chance_explains_nothing() -> None:
    chance = random.Random(3)
    rows: list[dict[str, object]] = [{"letter": chance.choice("abcdefghij")} for _ in range(600)]
    won = [chance.random() < 0.4 for _ in rows]
    assert leaks(columns(rows, without=frozenset()), won) == {}
    assert told_share([(100, 50), (100, 50)]) == 0
    assert told_share([(100, 100), (100, 0)]) == pytest.approx(1, abs=0.01)


def test_a_calibrated_prediction_has_no_error() -> None:
    assert calibration_error([(0.5, True), (0.5, False)]) == 0
    assert calibration_error([(0.9, False)]) == pytest.approx(0.9)


def test_the_bars_on_leads_of_a_real_house() -> None:
    found = [path / LEADS for path in Path(__file__).resolve().parents]
    file = next((path for path in found if path.exists()), None)
    if file is None:
        pytest.skip("shared/cases/leads is not here; its licence keeps it out of the repository")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows: list[dict[str, object]] = list(csv.DictReader(opened))
    won = [row.pop("Converted") == "1" for row in rows]
    _, report = learn(rows, won)
    assert {"Tags", "Lead Quality"} <= set(report.refused)
    assert {"Total Time Spent on Website", "Lead Origin"}.isdisjoint(report.refused)
    assert report.auc is not None
    assert report.auc >= 0.90
    assert report.calibration_error is not None
    assert report.calibration_error <= 0.03
