"""The currency words of a language: names and nations from CLDR, common names from the lexicon."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from babel.core import get_global
from babel.numbers import get_currency_name

from parsing.fold import fold_text
from parsing.lexicon import load

_COUNTS = (None, 1, 2, 3, 5)  # between them they meet every plural form of the six languages
_ENDING = 4  # letters that a stem may gain by inflection
_PARTS = (("hundredths", "0.01"), ("thousands_of", "1000"), ("millions_of", "1000000"))
Nations = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Unit:
    """A currency (None: unknown, as of a bare "cents") times `factor`.

    `hundredth` is true for cents and their kin; `generic` for words that several nations
    share ("dollar", "kr", "£"): which one is meant depends on where the visitor is.
    """

    code: str | None
    factor: Decimal = Decimal(1)
    hundredth: bool = False
    generic: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Compiled; keys are folded. `names`: letters of a CLDR name -> code; `nations`: family ->
    (adjective, code); `slang`: a number word that implies a currency ("" the region's own);
    `shared`: a generic code -> those it may stand for besides what CLDR tells."""

    forms: Mapping[str, Unit]
    stems: Mapping[str, str]
    names: Mapping[str, str]
    nations: Nations
    signs: Mapping[str, Unit]
    codes: frozenset[str]
    lower_codes: frozenset[str]
    multiples: Mapping[str, Decimal]
    slang: Mapping[str, str]
    shared: Mapping[str, frozenset[str]]

    def family(self, word: str) -> str | None:
        """The family ("USD" for dollars of any nation) of a single word."""
        found = self.forms.get(word)
        if found is not None and not found.hundredth and found.factor == 1:
            return found.code
        for length in range(len(word), 2, -1):
            if len(word) - length > _ENDING:
                return None
            family = self.stems.get(word[:length])
            if family is not None:
                return family
        return None


@cache
def vocabulary(language: str) -> Vocabulary:
    """The currency words of a language. Raises UnknownLanguage."""
    entries, english = load(language, "money"), load("en", "money")
    codes = _codes()
    words: dict[str, Any] = {
        "forms": dict(_forms(entries)),
        "stems": {
            fold_text(word[:-1]): code
            for code, word in _each(entries, "families")
            if word[-1] == "*"
        },
        "signs": _signs(english),
        "codes": codes | {"NIS"},
        "lower_codes": frozenset(english["lower_codes"]),
        "multiples": {letter: Decimal(1000) for letter in english["thousands"]}
        | {letter: Decimal(10) ** 6 for letter in english["millions"]},
        "shared": {code: frozenset(others) for code, others in english["shared"].items()},
        "slang": {fold_text(word): code for code, word in _each(entries, "slang")},
    }
    known = Vocabulary(names={}, nations={}, **words)
    names, nations = _from_cldr(language, known, codes)
    return Vocabulary(names=names, nations=nations, **words)


def known_code(family: str) -> str | None:
    """The currency of a family; those that no single one stands for ("dinars") have long names."""
    return family if len(family) == 3 else None


def letters_of(phrase: str) -> str:
    """Only the letters, so that hyphens and spaces in names do not matter."""
    return "".join(letter for letter in phrase if letter.isalpha())


def _forms(entries: Mapping[str, Any]) -> Iterator[tuple[str, Unit]]:
    for key, factor in _PARTS:
        for code, word in _each(entries, key):
            yield fold_text(word), Unit(code or None, Decimal(factor), key == "hundredths")
    for word, (code, value) in entries.get("fixed", {}).items():
        yield fold_text(word), Unit(code, Decimal(value))
    for code, word in _each(entries, "families"):
        if word[-1] != "*":
            yield fold_text(word), Unit(known_code(code), generic=True)


def _signs(english: Mapping[str, Any]) -> dict[str, Unit]:
    signs = {
        fold_text(sign): Unit(code, generic=len(sign) == 1)
        for sign, code in english["symbols"].items()
    }
    cent = Unit(None, Decimal("0.01"), hundredth=True)
    return signs | {fold_text(sign): cent for sign in english["hundredth_signs"]}


def _each(entries: Mapping[str, Any], key: str) -> Iterator[tuple[str, str]]:
    for code, words in entries.get(key, {}).items():
        for word in words:
            yield code, word


def _from_cldr(
    language: str, known: Vocabulary, codes: frozenset[str]
) -> tuple[dict[str, str], Nations]:
    names: dict[str, str] = {}
    nations: dict[str, dict[str, str]] = {}
    for code in sorted(codes):
        for count in _COUNTS:
            name = fold_text(get_currency_name(code, count=count, locale=language))
            if name == code.lower():
                continue
            names.setdefault(letters_of(name), code)
            words = name.replace("-", " ").split(" ")
            families = [known.family(word) for word in words]
            family = next((family for family in families if family), None)
            if family is not None and len(words) > 1:
                others = [word for word, one in zip(words, families, strict=True) if one is None]
                nations.setdefault(family, {}).setdefault(letters_of("".join(others)), code)
    return names, {family: tuple(found.items()) for family, found in nations.items()}


def _codes() -> frozenset[str]:
    """The currencies that are legal tender somewhere today."""
    current: set[str] = set()
    for uses in get_global("territory_currencies").values():
        current |= {code for code, _, end, tender in uses if end is None and tender}
    return frozenset(current)
