"""Which language a text is in, among the six, and whether it asks for one.

Script first (Hebrew letters settle it), then closed-class words, letters that few
languages have and endings, each a vote. Neighbouring languages vote too, so that Danish,
Swedish, Spanish or Croatian are recognised as what they are: Danish is answered in
Norwegian, the others are none of ours. Pure; linear in the text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Final

from parsing.fold import fold_text
from parsing.lexicon import load
from parsing.pattern import compile_phrases
from parsing.values import LanguageGuess

LANGUAGES: Final = ("en", "sl", "he", "fi", "nb", "pl")
SCANDINAVIAN: Final = {"da": "nb"}
MOST_LETTERS: Final = 600
SWITCHING_WORDS, SWITCHING_LEAD = 3, 0.3
OWN, SHARED, LETTER, ENDING = 2.0, 1.0, 1.6, 0.7

_WORD = re.compile(r"[^\W\d_]+")
_HEBREW = re.compile(r"[\u0590-\u05ff]")
_SCRIPTS: Final = {
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
    "zh": re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"),
}
# Letters that few languages write. A letter votes for each language in its row.
_LETTERS: Final = {
    "č": ("sl", "hr"), "š": ("sl", "hr"), "ž": ("sl", "hr"), "đ": ("hr",), "ć": ("hr", "pl"),
    "ł": ("pl",), "ą": ("pl",), "ę": ("pl",), "ś": ("pl",), "ź": ("pl",), "ż": ("pl",),
    "ń": ("pl",), "ä": ("fi", "sv", "de"), "ö": ("fi", "sv", "de"), "ø": ("nb", "da"),
    "æ": ("nb", "da"), "å": ("nb", "da", "sv"), "ñ": ("es",), "¿": ("es",), "¡": ("es",),
    "ß": ("de",), "ü": ("de",), "ç": ("fr", "pt"), "ã": ("pt",), "õ": ("pt",), "ù": ("fr", "it"),
}  # fmt: skip
# Endings and clusters of folded words that are common in one and rare in the others.
_SHAPES: Final = {
    "en": ("ing", "tion", "th", "ght", "wh", "ould", "sh", "ck", "ly"),
    "sl": ("ije", "jo", "amo", "emo", "ega", "nje", "lj", "sk", "ost", "ovanj", "iti", "ati"),
    "fi": ("ssa", "lla", "tta", "aa", "ii", "uu", "kk", "ksi", "mme", "sta", "nen", "yy", "ee"),
    "nb": ("het", "lig", "sk", "ene", "kj", "gj", "hv", "else", "er"),
    "pl": ("cz", "sz", "rz", "owa", "nie", "dz", "ych", "ego", "sc", "my", "wi"),
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
    return _elected(_votes(sample), page=page, current=current)


def _elected(votes: dict[str, float], *, page: str | None, current: str | None) -> LanguageGuess:
    for prior, weight in ((current, 0.3), (page, 0.2)):
        if prior in LANGUAGES and votes:
            votes[prior] = votes.get(prior, 0.0) + weight
    ranked = sorted(votes.items(), key=lambda one: -one[1])[:2]
    if not ranked or ranked[0][1] < SHARED:
        return LanguageGuess(None, 0.0)
    best, first = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    confidence = (first - second) / first if first else 0.0
    if best in SCANDINAVIAN:
        return LanguageGuess(SCANDINAVIAN[best], confidence, other=best)
    if best not in LANGUAGES:
        return LanguageGuess(None, confidence, other=best)
    return LanguageGuess(best, confidence)


def _votes(text: str) -> dict[str, float]:
    votes: defaultdict[str, float] = defaultdict(float)
    known, neutral = _closed_words()
    for word in _WORD.findall(text.casefold()):
        folded = fold_text(word)
        if folded in neutral:
            continue
        speakers = known.get(folded, ())
        for language in speakers:
            votes[language] += OWN / len(speakers) if len(speakers) > 1 else OWN
        for letter in set(word):
            for language in _LETTERS.get(letter, ()):
                votes[language] += LETTER / len(_LETTERS[letter])
        if not speakers and len(folded) > 3:
            for language, shapes in _SHAPES.items():
                hits = sum(shape in folded for shape in shapes)
                votes[language] += min(hits, 2) * ENDING
    for letter in "¿¡":
        votes["es"] += 2 * OWN * (letter in text)
    return {language: score for language, score in votes.items() if score > 0}


@cache
def _closed_words() -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """Folded word -> the languages that have it; and the words of every language."""
    found: dict[str, set[str]] = {}
    neutral: set[str] = set()
    for language in LANGUAGES:
        lexicon = load(language, "language")
        _note(found, lexicon["words"], language)
        neutral.update(fold_text(str(word)) for word in lexicon.get("neutral", ()))
        for other, words in (lexicon.get("neighbours") or {}).items():
            _note(found, words, other)
    return {word: tuple(sorted(codes)) for word, codes in found.items()}, frozenset(neutral)


def _note(found: dict[str, set[str]], words: Iterable[object], language: str) -> None:
    for word in words:
        found.setdefault(fold_text(str(word)), set()).add(language)


def decide(current: str, chosen: bool, guess: LanguageGuess, text: str) -> str:
    """The language to go on in: sticky. A clear sentence of three words and more switches,
    a chosen language only when it is asked for; single and neutral words never do."""
    if guess.language is None or guess.language == current:
        return current
    if guess.request:
        return guess.language
    words = [word for word in _WORD.findall(text) if fold_text(word) not in _closed_words()[1]]
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
