"""A message as a row of marks: what each word or number may mean for a time. Linear.

Phrases of the lexicon, number words and runs of digits become one mark each; a word that
the lexicon does not know becomes a mark without meaning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from parsing.fold import Folded
from parsing.number import Number, scan
from parsing.number_words import Kind, grammar
from parsing.when_literals import read_literals
from parsing.when_mark import Mark
from parsing.when_pronoun import without_pronouns
from parsing.when_tokens import Token, is_prefix_dash, tokens_of
from parsing.when_words import LONG_NAME, MISTYPED, SHORT_NAME, Node, Senses, Words, shortened

_QUANTITIES = (Kind.DOZEN, Kind.COUPLE)
_DOT = Senses({"dot": True})  # of an abbreviation, perhaps
_PRESENT = frozenset({" ", "\n"})
_NONE: frozenset[str] = frozenset()


_NOTHING = Mark("", 0, 0)
_AHEAD = 6  # marks that a reader looks at from where it begins
_PADDING = 32


class Marks:
    """The row of marks of one message. Reading past either end gives an empty mark."""

    __slots__ = ("_count", "ahead", "asked", "folded", "row", "words")

    def __init__(
        self, row: Sequence[Mark], words: Words, folded: Folded, *, asked: bool = False
    ) -> None:
        self.row = (*row, *(_NOTHING for _ in range(_PADDING)))
        self.words = words
        self.folded = folded
        self.asked = asked
        self._count = len(row)
        kinds = [frozenset(mark.values) for mark in self.row]
        self.ahead = tuple(_NONE.union(*kinds[at : at + _AHEAD]) for at in range(len(row)))

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: int) -> Mark:
        return self.row[at]

    def get(self, at: int, kind: str) -> Any:
        """The value of that kind at that place, or None."""
        return self.row[at].values.get(kind)

    def has(self, at: int, *kinds: str) -> bool:
        """Whether one of the kinds is possible at that place."""
        values = self.row[at].values
        for kind in kinds:  # noqa: SIM110 - the innermost loop of all: any() costs three times as much
            if kind in values:
                return True
        return False

    def any(self, kind: str) -> bool:
        """Whether the kind is possible anywhere."""
        return any(kind in mark.values for mark in self.row[: self._count])

    def near(self, at: int, kinds: frozenset[str]) -> bool:
        """Whether one of the kinds stands at that place or soon behind it."""
        return at < self._count and not kinds.isdisjoint(self.ahead[at])

    def is_text(self, at: int, *texts: str) -> bool:
        return self.row[at].text in texts

    def skip(self, at: int, *kinds: str, most: int = 3, until: tuple[str, ...] = ()) -> int:
        """The place behind at most that many marks of the kinds, or of one that is `until`."""
        for _ in range(most):
            if not self.has(at, *kinds) or self.has(at, *until):
                break
            at += 1
        return at


def marks(folded: Folded, words: Words, *, asked: bool = False) -> Marks:
    """The marks of a folded message in one language."""
    tokens = tokens_of(folded.text, words)
    numbers = {number.start: number for number in _word_numbers(folded, words.language)}
    row: list[Mark] = []
    at = 0
    while at < len(tokens):
        mark, at = _mark(folded, tokens, at, words, numbers, asked=asked)
        if mark is not None:
            row.append(mark)
    return Marks(without_pronouns(row, words), words, folded, asked=asked)


def _word_numbers(folded: Folded, language: str) -> list[Number]:
    return [number for number in scan(folded, language=language) if not number.digits]


def _mark(
    folded: Folded,
    tokens: list[Token],
    at: int,
    words: Words,
    numbers: Mapping[int, Number],
    *,
    asked: bool,
) -> tuple[Mark | None, int]:
    token = tokens[at]
    if not token.text[0].isalnum() and token.text not in words.tree.next:
        if is_prefix_dash(tokens, at, words):
            return None, at + 1
        dot = _DOT if token.text == "." and at and tokens[at - 1].end == token.start else None
        return _at(folded, tokens, at, at + 1, dot), at + 1
    if is_prefix_dash(tokens, at, words):
        return None, at + 1
    end, senses = _phrase(tokens, at, words.tree)
    if end > at + 1 and _phrase(tokens, at + 1, words.tree)[0] > end:
        single = words.tree.next[token.text].senses  # "the" | "day after tomorrow"
        end, senses = (at + 1, single) if single is not None else (end, senses)
    if end > at + 1 and senses is not None and _opens(tokens, end, senses, words, numbers):
        end, senses = at + 1, words.tree.next[token.text].senses
    if token.text.isdigit():
        if senses is not None and end > at + 1:
            return _at(folded, tokens, at, end, senses), end
        return _digits(folded, tokens, at, words)
    number, number_end = _number(tokens, at, words, numbers)
    if number is not None:
        number, number_end = _before_a_half(number, tokens, at, number_end, words, numbers)
    if number is not None and number_end >= end:
        values = dict(senses.values) if senses is not None and number_end == end else {}
        weak = senses.weak if senses is not None and number_end == end else frozenset()
        values["number"] = number.value
        if _is_quantity(folded.text[number.start : number.end], words):
            values["quantity"] = True
        values |= _roles(token.text, words)
        if number.confidence < 1:
            weak = weak | {"number"}
        return _at(folded, tokens, at, number_end, Senses(values, weak)), number_end
    if senses is not None:
        return _at(folded, tokens, at, end, senses), end
    senses = _mistyped(token.text, words, asked=asked)
    return _at(folded, tokens, at, at + 1, senses, typo=senses is not None), at + 1


def _opens(
    tokens: list[Token], end: int, senses: Senses, words: Words, numbers: Mapping[int, Number]
) -> bool:
    """Whether a bound that may stand behind its hour ("10 or after") has another hour behind
    it ("before 10 or after 4"), so that its words are to be read one by one."""
    if end >= len(tokens) or not ("from_post" in senses.values or "before_post" in senses.values):
        return False
    last = words.tree.next.get(tokens[end - 1].text)
    kinds = last.senses.values if last is not None and last.senses is not None else {}
    hour = tokens[end].text[0].isdigit() or tokens[end].start in numbers
    return hour and ("after" in kinds or "before" in kinds)


def _digits(folded: Folded, tokens: list[Token], at: int, words: Words) -> tuple[Mark, int]:
    end, values = read_literals(folded.text, tokens[at].start)
    last = at + 1
    while last < len(tokens) and tokens[last].start < end:
        last += 1
    found = dict(values)
    if "int" in found:
        ordinal_end = _ordinal_end(folded.text, tokens, last, words)
        if ordinal_end is not None:
            found["ordinal"] = found["int"][0]
            last = ordinal_end
    role = _case_ending(tokens, last, words)
    if role is not None:
        found.pop("ordinal", None)
        found |= {role: True}
        last += 2
    return _at(folded, tokens, at, last, Senses(found)), last


def _ordinal_end(text: str, tokens: list[Token], at: int, words: Words) -> int | None:
    """Behind an ordinal's ending ("3rd", "3.", "3-go", "3:s"), None where there is none."""
    if at >= len(tokens) or tokens[at].start != tokens[at - 1].end:
        return None
    if tokens[at].text == ".":
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if following is not None and following.text == "." and following.start == tokens[at].end:
            return None
        return at + 1
    endings = words.setting("ordinal_endings") or ()
    joined = at + 1 if tokens[at].text in "-:'" else at
    if joined < len(tokens) and tokens[joined].text in endings:
        glued = tokens[joined].start == tokens[joined - 1].end
        return joined + 1 if glued else None
    return None


