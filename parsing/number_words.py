"""The number words of a language as morphemes, and how a written word splits into them.

"petindvajset" is five + and + twenty, "kahdessakymmenessä" two + ten times. What the
morphemes add up to is decided by `number_sum`; here only spelling is known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from fractions import Fraction
from functools import cache
from typing import Any

from parsing.fold import fold_text
from parsing.lexicon import load

LONGEST_WORD = 80  # letters; "yhdeksänsadanyhdeksänkymmenenyhdeksän…" fits, hostile input does not


class Kind(Enum):
    DIGIT = auto()
    TEEN = auto()
    TEN = auto()
    TENFOLD = auto()  # fi "kymmentä": ten, or ten times the unit before
    TEEN_END = auto()  # fi "toista", he "עשרה": ten more than the unit before
    HUNDRED = auto()
    HUNDREDS = auto()  # a word for 200, 300 …
    SCALE = auto()  # thousand and above
    SCALED = auto()  # a word for 2000
    FRACTION = auto()
    VALUE = auto()  # "półtora": one and a half
    DOZEN = auto()
    COUPLE = auto()
    JOIN = auto()
    ARTICLE = auto()
    FILLER = auto()
    MINUS = auto()
    POINT = auto()


@dataclass(frozen=True, slots=True)
class Morph:
    """One morpheme. `joined` when it carries its own "and" (Hebrew ו)."""

    kind: Kind
    value: Decimal = Decimal(0)
    weak: bool = False
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Grammar:
    """The compiled number lexicon of one language; keys are folded."""

    words: Mapping[str, tuple[Morph, ...]]
    glued: Mapping[str, Decimal]
    articles: frozenset[str]
    fillers: frozenset[str]
    ordinal_endings: frozenset[str]
    prefixes: tuple[str, ...]
    join_prefix: str
    longest: int
    first_letters: frozenset[str]
    compounds: bool
    inverted: bool
    teen_end_is_ten: bool  # "עשר" by itself; fi "toista" is none
    units_joined: bool
    elision: bool
    group: str
    tenfold_apart: frozenset[str]
    several: frozenset[str]  # "noen", "כמה": a number only before "thousand" and its kin
    from_endings: tuple[str, ...]
    to_endings: tuple[str, ...]
    teen_ends: tuple[str, ...]

    def morphs(self, word: str) -> tuple[Morph, ...]:
        """The morphemes of a folded word, empty when it is no number word."""
        found = self.words.get(word)
        if found is not None:
            return found
        if len(word) > LONGEST_WORD or not word or word[0] not in self.first_letters:
            return ()
        if self.prefixes:
            return self._behind_prefix(word)
        return self._compound(word) if self.compounds else ()

    def prefix_length(self, word: str) -> int:
        """How many letters of a folded number word are written onto it ("מעשר": 1)."""
        if not self.prefixes or word in self.words:
            return 0
        for prefix in self.prefixes:
            if word.startswith(prefix) and word[len(prefix) :] in self.words:
                return len(prefix)
        return 0

    def parts_of_a_range(self, one: str, next_one: str) -> bool:
        """Whether two words say "from" and "to" by their endings (fi "viidestä kymmeneen",
        "kymmenestä viiteentoista": the ending stands before what makes it a teen)."""
        if not self.from_endings:
            return False
        one, next_one = self._without_teen(one), self._without_teen(next_one)
        return one.endswith(self.from_endings) and next_one.endswith(self.to_endings)

    def _without_teen(self, word: str) -> str:
        return next((word[: -len(end)] for end in self.teen_ends if word.endswith(end)), word)

    def _behind_prefix(self, word: str) -> tuple[Morph, ...]:
        for prefix in self.prefixes:
            if word.startswith(prefix):
                found = self.words.get(word[len(prefix) :])
                if found is None:
                    continue
                head = found[0]
                joined = self.join_prefix in prefix
                return (Morph(head.kind, head.value, head.weak, joined), *found[1:])
        return ()

    def _compound(self, word: str) -> tuple[Morph, ...]:
        """Fewest morphemes that spell the word; at least two, or none."""
        best: list[tuple[int, int] | None] = [None] * (len(word) + 1)  # (count, from)
        best[0] = (0, 0)
        for start in range(len(word)):
            here = best[start]
            if here is None:
                continue
            for end in range(start + 2, min(len(word), start + self.longest) + 1):
                there = best[end]
                if word[start:end] in self.words and (there is None or there[0] > here[0] + 1):
                    best[end] = (here[0] + 1, start)
        if best[-1] is None:
            return ()
        pieces: list[Morph] = []
        end = len(word)
        while end:
            step = best[end]
            if step is None:  # pragma: no cover - every reached end has a step
                return ()
            pieces[:0] = self.words[word[step[1] : end]]
            end = step[1]
        return tuple(pieces)


@cache
def grammar(language: str) -> Grammar:
    """The number grammar of a language. Raises UnknownLanguage."""
    entries = load(language, "number")
    weak = {fold_text(form) for form in entries.get("weak", ())}
    words: dict[str, tuple[Morph, ...]] = {}
    for kind, value, form in _forms(entries):
        folded = fold_text(form)
        words.setdefault(folded, (Morph(kind, value, folded in weak),))
    prefixes = tuple(sorted(entries.get("prefixes", ()), key=len))
    first = {word[0] for word in words} | {prefix[0] for prefix in prefixes}
    return Grammar(
        words=words,
        glued={word: Decimal(10) ** power for word, power in entries["glued"].items()},
        articles=frozenset(fold_text(form) for form in entries.get("article", ())),
        fillers=frozenset(fold_text(form) for form in entries.get("filler", ())),
        ordinal_endings=frozenset(entries.get("ordinal_endings", ())),
        prefixes=prefixes,
        join_prefix=entries.get("join_prefix", " "),
        longest=max(map(len, words)),
        first_letters=frozenset(first),
        compounds=bool(entries.get("compounds")),
        inverted=bool(entries.get("inverted")),
        teen_end_is_ten=bool(entries.get("teen_end_is_ten")),
        units_joined=bool(entries.get("units_joined")),
        elision=bool(entries.get("elision")),
        group=entries["group"],
        tenfold_apart=frozenset(fold_text(form) for form in entries.get("tenfold_apart", ())),
        several=frozenset(_several(entries)),
        from_endings=tuple(fold_text(form) for form in entries.get("from_endings", ())),
        to_endings=tuple(fold_text(form) for form in entries.get("to_endings", ())),
        teen_ends=tuple(fold_text(form) for form in entries.get("teen_end", ())),
    )


def _several(entries: Mapping[str, Any]) -> Iterator[str]:
    for forms in entries.get("several", {}).values():
        for form in map(fold_text, forms):
            yield from (prefix + form for prefix in ("", *entries.get("prefixes", ())))


_VALUED = {
    "digits": Kind.DIGIT,
    "teens": Kind.TEEN,
    "tens": Kind.TEN,
    "hundreds": Kind.HUNDREDS,
    "scaled": Kind.SCALED,
    "values": Kind.VALUE,
    "couple": Kind.COUPLE,
    "several": Kind.COUPLE,
}
_PLAIN = {
    "tenfold": (Kind.TENFOLD, Decimal(10)),
    "teen_end": (Kind.TEEN_END, Decimal(10)),
    "hundred": (Kind.HUNDRED, Decimal(100)),
    "dozen": (Kind.DOZEN, Decimal(12)),
    "join": (Kind.JOIN, Decimal(0)),
    "minus": (Kind.MINUS, Decimal(0)),
    "point": (Kind.POINT, Decimal(0)),
    "article": (Kind.ARTICLE, Decimal(0)),
    "filler": (Kind.FILLER, Decimal(0)),
}


def _forms(entries: Mapping[str, Any]) -> Iterator[tuple[Kind, Decimal, str]]:
    for key, kind in _VALUED.items():
        for value, forms in entries.get(key, {}).items():
            for form in forms:
                yield kind, Decimal(str(value)), form
    for power, forms in entries["scales"].items():
        for form in forms:
            yield Kind.SCALE, Decimal(10) ** power, form
    for written, forms in entries["fractions"].items():
        part = Fraction(written)
        for form in forms:
            yield Kind.FRACTION, Decimal(part.numerator) / part.denominator, form
    for key, (kind, value) in _PLAIN.items():
        for form in entries.get(key, ()):
            yield kind, value, form
