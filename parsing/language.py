"""Which language a text is in, among the six, and whether it asks for one.

Script first (Hebrew letters settle it), then letter n-grams and closed-class words
(`language_profile`). Neighbouring languages are weighed too, so that Danish, Swedish,
Spanish or Croatian are recognised as what they are: Danish is answered in Norwegian, the
others are none of ours. Pure; linear in the text.
"""

import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from parsing.fold import fold_text
from parsing.language_profile import scores
from parsing.lexicon import load
from parsing.pattern import compile_phrases
from parsing.values import LanguageGuess

LANGUAGES: Final = ("en", "sl", "he", "fi", "nb", "pl")
SCANDINAVIAN: Final = {"da": "nb"}
MOST_LETTERS: Final = 600
SWITCHING_WORDS, SWITCHING_LEAD = 3, 0.3
# How much a prior counts, what a neighbour must lead by, what lead is sure: nats.
CURRENT_NATS, PAGE_NATS, FOREIGN_NATS, SURE_NATS = 1.0, 0.5, 4.0, 8.0

_WORD = re.compile(r"[^\W\d_]+")
_HEBREW = re.compile(r"[\u0590-\u05ff]")
_SCRIPTS: Final = {
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "zh": re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"),
}


def identify(text: str, *, page: str | None = None, current: str | None = None) -> LanguageGuess:
    """The language of a text; `page` and `current` break a tie.

    `language` is None when it is none of the six (`other` says which, where that is clear)
    or too little was said. Danish gives "nb" with `other` "da".
    """
    sample = text[:MOST_LETTERS]
    letters = sum(letter.isalpha() for letter in sample)
    if not letters:
        return LanguageGuess(None, 0.0)
    if len(_HEBREW.findall(sample)) * 2 > letters:
        return LanguageGuess("he", 1.0)
    for code, script in _SCRIPTS.items():
        if len(script.findall(sample)) * 2 > letters:
            return LanguageGuess(None, 0.9, other=code)
    return _elected(scores(sample), page=page, current=current)


def _elected(looks: Mapping[str, float], *, page: str | None, current: str | None) -> LanguageGuess:
    """The best of ours, unless a neighbour is clearly better. `looks` are nats."""
    weighed = dict(looks)
    for prior, nats in ((current, CURRENT_NATS), (page, PAGE_NATS)):
        if prior in weighed:
            weighed[prior] += nats
    ranked = sorted(weighed, key=lambda one: -weighed[one])
    ours = next(one for one in ranked if one in LANGUAGES)
    if not any(looks.values()):
        return LanguageGuess(None, 0.0)
    if ranked[0] != ours and weighed[ranked[0]] - weighed[ours] > FOREIGN_NATS:
        lead = _share(weighed[ranked[0]] - weighed[ours])
        if ranked[0] in SCANDINAVIAN:
            return LanguageGuess(SCANDINAVIAN[ranked[0]], lead, other=ranked[0])
        return LanguageGuess(None, lead, other=ranked[0])
    rest = max(weighed[one] for one in ranked if one in LANGUAGES and one != ours)
    return LanguageGuess(ours, _share(weighed[ours] - rest))


def _share(nats: float) -> float:
    """A lead in nats as 0..1: three nats are twenty to one."""
    return 1 - math.exp(-max(nats, 0.0) / SURE_NATS)


@cache
def _neutral() -> frozenset[str]:
    """The words of every language ("ok", "marketing"), folded."""
    return frozenset(
        fold_text(str(word))
        for code in LANGUAGES
        for word in load(code, "language").get("neutral", ())
    )


def decide(current: str, chosen: bool, guess: LanguageGuess, text: str) -> str:
    """The language to go on in: sticky. A clear sentence of three words and more switches,
    a chosen language only when it is asked for; single and neutral words never do."""
    if guess.language is None or guess.language == current:
        return current
    if guess.request:
        return guess.language
    words = [word for word in _WORD.findall(text) if fold_text(word) not in _neutral()]
    clear = len(words) >= SWITCHING_WORDS and guess.confidence >= SWITCHING_LEAD
    hebrew = guess.language == "he" and len(words) >= 2
    return guess.language if (clear or hebrew) and not chosen else current


@cache
def _requests(language: str) -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    """Per named language: the phrases that ask for it within a message, and alone."""
    lexicon = load(language, "language")
    prefix = str(lexicon.get("prefix", ""))
    found = []
    for code, names in lexicon["names"].items():
        named = f"({'|'.join(names)})"
        within = [phrase.replace("NAME", named) for phrase in lexicon["request"]]
        alone = [phrase.replace("NAME", named) for phrase in lexicon["alone"]]
        found.append(
            (code, compile_phrases(within, prefix=prefix), compile_phrases(alone, prefix=prefix))
        )
    return tuple(found)


def requested_language(text: str, *, language: str) -> str | None:
    """The language that a message asks to go on in ("po angielsku?", "do you speak
    Polish?"), as a code: one of the six or another that is known by name. None otherwise."""
    folded = fold_text(text[:MOST_LETTERS]).strip(" .,!?…")
    others = [code for code in LANGUAGES if code != language]
    for speaker in (language, *others):
        for code, within, alone in _requests(speaker):
            if alone.fullmatch(folded) or within.search(folded):
                return str(code)
    return None
