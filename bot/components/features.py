"""A folded text as a sparse vector: hashed words, word pairs and character n-grams.

Characters are read inside words only, with a blank at each end, 2 to 5 of them: they carry
inflection and typing errors. A bucket is a CRC-32, so it is the same everywhere and no
list of n-grams has to be kept.
"""

import itertools
import re
import zlib
from collections import Counter
from collections import Counter as Counted

import numpy as np

BUCKETS = 1 << 17
CHARACTERS = (2, 3, 4, 5)
# beside the characters' 1: with words counting as much, 75.3 % of held-out examples are right by
# n-grams alone, with half 76.3 (Finnish 72.7 and 74.1)
WORDS = 0.5

_word = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[^\w\s]")


def _bucket(kind: str, gram: str) -> int:
    return zlib.crc32(f"{kind}{gram}".encode()) & (BUCKETS - 1)


def _characters(token: str) -> list[str]:
    padded = f" {token} "
    return [
        padded[start : start + size]
        for size in CHARACTERS
        if size <= len(padded)
        for start in range(len(padded) - size + 1)
    ]


def words(folded: str) -> list[int]:
    """The buckets of the words."""
    return [_bucket("w", token) for token in _word.findall(folded) if token[0].isalnum()]


def grams(folded: str) -> tuple[Counted[int], Counted[int]]:
    """How often each bucket occurs: of characters, and of words with their pairs."""
    tokens: list[str] = _word.findall(folded)
    characters = Counter(_bucket("c", gram) for token in tokens for gram in _characters(token))
    said = Counter(_bucket("w", token) for token in tokens)
    edged = ["<", *tokens, ">"]
    said.update(_bucket("p", f"{one} {two}") for one, two in itertools.pairwise(edged))
    return characters, said


def vector(folded: str) -> tuple[np.ndarray, np.ndarray]:
    """Buckets (int64) and weights (float32): 1 + log of the count, the characters scaled to
    length 1, the words to WORDS."""
    buckets: list[int] = []
    weights: list[np.ndarray] = []
    for counted, length in zip(grams(folded), (1.0, WORDS), strict=True):
        values = 1.0 + np.log(np.fromiter(counted.values(), np.float32, len(counted)))
        buckets.extend(counted)
        weights.append(length * values / max(float(np.sqrt((values**2).sum())), 1e-9))
    return np.array(buckets, np.int64), np.concatenate(weights).astype(np.float32)
