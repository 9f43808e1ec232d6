"""What a message means, in two steps: what its words say, and the sentence where that is unsure.

A trained cascade is numbers: `arrays.npz` (loaded with allow_pickle=False) and
`cascade.json`. Using it needs numpy alone.

    words              one-against-all logistic regression over hashed n-grams, 0.2 ms, and
                       softmax regression over the mean of multilingual-e5's word pieces,
                       which knows words that no example has, 0.1 ms
    sentence vectors   softmax regression over multilingual-e5's first layers, 6 to 20 ms,
                       asked only if the best two intents of the first step are closer than
                       `sure_margin`, or no word is known
    out_of_scope       what is less likely than `least_confidence` to be any intent
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bot.components.diacritics import restore
from bot.components.features import BUCKETS, vector, words
from bot.components.fold import fold
from bot.components.sentences import Sentences

OUT_OF_SCOPE = "out_of_scope"

Ranking = list[tuple[str, float]]


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities of the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


@dataclass
class Calibration:
    """Numbers learned by cross-validation (calibration.py).

    `ngram_alone` turns n-gram scores into log odds where they stand alone; `ngram` and
    `pieces` weigh the two parts of the first step, `words` and `sentence` the two steps.
    `figures` is what was measured.
    """

    ngram_alone: float = 1.0
    ngram: float = 1.0
    pieces: float = 1.0
    words: float = 1.0
    sentence: float = 1.0
    sure_margin: float = 0.0
    least_confidence: float = 0.0
    least_confidence_alone: float = 0.0
    figures: dict[str, float] = field(default_factory=dict)


@dataclass
class Cascade:
    """The trained classifier. Arrays: `buckets` (n), `idf` (n), `ngram_weights`
    (n x intents), `ngram_bias`; `pieces_weights` (384 x intents), `pieces_bias`,
    `sentence_weights`, `sentence_bias`, empty where it was trained without the sentence
    model."""

    intents: list[str]
    arrays: dict[str, np.ndarray]
    calibration: Calibration
    diacritics: dict[str, str]
    sentences: Sentences | None = None

    def __post_init__(self) -> None:
        self._row = np.full(BUCKETS, -1, np.int32)
        self._row[self.arrays["buckets"]] = np.arange(len(self.arrays["buckets"]))
        if not len(self.arrays["sentence_weights"]):
            self.sentences = None

    def rank(self, text: str, *, closely: bool = True) -> Ranking:
        """Every intent with its probability, the likeliest first.

        Where nothing is likely enough, `out_of_scope` stands first with what the others
        leave over. The sentence model is asked only if `closely`.
        """
        scores = self._ngram_scores(text)
        if self.sentences is None:
            probabilities = softmax(self.calibration.ngram_alone * scores)
            return self._ranking(probabilities, self.calibration.least_confidence_alone)
        written = restore(text, self.diacritics)
        scores = self.calibration.ngram * scores + self.calibration.pieces * self._weighed(
            "pieces", self.sentences.pieces(written)
        )
        probabilities = softmax(scores)
        unsure = self._unsure(probabilities) or self._foreign(text)
        if closely and unsure and _has_words(text):
            probabilities = softmax(
                self.calibration.words * scores
                + self.calibration.sentence
                * self._weighed("sentence", self.sentences.vector(written))
            )
        return self._ranking(probabilities, self.calibration.least_confidence)

    def _unsure(self, probabilities: np.ndarray) -> bool:
        second, first = np.partition(probabilities, -2)[-2:]
        return bool(first - second < self.calibration.sure_margin)

    def _foreign(self, text: str) -> bool:
        """Several words, none of which any example has: pieces of them prove little."""
        said = words(fold(text))
        return len(said) > 1 and not (self._row[said] >= 0).any()

    def _ngram_scores(self, text: str) -> np.ndarray:
        buckets, weights = vector(fold(text))
        rows = self._row[buckets]
        known = rows >= 0
        rows, weights = rows[known], weights[known]
        weights = weights * self.arrays["idf"][rows]
        weights = weights / max(float(np.sqrt((weights**2).sum())), 1e-9)
        return weights @ self.arrays["ngram_weights"][rows] + self.arrays["ngram_bias"]

    def _weighed(self, kind: str, row: np.ndarray) -> np.ndarray:
        return row @ self.arrays[f"{kind}_weights"] + self.arrays[f"{kind}_bias"]

    def _ranking(self, probabilities: np.ndarray, least: float) -> Ranking:
        order = np.argsort(-probabilities)
        ranking = [(self.intents[i], float(probabilities[i])) for i in order]
        if ranking[0][1] >= least or ranking[0][0] == OUT_OF_SCOPE:
            return ranking
        others = [pair for pair in ranking if pair[0] != OUT_OF_SCOPE]
        return [(OUT_OF_SCOPE, 1.0 - others[0][1]), *others]

    def save(self, folder: Path) -> None:
        """Write arrays.npz and cascade.json."""
        np.savez_compressed(folder / "arrays.npz", **self.arrays)
        described: dict[str, Any] = {
            "intents": self.intents,
            "calibration": asdict(self.calibration),
            "diacritics": self.diacritics,
        }
        (folder / "cascade.json").write_text(
            json.dumps(described, ensure_ascii=False, indent=1), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: Path, sentences: Sentences | None) -> "Cascade":
        """Read what `save` wrote."""
        with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        described = json.loads((folder / "cascade.json").read_text(encoding="utf-8"))
        return cls(
            described["intents"],
            arrays,
            Calibration(**described["calibration"]),
            described["diacritics"],
            sentences,
        )


def _has_words(text: str) -> bool:
    """False for emoji, digits and signs: a sentence model has nothing to say about them."""
    return sum(character.isalpha() for character in text) >= 2
