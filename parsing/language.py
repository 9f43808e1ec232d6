"""Which language a visitor writes in, and when the conversation should follow.

Among the six by letters and closed classes (`language_profile`), Hebrew by its script;
Danish is read as Norwegian; languages that are not spoken here are named when it is
clear. A conversation keeps its language: only three words and more with a margin, or
asking for it, change it.
"""

import math
import re
import unicodedata
from collections import Counter
from functools import cache

from parsing.fold import fold_text
from parsing.language_profile import LANGUAGES as SCORED
from parsing.language_profile import scores, wordlike
from parsing.language_request import find_request, requested_language
from parsing.lexicon import LANGUAGES, load
from parsing.values import LanguageGuess

__all__ = ["decide", "identify", "requested_language"]

LONGEST = 600  # characters looked at
SWITCH_WORDS, CHOSEN_WORDS = 3, 4  # words that a switch takes; more against a chosen language
SWITCH_SURE, CHOSEN_SURE = 0.9, 0.97
_WORDS = 0.5  # `wordlike` of a text that is no language at all lies below
_READ_AS = {"da": "nb"}  # neighbours that are answered in one of the six
_TWIN = {"hr": "sl"}  # of one or two words nobody can say which of the two they are
_CLEAR = 5.0  # nats a word by which another language must lead to be named
_SHORT_CLEAR = 9.0  # with one or two words
_NEAR = 1.0  # nats a word by which a neighbour must lead to be told (Danish from Norwegian)
_PRIOR = 7.0  # nats for the language of the page or the conversation, with one or two words
_SLOPE = 0.35  # the n-grams overlap: their nats count several times over
_NOT_WORDS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\S*\d\S*")
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "HEBREW": "he",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "GREEK": "el",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
}
_UKRAINIAN = frozenset("іїєґІЇЄҐ")


def identify(text: str, *, page: str | None = None, current: str | None = None) -> LanguageGuess:
    """The language of a text among the six.

    `page` and `current` (the page's language, the conversation's) weigh in where one or
    two words leave it open. `language` is None for too little (numbers, an address,
    words of every language) and for a language that is clearly not spoken here, which
    `other` names; a near neighbour (Danish) has both. `request`: the text asks for `language`, or,
    outside the six, for `other`.
    """
    asked = find_request(text, language=current or page or "en")
    if asked is not None:
        spoken = asked.value if asked.value in LANGUAGES else None
        other = None if spoken else asked.value
        return LanguageGuess(spoken, asked.confidence, request=True, other=other)
    said = _NOT_WORDS.sub(" ", text[:LONGEST])
    script = _script(said)
    if script is not None:
        return _by_script(script, said)
    words = _telling(said)
    if not words:
        return LanguageGuess(None, 0.0)
    return _by_letters(words, page=page, current=current)


def decide(current: str, chosen: bool, guess: LanguageGuess, text: str) -> str:
    """The language to go on in.

    `current`: the conversation's; `chosen`: the visitor picked it (a menu, a request).
    Switches to `guess.language` when it was asked for, or when the text has three words
    and a clear margin (four and a clearer one against a chosen language).
    """
    if guess.language is None or guess.language == current:
        return current
    if guess.request:
        return guess.language
    words = _telling(_NOT_WORDS.sub(" ", text[:LONGEST]))
    needed, sure = (CHOSEN_WORDS, CHOSEN_SURE) if chosen else (SWITCH_WORDS, SWITCH_SURE)
    if len(words) < needed or guess.confidence < sure:
        return current
    if all(word[0].isupper() for word in words) and guess.language != "he":
        return current  # names, not a sentence
    if guess.language != "he" and wordlike(words) < _WORDS:
        return current  # "asdf qwer zxcv"
    return guess.language


def _telling(said: str) -> list[str]:
    """The words that may tell a language: neither those of all, nor first names."""
    neutral, names = _neutral(), _given_names()
    folded = ((word, fold_text(word)) for word in _WORD.findall(said))
    return [
        word
        for word, plain in folded
        if plain not in neutral and not (word[0].isupper() and plain in names)
    ]


def _script(said: str) -> str | None:
    """The script of most letters where it is not Latin, as a Unicode name."""
    found: Counter[str] = Counter()
    for letter in said[:LONGEST]:
        if letter.isalpha():
            found[unicodedata.name(letter, "?").split(" ", 1)[0].split("-")[0]] += 1
    if not found:
        return None
    latin = found.pop("LATIN", 0)
    if not found:
        return None
    script, count = found.most_common(1)[0]
    needed = latin / 4 if script == "HEBREW" else latin  # product names stand in Hebrew texts
    if script not in _SCRIPTS or count < needed:
        return None
    return script


def _by_script(script: str, said: str) -> LanguageGuess:
    code = _SCRIPTS[script]
    if code == "he":
        return LanguageGuess("he", 0.99)
    if code == "ru" and any(letter in _UKRAINIAN for letter in said):
        code = "uk"
    return LanguageGuess(None, 0.0, other=code)


def _by_letters(words: list[str], *, page: str | None, current: str | None) -> LanguageGuess:
    found = scores(" ".join(words))
    if len(words) <= 2:
        for likely in (page, current):
            if likely in found:
                found[likely] += _PRIOR
    ranked = sorted((found[one], one) for one in SCORED if one in LANGUAGES)
    (second, _), (best, language) = ranked[-2], ranked[-1]
    strangest, stranger = max((found[one], one) for one in SCORED if one not in LANGUAGES)
    lead = (strangest - best) / len(words)
    confidence = 1 / (1 + math.exp(-_SLOPE * (best - second)))
    short = len(words) <= 2
    clear = lead > (_SHORT_CLEAR if short else _CLEAR)
    if clear and short and stranger in _TWIN:
        return LanguageGuess(_TWIN[stranger], 0.5, other=stranger)
    if clear and stranger not in _READ_AS:
        return LanguageGuess(None, 0.0, other=stranger)
    return LanguageGuess(language, confidence, other=stranger if lead > _NEAR else None)


@cache
def _neutral() -> frozenset[str]:
    return frozenset(fold_text(word) for word in load("en", "language")["neutral"])


@cache
def _given_names() -> frozenset[str]:
    return frozenset(load("en", "language")["given_names"])
