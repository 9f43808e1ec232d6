"""The probability that a lead is won, learned from leads whose outcome is known.

Gradient-boosted trees (scikit-learn), their output calibrated on predictions that each
model made for leads it had not seen. Every figure in a report is measured on such leads
too: five folds, the calibration of each learned from the other four.

scikit-learn is imported where it is used: a bridge that only counts points never loads it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from crm_bridge.scoring.leaks import doubtful, leaks
from crm_bridge.scoring.table import Column, choices, columns

FEWEST_LABELLED: Final = 500  # with fewer, points alone predict as well (learning curve)
FEWEST_OF_EACH: Final = 30  # won and lost
FOLDS: Final = 5
_CALIBRATION_BINS: Final = 10
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Report:
    """How good the prediction is, on leads that were not learned from.

    `auc`: how often a won lead is ranked before a lost one; `calibration_error`: mean
    distance of predicted and true share over ten bins; `strongest`: columns, and how much
    of the auc goes without them. `ready` false: too few outcomes, points alone count.
    """

    labelled: int
    won: int
    ready: bool
    auc: float | None = None
    calibration_error: float | None = None
    brier: float | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
    doubtful: tuple[str, ...] = ()
    strongest: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Prediction:
    """A probability (0 to 1), and the values that moved it most (percentage points)."""

    probability: float
    reasons: tuple[tuple[str, str, float], ...]  # column, value, points of a hundred


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned. `usual` are values of each column as they are spread among leads."""

    features: tuple[Column, ...]
    codes: tuple[Mapping[str, int], ...]
    usual: tuple[tuple[float, ...], ...]
    trees: Any
    slope: float
    offset: float

    def predict(self, rows: Sequence[Row]) -> list[Prediction]:
        """The prediction for each lead, with up to three reasons."""
        if not rows:
            return []
        coded = [self._coded(row) for row in rows]
        plain = self._probabilities(coded)
        shifts = []
        for at, usual in enumerate(self.usual):
            changed = [
                self._probabilities([[*row[:at], value, *row[at + 1 :]] for row in coded])
                for value in usual
            ]
            shifts.append([sum(each) / len(each) for each in zip(*changed, strict=True)])
        return [
            Prediction(plain[n], self._reasons(row, plain[n], [shift[n] for shift in shifts]))
            for n, row in enumerate(rows)
        ]

    def _reasons(
        self, row: Row, plain: float, without: Sequence[float]
    ) -> tuple[tuple[str, str, float], ...]:
        moved = [
            (column.name, str(row.get(column.name) or "not known"), round(100 * (plain - other), 1))
            for column, other in zip(self.features, without, strict=True)
        ]
        moved.sort(key=lambda one: -abs(one[2]))
        return tuple(one for one in moved[:3] if abs(one[2]) >= 1)

    def _coded(self, row: Row) -> list[float]:
        return _matrix(_aligned(self.features, row), self.codes)[0]

    def _probabilities(self, coded: Sequence[Sequence[float]]) -> list[float]:
        raw = _raw(self.trees, coded)
        return [_calibrated(one, self.slope, self.offset) for one in raw]


def learn(
    rows: Sequence[Row], won: Sequence[bool], *, without: frozenset[str] = frozenset()
) -> tuple[Model | None, Report]:
    """Learn from leads with their outcomes, columns `without` left out. The model is None
    when there are too few outcomes. Takes seconds for ten thousand leads."""
    wins = sum(won)
    if len(rows) < FEWEST_LABELLED or min(wins, len(rows) - wins) < FEWEST_OF_EACH:
        return None, Report(len(rows), wins, ready=False)
    every = columns(rows, without=without)
    refused = leaks(every, won)
    features = [column for column in every if column.name not in refused]
    codes = [choices(column) if column.kind == "choice" else {} for column in features]
    coded = _matrix(features, codes)
    unseen = _unseen(coded, won, features)
    measured = _measured(unseen, won)
    slope, offset = _platt(unseen.raw, won)
    trees = _fitted(coded, won, features)
    model = Model(
        features=tuple(Column(column.name, column.kind, ()) for column in features),
        codes=tuple(codes),
        usual=tuple(_usual(column) for column in zip(*coded, strict=True)),
        trees=trees,
        slope=slope,
        offset=offset,
    )
    report = Report(
        len(rows),
        wins,
        ready=True,
        **measured,
        refused=refused,
        doubtful=tuple(doubtful(features)),
        strongest=_strongest(trees, coded, won, features),
    )
    return model, report


@dataclass(frozen=True, slots=True)
class _Unseen:
    """Raw predictions for leads that the model had not seen, and the fold of each."""

    raw: list[float]
    fold: list[int]


