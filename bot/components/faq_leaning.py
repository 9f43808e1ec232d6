"""Which topics of the FAQ a message leans to, before its words are looked up.

The intent's probabilities and, with the sentence model, the likeness of the message's word
pieces (0.1 ms; the layers are not asked) to the ways in which data/faq/<language>/*.md says
that a topic is asked, in any language, beside its likeness to examples that ask nothing. What
comes out is a number a topic in log odds; the bridge adds what the words say
(crm_bridge/faq/decide.py) and decides. The files are read again when they change.
"""

import logging
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.components.sentences import Sentences

logger = logging.getLogger(__name__)

TOPICS = {
    "faq_price": "price",
    "faq_privacy": "privacy",
    "faq_hours": "hours",
    "faq_about": "about",
    "faq_security": "security",
    "faq_integrations": "integrations",
    "are_you_bot": "bot",
    "data_request": "privacy",
    "change_language": "languages",
}
REPORTED = 6  # topics with each message; of the others the bridge takes the least of these
MOST_ELSEWHERE = 1500  # examples kept that ask nothing
LOOKED_SECONDS = 1.0  # between two looks at the files
NEAREST = 4  # wordings of a topic that count beside the nearest
ABSENT = -2.0  # below every likeness: no wording there
SPREAD = 1.0  # added to each variance, so that directions without any are not blown up

# fitted by logistic regression over pairs of message and topic, with what the bridge adds
INTENT, OTHER_INTENT, BIAS = 2.74, -1.02, -4.73
INTENT_BESIDE, OTHER_BESIDE, BIAS_BESIDE = 1.4, -1.5, -3.64
LIKE, LEAD, LIKE_ELSEWHERE = 4.6, 7.6, -5.4

Stamps = dict[Path, tuple[int, int]]


def asks_nothing(intent: str) -> bool:
    """Whether examples of the intent ask for no topic."""
    return intent not in TOPICS


