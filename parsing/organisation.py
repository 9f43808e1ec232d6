"""Whether words say what kind of organisation somebody is: "an ad agency", "reklamebyrå",
"משרד פרסום", and not "we look for an agency"."""

import re
from dataclasses import dataclass
from functools import cache

from parsing.fold import fold_text
from parsing.lexicon import load
from parsing.option_words import option_words
from parsing.pattern import WORD

_WORD = re.compile(WORD)
_CLAUSE = re.compile(r"[.,;:!?\n]")
_LONGEST = 400  # characters before the words that are looked at


@dataclass(frozen=True, slots=True)
class _Words:
    organisations: tuple[str, ...]
    seeking: tuple[str, ...]


def says_what_one_is(text: str, start: int, end: int, *, language: str) -> bool:
    """Whether the words of `text` in [start, end), with the word on either side of them,
    name an organisation, and nobody looks for one in the same clause before."""
    words, grammar = _words(language), option_words(language)
    before = _CLAUSE.split(text[max(0, start - _LONGEST) : start])[-1]
    led = _WORD.findall(fold_text(before))
    if any(word.startswith(words.seeking) for word in led):
        return False
    behind = _WORD.findall(fold_text(_CLAUSE.split(text[end : end + _LONGEST])[0]))
    near = [*led[-1:], *_WORD.findall(fold_text(text[start:end])), *behind[:1]]
    for word in near:
        bare = grammar.prefix.sub("", word, count=1) if grammar.prefix else word
        if word.startswith(words.organisations) or bare.startswith(words.organisations):
            return True
        if grammar.compounds and any(stem in word for stem in words.organisations):
            return True
    return False


@cache
def _words(language: str) -> _Words:
    entries = load(language, "option")
    return _Words(
        organisations=tuple(fold_text(stem) for stem in entries["organisations"]),
        seeking=tuple(fold_text(stem) for stem in entries["seeking"]),
    )
