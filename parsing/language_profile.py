"""How much a text looks like each of nineteen languages, by its letters and closed classes.

Sums of weights of letter n-grams (`lexicons/ngrams.gz`, counted by
`benchmarks/language_profile.py`), and a bonus for words that belong to a language's closed
classes. About 3 MB in memory; linear.
"""

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from parsing.fold import fold_text
from parsing.lexicon import LANGUAGES as SPOKEN
from parsing.lexicon import load

LANGUAGES = (
    "en",
    "sl",
    "fi",
    "nb",
    "pl",
    "da",
    "sv",
    "hr",
    "de",
    "es",
    "fr",
    "it",
    "nl",
    "et",
    "cs",
    "sk",
    "hu",
    "pt",
    "ro",
)
LONGEST_GRAM = 4
_RUN = 3
LONGEST = 300  # letters looked at; more say nothing new
_CLOSED_CLASS = 10.0  # nats for a word of a closed class: as much as all n-grams of a short word
_FREQUENT = 6.0  # more for one of the commonest: Finnish "on" stands in every third sentence
_NAME, _FIRST = 0.2, 0.5  # a word with a capital is likely a name; the first one may be
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_WORD = 30
_LANE, _MASK, _ZERO = 16, 0xFFFF, 80  # "P" in the profile is no weight


def grams(text: str) -> Iterator[str]:
    """The n-grams of a lower-case text, word by word, with a space at either end."""
    for word in text.split(" "):
        padded = f" {word[:_LONGEST_WORD]} "
        for length in range(1, LONGEST_GRAM + 1):
            for at in range(len(padded) - length + 1):
                yield padded[at : at + length]


def scores(text: str) -> dict[str, float]:
    """Language -> how much the text looks like it, in nats about a common zero.

    Only differences mean something; words typed with a capital count for less.
    """
    profile = _profile()
    found = dict.fromkeys(LANGUAGES, 0.0)
    words = _WORD.findall(text[:LONGEST])
    for place, word in enumerate(words):
        weight = _weight(word, place, len(words))
        lower = word.lower()
        total = 0
        known = 0
        for gram in grams(lower):
            row = profile.rows.get(gram)
            if row is not None:
                total += row
                known += 1
        for at, language in enumerate(LANGUAGES):
            steps = (total >> (_LANE * at) & _MASK) - _ZERO * known
            found[language] += weight * profile.step * steps
        for language in profile.closed.get(lower) or profile.closed.get(fold_text(lower), ()):
            found[language] += _CLOSED_CLASS * (weight if place else 1.0)
        for language in profile.frequent.get(lower, ()):
            found[language] += _FREQUENT * (weight if place else 1.0)
    return found


def wordlike(words: Iterable[str]) -> float:
    """Share of the runs of three letters that words of the languages have, 0 to 1: three in
    four and more of what people write, less than half where keys are hit at random."""
    rows = _profile().rows
    runs = [gram for word in words for gram in grams(word.lower()) if len(gram) == _RUN]
    return sum(gram in rows for gram in runs) / max(len(runs), 1)


def _weight(word: str, place: int, count: int) -> float:
    if not word[0].isupper() or (count == 1 and not word.isupper()):
        return 1.0
    return _NAME if place else _FIRST


@dataclass(frozen=True, slots=True)
class _Profile:
    rows: Mapping[str, int]  # a lane of 16 bits for each language: one addition sums all
    step: float
    closed: Mapping[str, tuple[str, ...]]
    frequent: Mapping[str, tuple[str, ...]]


@cache
def _profile() -> _Profile:
    packed = files("parsing").joinpath("lexicons", "ngrams.gz").read_bytes()
    header, *lines = gzip.decompress(packed).decode().split("\n")
    languages, step, _ = header.split("\t")
    if tuple(languages.split(" ")) != LANGUAGES:
        raise ValueError("ngrams.gz was counted for other languages: run language_profile again")
    rows = {gram: _lanes(row) for gram, row in (line.split("\t") for line in lines)}
    return _Profile(rows, float(step), _closed_classes(), _frequent())


def _lanes(row: str) -> int:
    return sum(ord(letter) << (_LANE * at) for at, letter in enumerate(row))


def _frequent() -> dict[str, tuple[str, ...]]:
    """Word as written -> the languages of which it is one of the commonest."""
    found: dict[str, tuple[str, ...]] = {}
    for spoken in SPOKEN:
        entries = load(spoken, "language")
        listed = {spoken: entries.get("frequent", ()), **entries.get("frequent_beside", {})}
        for language, words in listed.items():
            for word in words:
                found[word] = (*found.get(word, ()), language)
    return found


def _closed_classes() -> dict[str, tuple[str, ...]]:
    """Word, as written and folded -> the languages in whose closed classes it is."""
    found: dict[str, set[str]] = {}
    for spoken in SPOKEN:
        entries = load(spoken, "language")
        listed = {spoken: entries["words"], **entries.get("neighbours", {})}
        for language, words in listed.items():
            if language not in LANGUAGES:
                continue
            for word in words:
                for part in _WORD.findall(word.lower()):
                    found.setdefault(part, set()).add(language)
                    found.setdefault(fold_text(part), set()).add(language)
    return {word: tuple(sorted(languages)) for word, languages in found.items()}
