"""Telephone numbers in the many ways people write them, to E.164.

    "040/123-456" (sl)                  -> +38640123456
    "tlf. +47 91 23 45 67"              -> +4791234567
    "00386 40 123 456"                  -> +38640123456

"Possible" is enough (strict plans refuse real numbers), but a number that no plan knows
is less sure. Tax numbers, accounts, dates and amounts of money are not telephones.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

import phonenumbers
from phonenumbers import PhoneNumberFormat

from parsing.fold import fold
from parsing.lexicon import load
from parsing.phrase import phrases, stems
from parsing.values import Parsed, Phone, Unclear

MOST_RUNS = 20  # runs of digits looked at in one message
_FEWEST, _MOST = 7, 15  # digits (E.164; below seven are short codes)
_FEWEST_DIALLED = 9  # digits, of a number of which the trunk prefix 0 is one
_WITHOUT_TRUNK = ("PL", "NO", "DK", "ES", "CZ")  # numbers have no trunk prefix
_HOME = {"sl": "SI", "he": "IL", "fi": "FI", "nb": "NO", "pl": "PL"}
_ENGLISH = ("US", "GB", "IE", "CA", "AU", "NZ", "IN", "ZA")  # asked about when nothing tells
_RUN = re.compile(r"(?<![\w@.])[+(]?\d(?:[ ()./-]{0,6}\d){5,24}(?![\d@])")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{1,2}([./-]) ?\d{1,2}\1 ?(?:19|20)\d\d(?!\d)")
_MONEY = re.compile(r" ?(?:€|\$|£|₪|%|eur|usd|nok|pln|kr|zl|evro|euro|dol|shek|שקל|ש\"ח)")
_LABEL_REACH = 40  # characters


def parse(
    text: str, *, language: str, region: str | None = None
) -> Parsed[Phone] | Unclear[Phone] | None:
    """The telephone number of a message.

    `region` (ISO 3166) reads numbers without a country code; without it the language's
    own country. Where nothing tells the country (English), the answer is Unclear
    "country" with what the number would be in the likeliest ones.
    """
    folded = fold(text)
    words = _words(language)
    read: list[tuple[_Run, list[tuple[str, bool]]]] = []
    for run in _runs(folded.text, words):
        numbers = _numbers(run.digits, language, region)
        if numbers:
            read.append((run, numbers))
    read = [one for one in read if _worth(*one)]
    if not read:
        return None
    run, numbers = max(read, key=lambda one: (one[0].labelled, one[1][0][1]))
    start, end = folded.raw_span(run.start, run.end)
    home = region or _HOME.get(language)
    found = [
        Parsed(Phone(value), start, end, _confidence(run, valid, home=home))
        for value, valid in numbers
    ]
    sure = run.international or home is not None
    return found[0] if sure else Unclear(tuple(found[:3]), "country")


@dataclass(frozen=True, slots=True)
class _Run:
    digits: str  # with "+" where one was written
    start: int
    end: int
    labelled: bool
    alone: bool

    @property
    def international(self) -> bool:
        return self.digits.startswith("+")


@dataclass(frozen=True, slots=True)
class _Words:
    label: re.Pattern[str]
    other: re.Pattern[str]


def _runs(text: str, words: _Words) -> list[_Run]:
    """Runs of digits that may be telephone numbers, in order."""
    found: list[_Run] = []
    for match in islice(_RUN.finditer(text), MOST_RUNS):
        start, end = match.span()
        digits = "".join(letter for letter in match[0] if letter.isdigit())
        if not _FEWEST <= len(digits.removeprefix("00")) <= _MOST or _DATE.match(text, start):
            continue
        before = text[max(0, start - _LABEL_REACH) : start]
        labelled = _nearest(before, words)
        if labelled is None and words.other.match(text[end : end + 20].lstrip(" (")):
            labelled = False
        if labelled is False or _MONEY.match(text, end) or before.rstrip().endswith(tuple("€$£₪")):
            continue
        if match[0].startswith("+") or match[0].startswith("(+"):
            digits = "+" + digits
        elif match[0].startswith("00"):
            digits = "+" + digits.removeprefix("00")
        elif before.endswith("("):
            start -= 1
        alone = not (text[:start] + text[end:]).strip(" .,!()+\n")
        found.append(_Run(digits, start, end, bool(labelled), alone))
    return found


def _nearest(before: str, words: _Words) -> bool | None:
    """True behind a telephone's label, False behind another number's, None behind neither."""
    phone = max((match.end() for match in words.label.finditer(before)), default=-1)
    other = max((match.end() for match in words.other.finditer(before)), default=-1)
    if phone == other == -1:
        return None
    return phone > other


def _numbers(digits: str, language: str, region: str | None) -> list[tuple[str, bool]]:
    """E.164 and whether a numbering plan knows it, valid ones first."""
    if digits.startswith("+"):
        return _in_region(digits, None)
    home = _HOME.get(language)
    regions = [one for one in (region, home) if one] or list(_ENGLISH)
    found = [number for one in dict.fromkeys(regions) for number in _in_region(digits, one)]
    return sorted(dict.fromkeys(found), key=lambda number: not number[1])


def _in_region(digits: str, region: str | None) -> list[tuple[str, bool]]:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return []
    if not phonenumbers.is_possible_number(number):
        return []
    value = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return [(value, phonenumbers.is_valid_number(number))]


def _worth(run: _Run, numbers: list[tuple[str, bool]]) -> bool:
    """A number that no plan knows needs a label, a plus or a message of its own."""
    return numbers[0][1] or run.labelled or run.alone or run.international


def _confidence(run: _Run, valid: bool, *, home: str | None) -> float:
    if not valid:
        return 0.6
    if run.international or run.labelled:
        return 0.95
    dialled = run.digits.startswith("0") and len(run.digits) >= _FEWEST_DIALLED
    whole = home is not None and (dialled or home in _WITHOUT_TRUNK)
    return 0.9 if run.alone or whole else 0.7


@cache
def _words(language: str) -> _Words:
    entries, english = load(language, "contact"), load("en", "contact")
    return _Words(
        label=re.compile(rf"(?<!\w){stems([*entries['phone'], *english['phone']])}"),
        other=re.compile(phrases([*entries["not_phone"], *english["not_phone"]])),
    )
