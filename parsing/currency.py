"""Which currency the words or signs around a number name, in six languages.

Names and nations come from CLDR ("koron szwedzkich" is SEK, "Uuden-Seelannin dollaria"
NZD), what people call them from the lexicon ("zł", "kr", "bucks", "ש\"ח").
"""

import re
from dataclasses import dataclass
from functools import cache

from babel.numbers import get_territory_currencies
from rapidfuzz import fuzz

from parsing.currency_words import Unit, Vocabulary, known_code, letters_of, vocabulary

_WORD = r"[^\W\d_]+(?:[.'\"-][^\W\d_]+)*"
_AHEAD = re.compile(rf"{_WORD}(?: {_WORD}){{0,3}}")
_BEHIND = re.compile(rf"(?<![^\W\d_])(?:{_WORD} ){{0,2}}{_WORD}\.?[ :]{{0,2}}$")
_LOOK_BACK = 40  # characters


@dataclass(frozen=True, slots=True)
class Currencies:
    """Looks up currencies around a place in a folded text."""

    words: Vocabulary

    def after(self, text: str, raw: str, at: int) -> tuple[Unit, int] | None:
        """The unit that begins at `at` of the folded text (one space may come before) and
        its end; `raw` is the same text unfolded in case, letter for letter."""
        at += text.startswith((" ", "-"), at)
        if sign := self._sign(text, at):
            return sign
        match = _AHEAD.match(text, at)
        if match is None:
            return None
        words = match[0].split(" ")
        for count in range(len(words), 0, -1):
            phrase = " ".join(words[:count])
            unit = self.named(phrase, raw[at : at + len(phrase)])
            if unit is not None:
                return unit, at + len(phrase)
        return None

    def before(self, text: str, raw: str, at: int, floor: int) -> tuple[Unit, int] | None:
        """The unit that ends right before `at`, not reaching below `floor`, and its start."""
        floor = max(floor, at - _LOOK_BACK)
        end = at - text.endswith(" ", floor, at)
        for length in (3, 2, 1):
            unit = self.words.signs.get(text[max(floor, end - length) : end])
            if unit is not None and not _inside_word(text, end - length):
                return unit, max(floor, end - length)
        match = _BEHIND.search(text[floor:at])
        if match is None:
            return None
        phrase = match[0].rstrip(" :")
        stop = floor + match.start() + len(phrase)
        words = phrase.split(" ")
        for count in range(len(words), 0, -1):
            part = " ".join(words[-count:])
            unit = self.named(part, raw[stop - len(part) : stop])
            if unit is not None and not (unit.hundredth and len(part) < 4):  # "p", "ct"
                return unit, stop - len(part)
        return None

    def is_unit(self, phrase: str, raw: str) -> bool:
        """Whether a folded phrase is a unit and nothing else, in words or as a sign."""
        return phrase in self.words.signs or self.named(phrase, raw) is not None

    def named(self, phrase: str, raw: str) -> Unit | None:
        """The unit that a folded phrase names as a whole; `raw` tells capitals."""
        if len(phrase) > _LOOK_BACK:
            return None
        phrase = phrase.rstrip(".")
        found = self.words.forms.get(phrase)
        if found is not None:
            return found
        letters = letters_of(phrase)
        if letters in self.words.names:
            return Unit(self.words.names[letters])
        if " " not in phrase and (unit := self._code(phrase, raw.rstrip("."))):
            return unit
        return self._of_nation(phrase)

    def _sign(self, text: str, at: int) -> tuple[Unit, int] | None:
        for length in (3, 2, 1):
            unit = (
                self.words.signs.get(text[at : at + length]) if at + length <= len(text) else None
            )
            end = at + length
            if unit is not None and not (text[end - 1].isalpha() and text[end : end + 1].isalpha()):
                return unit, end
        for letter, factor in self.words.multiples.items():  # "20 k€"
            behind = at + len(letter)
            sign = self.words.signs.get(text[behind : behind + 1])
            if sign is not None and text.startswith(letter, at):
                return Unit(sign.code, factor), behind + 1
        return None

    def _code(self, phrase: str, raw: str) -> Unit | None:
        capitals = raw.upper() == raw
        code = phrase.upper()
        if code in self.words.codes and (capitals or phrase in self.words.lower_codes):
            return Unit(code)
        for letter, factor in self.words.multiples.items():  # "2 MNOK"
            code = phrase[len(letter) :].upper()
            if capitals and phrase.startswith(letter) and code in self.words.codes:
                return Unit(code, factor)
        return None

    def _of_nation(self, phrase: str) -> Unit | None:
        words = phrase.split(" ")
        for place, word in enumerate(words):
            family = self.words.family(word)
            if family is None:
                continue
            nation = letters_of("".join(words[:place] + words[place + 1 :]))
            if not nation:
                return Unit(known_code(family), generic=True)
            code = self._nation(family, nation) or self._own_nation(family, nation)
            return None if code is None else Unit(code)
        return self._glued(phrase) if len(words) == 1 else None

    def _glued(self, word: str) -> Unit | None:
        """ "egyptianpound", "Hongkong-dollar" """
        for length in range(4, len(word) - 3):
            family = self.words.family(word[length:].lstrip("-"))
            if family is not None:
                code = self._nation(family, letters_of(word[:length]))
                return None if code is None else Unit(code)
        return None

    def _nation(self, family: str, nation: str) -> str | None:
        for adjective, code in self.words.nations.get(family, ()):
            if nation == code[:2].lower() or _same_nation(nation, adjective):
                return code
        return None

    def _own_nation(self, family: str, nation: str) -> str | None:
        """ "svenske kronor": the family itself, with its nation said on top."""
        adjectives = (one for every in self.words.nations.values() for one in every)
        own = any(
            code == family and _same_nation(nation, adjective) for adjective, code in adjectives
        )
        return family if own else None

    def in_region(self, unit: Unit, region: str | None) -> str | None:
        """The code, where "dollar" or "kr" is what the region's own currency is called."""
        own = self.own(region)
        if own is None or unit.code is None or not unit.generic:
            return unit.code
        shared = self.words.shared.get(unit.code, frozenset())
        same_family = any(code == own for _, code in self.words.nations.get(unit.code, ()))
        return own if same_family or own in shared else unit.code

    def own(self, region: str | None) -> str | None:
        """The currency of a region (ISO 3166), None for none."""
        return None if region is None else _own_currency(region)


@cache
def currencies(language: str) -> Currencies:
    """The currency look-up of a language. Raises UnknownLanguage."""
    return Currencies(vocabulary(language))


@cache
def _own_currency(region: str) -> str | None:
    try:
        own = get_territory_currencies(region)
    except (LookupError, ValueError):
        return None
    return own[-1] if own else None


def _same_nation(said: str, adjective: str) -> bool:
    if not adjective:
        return False
    common = 0
    for one, other in zip(said, adjective, strict=False):
        if one != other:
            break
        common += 1
    if common >= 4 and common >= min(len(said), len(adjective)) - 3:
        return True
    return len(said) >= 5 and fuzz.ratio(said, adjective) >= 85


def _inside_word(text: str, at: int) -> bool:
    return at > 0 and text[at].isalpha() and text[at - 1].isalpha()
