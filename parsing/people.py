"""Head counts: how many people work there, exactly, about, or between what.

    "we're about 25, mostly in Oslo"     -> 25..25
    "just me", "ja i dwóch innych"       -> 1..1, 3..3
    "50+", "less than ten", "10–20"      -> 50.., 1..9, 10..20

Money, lengths of time, telephone numbers and counts of other things are not people. Out of range is asked
back, never taken: "minus 5" and "0" are Unclear "negative", millions Unclear "too_large".
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from parsing.fold import Folded, fold, fold_text
from parsing.lexicon import load
from parsing.number import Number, scan
from parsing.number_bounds import Item, Quantity, quantities
from parsing.people_compound import compounds
from parsing.phrase import phrases, stems
from parsing.values import Parsed, People, Unclear

LARGEST = 5_000_000  # the largest employers of the world have two to three million
_NEAR = 40  # characters around a number in which its noun is looked for
_OF_SOMETHING = 0.6  # a count of what the lexicon does not know: people where they were asked for
_DIALLED = re.compile(r"(?<![\w.])(?:\+|0)\d{1,4}(?:[ ()./-]{0,2}\d{2,4}){2,5}(?!\d)")
_NEXT_WORD = re.compile(r" {1,3}([^\W\d_]{4,})")


def parse(text: str, *, language: str) -> Parsed[People] | Unclear[People] | None:
    """The head count that the message says, both ends included.

    Confidence 0.9 and more when people are named ("25 employees", "we are 25"), less for
    a bare number.
    """
    folded = fold(text)
    words = _words(language)
    numbers = [_whole(number) for number in scan(folded, language=language) if not number.glued]
    numbers = sorted(numbers + compounds(folded.text, language=language), key=lambda one: one.start)
    dialled = [match.span() for match in _DIALLED.finditer(folded.text)]
    items = [
        Item(number, number.start, number.end)
        for number in numbers
        if _counts(number, folded.text, words)
        and not any(start <= number.start < end for start, end in dialled)
    ]
    found = [
        _Reading(quantity, *_judge(folded.text, quantity, items, words))
        for quantity in quantities(folded.text, items, language=language)
    ]
    fitting = [reading for reading in found if reading.confidence > 0]
    if alone := _without_number(folded, words, any_number=bool(fitting)):
        return alone
    if not fitting:
        return None
    best = max(fitting, key=lambda reading: (reading.total, reading.confidence))
    return _checked(folded, _added_up(folded.text, best, fitting, words))


@dataclass(frozen=True, slots=True)
class _Reading:
    quantity: Quantity
    confidence: float
    total: bool
    more: int  # people to add: "me and two others", "six plus the boss"


@dataclass(frozen=True, slots=True)
class _Words:
    noun_next: re.Pattern[str]
    noun_after: re.Pattern[str]
    noun_before: re.Pattern[str]
    other: re.Pattern[str]
    opener: re.Pattern[str]
    closer: re.Pattern[str]
    goes_on: re.Pattern[str]
    total: re.Pattern[str]
    self_and: re.Pattern[str]
    and_one: re.Pattern[str]
    joined: re.Pattern[str]
    added: re.Pattern[str]
    plural_alone: frozenset[str]
    fixed: tuple[tuple[re.Pattern[str], People], ...]


def _whole(number: Number) -> Number:
    """Nobody has 1.2 employees: the separator groups thousands."""
    if not number.whole and number.other is not None and number.other == int(number.other):
        return replace(number, value=number.other)
    return number


def _counts(number: Number, text: str, words: _Words) -> bool:
    if not number.whole:
        return False
    if text[number.start : number.end] in words.plural_alone:
        return False
    before = text[max(0, number.start - 2) : number.start].rstrip(" ")
    if before.endswith(("$", "€", "£", "₪", "#")):
        return False
    behind = text[number.end : number.end + _NEAR]
    return words.noun_next.match(behind) is not None or words.other.match(behind) is None


def _judge(
    text: str, quantity: Quantity, items: list[Item], words: _Words
) -> tuple[float, bool, int]:
    """How surely a quantity counts people, whether it is the total, and who comes on top."""
    before = text[max(0, quantity.start - _NEAR) : quantity.start]
    following = items[quantity.last + 1].start if quantity.last + 1 < len(items) else len(text)
    after = text[quantity.end : min(following, quantity.end + _NEAR)]
    more = int(words.self_and.search(before) is not None)
    more += int(words.and_one.search(after) is not None)
    total = bool(words.total.search(before) or words.total.match(after.lstrip(" ,")))
    weak = all(item.number.confidence < 0.9 for item in items[quantity.first : quantity.last + 1])
    if words.noun_after.match(after) or words.noun_before.search(before) or more:
        return (0.7 if weak and not more else 0.95), total, more  # "snakke med et menneske"
    if words.opener.search(before) or words.closer.match(after.lstrip(" ,")):
        if weak and words.closer.match(after.lstrip(" ,")) is None and after.strip(" .!?,"):
            return 0.0, total, more  # "vi er en liten bedrift"
        named = words.closer.match(after.lstrip(" ,")) is None and _names_what(after, words)
        return (_OF_SOMETHING if named else 0.9), total, more
    outside = (text[: quantity.start] + text[quantity.end :]).strip(" .!?,;:\n()+~")
    if not outside:
        return 0.85, total, more
    return (0.0 if weak else 0.5), total, more


def _names_what(after: str, words: _Words) -> bool:
    """Whether a word of its own says what is counted: "a chain with 4 clinics"."""
    word = _NEXT_WORD.match(after)
    return word is not None and words.goes_on.fullmatch(word[1]) is None


def _added_up(text: str, best: _Reading, fitting: list[_Reading], words: _Words) -> _Reading:
    """ "3 founders and 12 developers" are fifteen, "14 in the office plus 6 outside" twenty; of
    "40 people, 12 of them abroad" the first."""
    if best.total or best.confidence < 0.9:
        return best
    summed = best.quantity
    for reading in fitting[fitting.index(best) + 1 :]:
        one = reading.quantity
        exact = None not in (summed.low, one.low) and summed.low == summed.high
        between = text[summed.end : one.start]
        joined = words.joined if best.confidence >= 0.95 else words.added
        if not exact or one.low != one.high or not joined.search(between):
            break
        both = Decimal(summed.low or 0) + Decimal(one.low or 0)
        summed = replace(summed, low=both, high=both, end=one.end, last=one.last)
    if summed is best.quantity:
        return best
    return _Reading(summed, 0.9, total=False, more=best.more)


def _without_number(folded: Folded, words: _Words, *, any_number: bool) -> Parsed[People] | None:
    """ "just me" and the like."""
    for pattern, people in words.fixed:
        match = pattern.search(folded.text)
        if match is None or any_number:
            continue
        start, end = folded.raw_span(match.start(), match.end())
        length, said = len(folded.text.split()), len(match[0].split())
        whole = length == said or (said > 1 and length <= 6)
        return Parsed(people, start, end, 0.95 if whole else 0.6)
    return None


def _checked(folded: Folded, reading: _Reading) -> Parsed[People] | Unclear[People]:
    quantity = reading.quantity
    low, high = _ends(quantity, reading.more)
    start, end = folded.raw_span(quantity.start, quantity.end)
    ends = [end for end in (low, high) if end is not None]
    if min(ends) < 1 or (low is not None and high is not None and low > high):
        return Unclear((), "negative")
    parsed = Parsed(People(low, high), start, end, reading.confidence)
    if max(ends) > LARGEST:
        return Unclear((parsed,), "too_large")
    return parsed


def _ends(quantity: Quantity, more: int) -> tuple[int | None, int | None]:
    low = None if quantity.low is None else int(quantity.low) + quantity.low_open + more
    high = None if quantity.high is None else int(quantity.high) - quantity.high_open + more
    return (1 if low is None and high is not None and high >= 1 else low), high


@cache
def _words(language: str) -> _Words:
    entries: dict[str, Any] = dict(load(language, "people"))
    nouns = stems(entries["nouns"])
    fixed = [(entries["self"], People(1, 1))]
    fixed[:0] = [(entries["companion"], People(2, 2)), (entries["pair"], People(2, 2))]
    for ends, forms in entries.get("vague", {}).items():
        low, high = ends.split("-")
        fixed.append((forms, People(int(low), int(high))))
    return _Words(
        noun_next=re.compile(rf"[ -]*{nouns}"),
        noun_after=re.compile(rf"[ -]*(?:[^\W\d]+[ -]){{0,2}}{nouns}"),
        noun_before=re.compile(rf"(?<!\w){nouns}(?: [^\W\d]{{1,8}}){{0,2}} ?:? ?-?$"),
        other=re.compile(rf"[. ]*(?:[^\W\d]{{3,}} )?{stems(entries['not_people'])}"),
        opener=re.compile(rf"{phrases(entries['openers'])}[ :]*[א-ת]?-?$"),
        closer=re.compile(rf" *{phrases(entries['closers'])}"),
        goes_on=re.compile(phrases(entries["goes_on"])),
        total=re.compile(phrases(entries["total"])),
        self_and=re.compile(rf"(?<!\w)(?:{'|'.join(_literal(entries['self_and']))}) *-?$"),
        and_one=re.compile(rf"(?<!\w){phrases(entries['and_one'])}"),
        joined=re.compile(rf" (?:{'|'.join(_literal(entries['adds']))}) ?-?$"),
        added=re.compile(rf" (?:{'|'.join(_literal(entries['plus']))}) ?-?$"),
        plural_alone=frozenset(fold_text(form) for form in entries["plural_alone"]),
        fixed=tuple((re.compile(phrases(forms)), people) for forms, people in fixed),
    )


def _literal(forms: list[str]) -> list[str]:
    return [re.escape(fold_text(form)) for form in sorted(forms, key=len, reverse=True)]