def _unseen(coded: list[list[float]], won: Sequence[bool], features: Sequence[Column]) -> _Unseen:
    from sklearn.model_selection import StratifiedKFold

    raw, fold = [0.0] * len(won), [0] * len(won)
    split = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for number, (known, fresh) in enumerate(split.split(coded, list(won))):
        trees = _fitted([coded[n] for n in known], [won[n] for n in known], features)
        for n, value in zip(fresh, _raw(trees, [coded[n] for n in fresh]), strict=True):
            raw[n], fold[n] = value, number
    return _Unseen(raw, fold)


def _measured(unseen: _Unseen, won: Sequence[bool]) -> dict[str, float]:
    from sklearn.metrics import roc_auc_score

    probabilities = [0.0] * len(won)
    for number in range(FOLDS):
        others = [n for n, fold in enumerate(unseen.fold) if fold != number]
        slope, offset = _platt([unseen.raw[n] for n in others], [won[n] for n in others])
        for n, fold in enumerate(unseen.fold):
            if fold == number:
                probabilities[n] = _calibrated(unseen.raw[n], slope, offset)
    pairs = list(zip(probabilities, won, strict=True))
    return {
        "auc": float(roc_auc_score(list(won), probabilities)),
        "calibration_error": calibration_error(pairs),
        "brier": sum((chance - outcome) ** 2 for chance, outcome in pairs) / len(pairs),
    }


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """The mean distance between predicted and true shares over ten bins of probability,
    each weighed by how many leads are in it."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, outcome in pairs:
        at = min(int(chance * _CALIBRATION_BINS), _CALIBRATION_BINS - 1)
        bins.setdefault(at, []).append((chance, outcome))
    return sum(
        abs(sum(chance for chance, _ in bin_) - sum(outcome for _, outcome in bin_))
        for bin_ in bins.values()
    ) / len(pairs)


def _fitted(
    coded: Sequence[Sequence[float]], won: Sequence[bool], features: Sequence[Column]
) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    trees = HistGradientBoostingClassifier(
        categorical_features=[column.kind == "choice" for column in features],
        max_iter=100,
        learning_rate=0.08,
        max_leaf_nodes=12,
        min_samples_leaf=20,
        l2_regularization=1.0,
        random_state=0,
    )
    # One thread: on a machine that also serves, more of them wait for each other.
    with threadpool_limits(limits=1):
        trees.fit(_array(coded), list(won))
    return trees


def _raw(trees: Any, coded: Sequence[Sequence[float]]) -> list[float]:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return [float(value) for value in trees.decision_function(_array(coded))]


def _array(coded: Sequence[Sequence[float]]) -> Any:
    import numpy as np

    return np.asarray(coded, dtype=float)


def _matrix(features: Sequence[Column], codes: Sequence[Mapping[str, int]]) -> list[list[float]]:
    """Rows of numbers; NaN is a number that is missing or a choice that is rare."""
    coded = []
    for column, known in zip(features, codes, strict=True):
        if column.kind == "number":
            coded.append([math.nan if value is None else float(value) for value in column.values])
        else:
            coded.append([float(known.get(str(value), math.nan)) for value in column.values])
    return [list(row) for row in zip(*coded, strict=True)]


def _aligned(features: Sequence[Column], row: Row) -> list[Column]:
    found = []
    for column in features:
        value = row.get(column.name)
        if column.kind == "number":
            try:
                number = None if value in (None, "") else float(str(value))
            except ValueError:
                number = None
            found.append(Column(column.name, "number", (number,)))
        else:
            found.append(Column(column.name, "choice", ("" if value is None else str(value),)))
    return found


def _usual(values: Sequence[float]) -> tuple[float, ...]:
    """Five values, evenly spaced among those in order."""
    given = sorted(value for value in values if not math.isnan(value))
    if not given:
        return (math.nan,)
    return tuple(given[(2 * n + 1) * len(given) // 10] for n in range(5))


def _platt(raw: Sequence[float], won: Sequence[bool]) -> tuple[float, float]:
    """Slope and offset that make log-odds honest. Source: Platt (1999)."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e6).fit([[one] for one in raw], list(won))
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])


def _calibrated(raw: float, slope: float, offset: float) -> float:
    return 1 / (1 + math.exp(-max(min(slope * raw + offset, 50.0), -50.0)))


def _strongest(
    trees: Any, coded: list[list[float]], won: Sequence[bool], features: Sequence[Column]
) -> tuple[tuple[str, float], ...]:
    """The columns without which the ranking would lose most (permutation, on a sample)."""
    import numpy as np
    from sklearn.inspection import permutation_importance
    from threadpoolctl import threadpool_limits

    step = max(1, len(coded) // 1500)
    with threadpool_limits(limits=1):
        found = permutation_importance(
            trees,
            np.asarray(coded[::step]),
            list(won)[::step],
            scoring="roc_auc",
            n_repeats=2,
            random_state=0,
        )
    ranked = sorted(zip(features, found.importances_mean, strict=True), key=lambda pair: -pair[1])
    return tuple((column.name, round(float(lost), 4)) for column, lost in ranked[:8] if lost > 0)