def _case_ending(tokens: list[Token], at: int, words: Words) -> str | None:
    """What an ending behind a colon says ("klo 12:een": until 12), None where there is none."""
    endings = words.setting("case_endings")
    if endings is None or at + 1 >= len(tokens) or tokens[at].text not in ":-":
        return None
    glued = tokens[at].start == tokens[at - 1].end and tokens[at + 1].start == tokens[at].end
    if not glued:
        return None
    return next((role for role, forms in endings.items() if tokens[at + 1].text in forms), None)


def _phrase(tokens: list[Token], at: int, tree: Node) -> tuple[int, Senses | None]:
    """The end of the longest phrase of the lexicon that begins here, and its senses."""
    best: tuple[int, Senses | None] = (at, None)
    node: Node | None = tree
    while at < len(tokens):
        node = node.next.get(tokens[at].text) if node is not None else None
        if node is None:
            break
        at += 1
        if node.senses is not None:
            best = (at, node.senses)
    return best


def _number(
    tokens: list[Token], at: int, words: Words, numbers: Mapping[int, Number]
) -> tuple[Number | None, int]:
    number = numbers.get(tokens[at].start)
    if number is None and at and tokens[at - 1].text in words.prefixes:
        first = at - 1
        while first >= 0 and number is None and tokens[first].text in words.prefixes:
            number = numbers.get(tokens[first].start)
            first -= 1
        if number is not None and number.end <= tokens[at].start:
            number = None
    elif number is not None and tokens[at].text in words.prefixes and len(tokens[at].text) == 1:
        number = None  # a written-on letter: the number proper begins behind it
    if number is None:
        return None, at
    end = at
    while end < len(tokens) and tokens[end].start < number.end:
        end += 1
    return number, end


