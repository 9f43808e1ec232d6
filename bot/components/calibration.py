"""How sure the classifier may be: learned from scores of examples it had not seen.

weights            the scale of n-gram scores alone, and the mixes with what the sentence
                   model says, that make probabilities honest (least log loss)
sure_margin        below which the sentence model is asked: it is asked for ASKED of the messages,
                   the least sure ones, for it costs forty times as much as all the rest
least_confidence   below which a message is out of scope: the largest that turns away at
                   most TURNED_AWAY of the messages that were understood rightly
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bot.components.cascade import OUT_OF_SCOPE, Calibration, softmax

ASKED = 0.18
TURNED_AWAY = 0.01


@dataclass(frozen=True)
class Read:
    """Held-out scores of what the sentence model read: `pieces` a row for every target,
    `sentence` one for each of the indices in `fair`."""

    pieces: np.ndarray
    sentence: np.ndarray
    fair: np.ndarray


def calibrate(
    targets: np.ndarray, intents: list[str], *, ngram: np.ndarray, read: Read | None
) -> Calibration:
    """The numbers for held-out scores. `ngram` has a row for every target; `read` is None
    without the sentence model."""
    alone, _ = _best(lambda scale: _loss(scale * ngram, targets), np.geomspace(0.2, 20, 41))
    certain = softmax(alone * ngram)
    calibration = Calibration(
        ngram_alone=alone,
        least_confidence_alone=_least(certain, targets, intents),
        figures={"n-grams": _accuracy(certain, targets)},
    )
    if read is not None:
        _calibrate_steps(calibration, targets, intents, ngram=ngram, read=read)
    return calibration


def _calibrate_steps(
    calibration: Calibration,
    targets: np.ndarray,
    intents: list[str],
    *,
    ngram: np.ndarray,
    read: Read,
) -> None:
    weight, share = _mix(ngram, read.pieces, targets)
    calibration.pieces, calibration.ngram = weight, share
    words = weight * read.pieces + share * ngram
    own, fair = targets[read.fair], words[read.fair]
    weight, share = _mix(fair, read.sentence, own)
    calibration.sentence, calibration.words = weight, share
    first, mixed = softmax(fair), softmax(weight * read.sentence + share * fair)
    calibration.sure_margin = _sure_margin(first)
    asked = _margin(first) < calibration.sure_margin
    both = np.where(asked[:, None], mixed, first)
    calibration.least_confidence = _least(both, own, intents)
    calibration.figures.update(
        {
            "words": _accuracy(softmax(words), targets),
            "with sentences": _accuracy(mixed, own),
            "cascade": _accuracy(both, own),
            "asks the sentence model": round(float(asked.mean()), 3),
        }
    )


def _loss(scores: np.ndarray, targets: np.ndarray) -> float:
    chances = softmax(scores)[np.arange(len(targets)), targets]
    return float(-np.log(np.maximum(chances, 1e-12)).mean())


def _best(loss: Callable[[float], float], candidates: np.ndarray) -> tuple[float, float]:
    """The candidate with the least loss, and that loss."""
    found = min((loss(float(candidate)), float(candidate)) for candidate in candidates)
    return found[1], found[0]


def _mix(first: np.ndarray, second: np.ndarray, targets: np.ndarray) -> tuple[float, float]:
    """Weight of the second scores and of the first ones: coarse grid, then a fine one."""
    weights, shares = np.linspace(0.3, 1.8, 7), np.geomspace(0.1, 5, 9)
    best = (float("inf"), 1.0, 1.0)
    for _ in range(2):
        for weight in weights:
            share, loss = _best(lambda s, w=weight: _loss(w * second + s * first, targets), shares)
            best = min(best, (loss, float(weight), share))
        weights = best[1] * np.linspace(0.85, 1.15, 5)
        shares = best[2] * np.geomspace(0.7, 1.4, 5)
    return best[1], best[2]


def _accuracy(probabilities: np.ndarray, targets: np.ndarray) -> float:
    return round(float((probabilities.argmax(axis=1) == targets).mean()), 4)


def _margin(probabilities: np.ndarray) -> np.ndarray:
    best_two = np.partition(probabilities, -2, axis=1)[:, -2:]
    return best_two[:, 1] - best_two[:, 0]


def _sure_margin(first: np.ndarray) -> float:
    return round(float(np.quantile(_margin(first), ASKED)), 4)


def _least(probabilities: np.ndarray, targets: np.ndarray, intents: list[str]) -> float:
    """The confidence that TURNED_AWAY of the rightly understood messages do not reach."""
    right = probabilities.argmax(axis=1) == targets
    if OUT_OF_SCOPE in intents:
        right &= targets != intents.index(OUT_OF_SCOPE)
    if not right.any():
        return 0.0
    return round(float(np.quantile(probabilities.max(axis=1)[right], TURNED_AWAY)), 4)
