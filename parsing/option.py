"""Which of a list of options a message means, and which place of a list ("the second one").

Each option has a title and synonyms; a synonym is a phrase whose words are stems
("avtomatizacij marketing"). Exact, by stem, inside a compound, or with a slip of the
keyboard, in this order; two that fit equally well are Unclear.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA

from parsing.fold import Folded, fold, fold_text
from parsing.option_ordinal import parse_ordinal
from parsing.option_words import OptionWords, option_words, says_nothing
from parsing.pattern import WORD
from parsing.values import Parsed, Unclear

__all__ = ["parse", "parse_ordinal"]

_CLAUSE = re.compile(r"[.,;:!?\n]")
_PREPOSITION = 3  # letters of the longest
LONGEST = 1_000  # folded characters looked at
_COMPOUND_FROM = 5  # letters of a stem that may stand inside a longer word
_TYPO_FROM = 5  # letters of a word that may be mistyped
_LONGEST_WORD = 60
MOST_TYPED = 60  # words in which a slip of the keyboard is looked for
_ENDING = 4  # letters that a mistyped word may have more or fewer than the stem
_STEM_FROM = 4  # shorter ones must be whole words: "it", "crm"
_WORD = re.compile(WORD)


@dataclass(frozen=True, slots=True)
class _Hit:
    option: str
    start: int
    end: int
    weight: int  # letters that fit
    sureness: float


def parse(
    text: str, *, language: str, options: Mapping[str, Sequence[str]]
) -> Parsed[str] | Unclear[str] | None:
    """The id of the option that is meant.

    `options`: id -> title first, then synonyms in the visitor's language, as written.
    Confidence 0.95 for a message that is nothing else, 0.9 and more for a clear phrase
    within a longer one, 0.8 for a likely slip of the keyboard.
    """
    folded = fold(text[: 2 * LONGEST])
    said = folded.text[:LONGEST]
    words = [match.span() for match in _WORD.finditer(said)]
    grammar = option_words(language)
    index = _index(said, words, grammar)
    hits = [
        hit
        for option, phrases in options.items()
        for hit in _hits(said, words, index, option, phrases, grammar)
    ]
    if not hits:
        hits = [
            hit
            for option, phrases in options.items()
            for hit in _typos(said, words, option, phrases, grammar)
        ]
    best = _best(hits)
    if not best:
        return None
    found = [_parsed(folded, said, words, hit, grammar) for hit in best[:3]]
    return found[0] if len(found) == 1 else Unclear(tuple(found), "which_option")


def _index(
    said: str, words: list[tuple[int, int]], grammar: OptionWords
) -> Mapping[str, list[int]]:
    """Where in the message words begin with (in compounds: hold) some letters.

    Keys are the beginnings of words, and with "~" before them their runs of five letters.
    """
    index: defaultdict[str, list[int]] = defaultdict(list)
    for place, (start, end) in enumerate(words):
        word = said[start : min(end, start + _LONGEST_WORD)]
        bare = grammar.prefix.sub("", word, count=1) if grammar.prefix else word
        for form in {word, bare}:
            for length in range(1, len(form) + 1):
                index[form[:length]].append(place)
        if grammar.compounds:
            for at in range(1, len(word) - _COMPOUND_FROM + 1):
                index["~" + word[at : at + _COMPOUND_FROM]].append(place)
    return index


def _hits(
    said: str,
    words: list[tuple[int, int]],
    index: Mapping[str, list[int]],
    option: str,
    phrases: Sequence[str],
    grammar: OptionWords,
) -> list[_Hit]:
    found: list[_Hit] = []
    for stems in _phrases(tuple(phrases)):
        if stems[0] not in index and not grammar.compounds:
            continue
        if len(stems) == 1 and stems[0] in grammar.generic:
            continue
        inside = index.get("~" + stems[0][:_COMPOUND_FROM], ()) if grammar.compounds else ()
        for first in {*index.get(stems[0], ()), *inside}:
            if first + len(stems) > len(words):
                continue
            sureness = _fits(said, words[first : first + len(stems)], stems, grammar)
            if sureness == 0 or _ruled_out(said, words, first, grammar):
                continue
            start, end = words[first][0], words[first + len(stems) - 1][1]
            weight = sum(map(len, stems)) + (1 if sureness > 0.9 else 0)
            found.append(_Hit(option, start, end, weight, sureness))
    return found


def _fits(
    said: str, spans: list[tuple[int, int]], stems: tuple[str, ...], grammar: OptionWords
) -> float:
    """How surely words are those that the stems mean: 0 for not at all."""
    sureness = 1.0
    for (start, end), stem in zip(spans, stems, strict=True):
        word = said[start:end]
        bare = grammar.prefix.sub("", word, count=1) if grammar.prefix else word
        if stem in (word, bare):
            continue
        if len(stem) < _STEM_FROM and not (grammar.prefix and len(stem) == 3):
            return 0
        if word.startswith(stem) or (bare != word and bare.startswith(stem)):
            sureness = min(sureness, 0.97)
        elif grammar.compounds and len(stem) >= _COMPOUND_FROM and stem in word:
            sureness = min(sureness, 0.9)
        else:
            return 0
    return sureness


def _typos(
    said: str,
    words: list[tuple[int, int]],
    option: str,
    phrases: Sequence[str],
    grammar: OptionWords,
) -> list[_Hit]:
    """Single words and titles that are a slip or two away."""
    found: list[_Hit] = []
    words = words[:MOST_TYPED]
    for target, count, stem in _mistypable(tuple(phrases)):
        if target in grammar.generic:
            continue
        for first in range(len(words) - count + 1):
            start, end = words[first][0], words[first + count - 1][1]
            if said[start] != target[0] or abs(end - start - len(target)) > _ENDING:
                continue
            slip = _slips(said[start:end], target, stem=stem)
            if slip and not _ruled_out(said, words, first, grammar):
                found.append(_Hit(option, start, end, len(target), 0.8))
    return found


@cache
def _mistypable(phrases: tuple[str, ...]) -> tuple[tuple[str, int, bool], ...]:
    """What a slip is looked for in: folded, how many words, whether it is a stem."""
    folded = [(fold_text(phrase), rank > 0) for rank, phrase in enumerate(phrases)]
    counted = [(target, target.count(" ") + 1, stem) for target, stem in folded]
    return tuple(
        (target, count, stem)
        for target, count, stem in counted
        if len(target) >= _TYPO_FROM and (count == 1 or not stem)
    )


def _slips(word: str, target: str, *, stem: bool) -> bool:
    """Whether a word of five letters and more is the target, a letter or two off."""
    if len(word) < _TYPO_FROM:
        return False
    allowed = 1 if len(target) < 9 else 2
    if OSA.distance(word, target, score_cutoff=allowed) <= allowed:
        return True
    if not stem or len(target) < 6:
        return False
    lengths = range(len(target) - 1, len(target) + 2)
    return any(OSA.distance(word[:length], target, score_cutoff=1) <= 1 for length in lengths)


def rules_out(text: str, start: int, *, language: str) -> bool:
    """Whether a "not" stands right before the words of `text` that begin at `start`, or with a
    short word between ("not on Monday")."""
    clause = _CLAUSE.split(text[max(0, start - LONGEST) : start])[-1]
    led = _WORD.findall(fold_text(clause))
    if len(led) > 1 and len(led[-1]) <= _PREPOSITION:
        led = led[:-1] if led[-1] not in option_words(language).negations else led
    return bool(led) and led[-1] in option_words(language).negations


def _ruled_out(said: str, words: list[tuple[int, int]], first: int, grammar: OptionWords) -> bool:
    """ "not retail", "not a chatbot" """
    for start, end in reversed(words[max(0, first - 2) : first]):
        word = said[start:end]
        if word in grammar.negations:
            return True
        if word not in grammar.of:
            return False
    return False


def _best(hits: list[_Hit]) -> list[_Hit]:
    """The best hit of each option that no better one outdoes, at most one an option."""
    by_option: dict[str, _Hit] = {}
    for hit in hits:
        known = by_option.get(hit.option)
        if known is None or (hit.weight, hit.sureness) > (known.weight, known.sureness):
            by_option[hit.option] = hit
    ranked = sorted(by_option.values(), key=lambda hit: (-hit.weight, -hit.sureness))
    kept: list[_Hit] = []
    for hit in ranked:
        inside = any(hit.start < one.end and one.start < hit.end for one in kept)
        if not (inside and hit.weight < kept[0].weight):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _parsed(
    folded: Folded, said: str, words: list[tuple[int, int]], hit: _Hit, grammar: OptionWords
) -> Parsed[str]:
    start, end = folded.raw_span(hit.start, hit.end)
    alone = says_nothing(said[: hit.start] + " " + said[hit.end :], grammar)
    if hit.sureness <= 0.8:
        return Parsed(hit.option, start, end, 0.8)
    return Parsed(hit.option, start, end, 0.97 if alone else 0.92 if hit.sureness > 0.9 else 0.9)


@cache
def _phrases(phrases: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The stems of each phrase; the first one is the title."""
    stems = (_stems(phrase, title=rank == 0) for rank, phrase in enumerate(phrases))
    return tuple(one for one in stems if one)


def _stems(phrase: str, *, title: bool) -> tuple[str, ...]:
    """The words of a phrase as stems; of a title, which is written in full, less its ending."""
    words = [match[0] for match in _WORD.finditer(fold_text(phrase))]
    return tuple(_stem(word) if title else word for word in words)


def _stem(word: str) -> str:
    if len(word) <= 4:
        return word
    return word[: -1 if len(word) < 7 else -2 if len(word) < 10 else -3]