class FaqLeaning:
    """The files' wordings. `elsewhere` are word-piece vectors (n x 384) of examples that ask
    nothing; without them or without `sentences` the intent alone speaks."""

    def __init__(
        self, folder: Path, sentences: Sentences | None, elsewhere: np.ndarray | None
    ) -> None:
        self._folder = folder
        self._sentences = sentences if elsewhere is not None and len(elsewhere) else None
        self._stamps: Stamps = {}
        self._read: dict[Path, tuple[str, np.ndarray]] = {}
        self._topics: list[str] = []
        self._table = np.zeros((0, 0), np.intp)  # a line a topic: its rows, the rest -1
        self._rows = np.zeros((0, 0), np.float32)
        self._looked = -LOOKED_SECONDS
        if self._sentences is not None and elsewhere is not None:
            self._mean, self._spread = _whitening(elsewhere.astype(np.float32))
            self._elsewhere = self._placed(elsewhere.astype(np.float32))

    @classmethod
    def beside(cls, arrays: Mapping[str, np.ndarray], sentences: Sentences | None) -> "FaqLeaning":
        """For a trained cascade's arrays, with the house's FAQ."""
        folder = Path(os.environ.get("USHER_DATA") or "data") / "faq"
        leaning = cls(folder, sentences, arrays.get("elsewhere"))
        leaning.make_ready()
        return leaning

    def make_ready(self) -> None:
        """Read the files before anybody waits for them: most of a second."""
        if self._sentences is not None:
            self._look()

    def of(self, text: str, intents: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
        """Topics with their log odds, the likeliest first, REPORTED at most."""
        by_intent: dict[str, float] = {}
        for intent, chance in intents:
            topic = TOPICS.get(intent)
            if topic is not None:
                by_intent[topic] = by_intent.get(topic, 0.0) + chance
        other = 1.0 - sum(by_intent.values())
        odds = self._beside(text, by_intent, other)
        if not odds:
            odds = {
                topic: BIAS + INTENT * chance + OTHER_INTENT * other
                for topic, chance in by_intent.items()
            }
        ordered = sorted(odds.items(), key=lambda pair: -pair[1])[:REPORTED]
        return [(topic, round(value, 2)) for topic, value in ordered]

    def _beside(self, text: str, by_intent: Mapping[str, float], other: float) -> dict[str, float]:
        if self._sentences is None:
            return {}
        self._look()
        if not self._topics:
            return {}
        place = self._placed(self._sentences.pieces(text)[None, :])[0]
        near = self._rows @ place
        likes = _likes(np.append(near, ABSENT)[self._table])
        elsewhere = _likes((self._elsewhere @ place)[None, :])[0]
        nearest = np.sort(likes)[::-1]
        others = np.where(likes < nearest[0], nearest[0], nearest[1] if len(nearest) > 1 else 0.0)
        asked = np.array([by_intent.get(topic, 0.0) for topic in self._topics])
        odds = (
            BIAS_BESIDE
            + LIKE * likes
            + LEAD * (likes - others)
            + LIKE_ELSEWHERE * elsewhere
            + INTENT_BESIDE * asked
            + OTHER_BESIDE * other
        )
        return dict(zip(self._topics, odds.tolist(), strict=True))

    def _placed(self, vectors: np.ndarray) -> np.ndarray:
        """The vectors as seen from the middle of all examples, of length one."""
        moved = (vectors - self._mean) @ self._spread
        return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)

    def _look(self) -> None:
        """Read what has changed since the last look. A file that cannot be read, or has no
        questions, changes nothing: the bridge and `usher check` tell of it."""
        now = time.monotonic()
        if now - self._looked < LOOKED_SECONDS:
            return
        self._looked = now
        stamps = dict(_stamps(self._folder))
        if stamps == self._stamps:
            return
        for path, stamp in stamps.items():
            if self._stamps.get(path) != stamp and (found := _wordings(path)) is not None:
                self._read[path] = (found[0], self._vectors(found[1]))
        self._read = {path: read for path, read in self._read.items() if path in stamps}
        self._stamps = stamps
        self._gather()

    def _vectors(self, texts: Sequence[str]) -> np.ndarray:
        assert self._sentences is not None
        return self._placed(np.array([self._sentences.pieces(text) for text in texts]))

    def _gather(self) -> None:
        by_topic: dict[str, list[np.ndarray]] = {}
        for topic, rows in self._read.values():
            by_topic.setdefault(topic, []).append(rows)
        self._topics = sorted(by_topic)
        blocks = [np.vstack(by_topic[topic]) for topic in self._topics]
        self._rows = np.vstack(blocks) if blocks else np.zeros((0, 0), np.float32)
        widest = max(map(len, blocks), default=0)
        self._table = np.full((len(blocks), max(widest, NEAREST)), -1, np.intp)
        row = 0
        for line, block in zip(self._table, blocks, strict=True):
            line[: len(block)] = np.arange(row, row + len(block))
            row += len(block)


def _likes(near: np.ndarray) -> np.ndarray:
    """How alike a message is to the wordings of each line: the nearest, and the nearest few
    of those there are."""
    few = np.partition(near, max(0, near.shape[1] - NEAREST), axis=1)[:, -NEAREST:]
    there = few > ABSENT
    mean = np.where(there, few, 0.0).sum(axis=1) / there.sum(axis=1)
    likes: np.ndarray = 0.6 * few.max(axis=1) + 0.4 * mean
    return likes


def _whitening(examples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Their mean, and what makes every direction count alike: word-piece means of any two
    sentences point nearly the same way."""
    mean = examples.mean(axis=0)
    covariance = np.cov((examples - mean).T)
    covariance *= len(covariance) / max(float(np.trace(covariance)), 1e-9)
    variances, directions = np.linalg.eigh(covariance)
    spread = directions / np.sqrt(np.maximum(variances, 0.0) + SPREAD)
    return mean.astype(np.float32), spread.astype(np.float32)


def _stamps(folder: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    for path in folder.glob("*/*.md"):
        try:
            state = path.stat()
        except FileNotFoundError:
            continue  # gone between the listing and now
        yield path, (state.st_mtime_ns, state.st_size)


def _wordings(path: Path) -> tuple[str, list[str]] | None:
    """The topic of a file and how it is asked; None where the head cannot be used."""
    try:
        _, head, _ = path.read_text(encoding="utf-8").split("---\n", 2)
        read = YAML(typ="safe", pure=True).load(head)
        topic, asked = str(read["topic"]), [str(read["title"]), *map(str, read["questions"])]
    except (OSError, ValueError, YAMLError, KeyError, TypeError):
        return None
    return topic, asked
