"""The words around the choice from a list: ordinals, negations, and what says nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from parsing.fold import fold_text
from parsing.lexicon import load
from parsing.pattern import WORD

_WORD = re.compile(WORD)


@dataclass(frozen=True, slots=True)
class OptionWords:
    """The compiled `option` lexicon of one language; words are folded."""

    places: tuple[tuple[re.Pattern[str], int], ...]
    of: frozenset[str]
    generic: frozenset[str]
    negations: frozenset[str]
    prefix: re.Pattern[str] | None
    compounds: bool


@cache
def option_words(language: str) -> OptionWords:
    """The words around choices in a language. Raises UnknownLanguage."""
    entries, acts = load(language, "option"), load(language, "act")
    listed = [(entries["but_last"], -2), (entries["last"], -1), (entries["middle"], 0)]
    listed += [(forms, place) for place, forms in entries["ordinals"].items()]
    prefix = acts.get("word_prefix")
    return OptionWords(
        places=tuple((_any_of(forms), place) for forms, place in listed),
        of=frozenset(word for form in entries["of"] for word in fold_text(form).split(" ")),
        generic=frozenset(fold_text(form) for form in entries["generic"]),
        negations=frozenset(fold_text(form) for form in entries["not"]),
        prefix=re.compile(f"^{prefix}(?=\\w{{3}})") if prefix else None,
        compounds=bool(entries.get("inside_compounds")),
    )


def says_nothing(outside: str, words: OptionWords) -> bool:
    """Whether what stands beside a choice is only "the … one, please"."""
    return all(match[0] in words.of for match in _WORD.finditer(outside))


def _any_of(forms: Sequence[str]) -> re.Pattern[str]:
    listed = "|".join(re.escape(fold_text(form)) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)")