def _before_a_half(
    number: Number,
    tokens: list[Token],
    at: int,
    end: int,
    words: Words,
    numbers: Mapping[int, Number],
) -> tuple[Number, int]:
    """The number without the half or quarter behind its "and", where that belongs to the next
    hour: "between half past ten and half past twelve", "mellom halv elleve og halv ett"."""
    link = next((place for place in range(at + 1, end) if _says(tokens[place], words, "and")), None)
    if link is None or words.prefixes or number.value % 1 == 0 or end >= len(tokens):
        return number, end
    begins = tokens[end].start in numbers or tokens[end].text.isdigit()
    if not begins and not _says(tokens[end], words, "past", "to_hour", "toward"):
        return number, end
    whole = replace(number, value=number.value // 1, end=tokens[link - 1].end)
    return whole, link


def _says(token: Token, words: Words, *kinds: str) -> bool:
    node = words.tree.next.get(token.text)
    return (
        node is not None and node.senses is not None and any(k in node.senses.values for k in kinds)
    )


def _is_quantity(said: str, words: Words) -> bool:
    """ "a dozen", "a couple": a count of things, never an hour."""
    numerals = grammar(words.language)
    return any(
        morph.kind in _QUANTITIES for word in said.split() for morph in numerals.morphs(word)
    )


def _roles(word: str, words: Words) -> dict[str, bool]:
    """What a case ending says ("kymmenestä": from ten)."""
    return {role: True for role, pattern in words.number_roles if pattern.search(word)}


def _mistyped(word: str, words: Words, *, asked: bool) -> Senses | None:
    """The senses of the one name that a word misses by one letter; several: all of them.
    Short names, which are near other words, only where a time was asked for."""
    if (word[0], len(word)) not in words.misspelt_shapes:
        return None
    found: set[str] = set()
    for spelling in shortened(word):
        found |= words.misspelt.get(spelling, frozenset())
    least = SHORT_NAME if asked else LONG_NAME
    close = {name for name in found if len(name) >= least and _one_edit(word, name)}
    if not close:
        return None
    kinds = {
        (kind, value)
        for name in close
        for kind, value in words.names[name].values.items()
        if kind in MISTYPED
    }
    if len(kinds) == 1:
        kind, value = kinds.pop()
        return Senses({kind: value})
    return Senses({"either_name": tuple(sorted(kinds))})


def _one_edit(word: str, name: str) -> bool:
    """One letter added, left out, changed, or two neighbours swapped; the first is right."""
    if word == name or abs(len(word) - len(name)) > 1 or word[0] != name[0]:
        return False
    same = 0
    while same < min(len(word), len(name)) and word[same] == name[same]:
        same += 1
    rest, other = word[same:], name[same:]
    if len(rest) == len(other):
        swapped = len(rest) > 1 and rest[0] == other[1] and rest[1] == other[0]
        return rest[1:] == other[1:] or (swapped and rest[2:] == other[2:])
    return rest[1:] == other if len(rest) > len(other) else rest == other[1:]


def _at(
    folded: Folded,
    tokens: list[Token],
    first: int,
    end: int,
    senses: Senses | None,
    *,
    typo: bool = False,
) -> Mark:
    start, stop = tokens[first].start, tokens[end - 1].end
    return Mark(
        text=folded.text[start:stop],
        start=start,
        end=stop,
        values=senses.values if senses is not None else {},
        weak=senses.weak if senses is not None else _NONE,
        spaced=start == 0 or folded.text[start - 1] in _PRESENT,
        typo=typo,
    )
