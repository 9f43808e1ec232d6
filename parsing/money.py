"""Budgets: amounts and ranges with their currency and what they are paid per.

"10-15k euros", "od 5 do 10 tysięcy złotych"    -> 10000..15000 EUR, 5000..10000 PLN
"do 500 evrov na mesec", "enintään 500 €/kk"    -> ..500 EUR per month
"20"                                            -> Unclear: 20 or 20,000
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal

from parsing.currency import Currencies, currencies
from parsing.currency_words import Unit
from parsing.fold import Folded, fold, fold_text
from parsing.lexicon import load
from parsing.money_amounts import Amount, amounts_in
from parsing.number import scan
from parsing.number_bounds import Quantity, quantities
from parsing.phrase import phrases
from parsing.values import Money, Parsed, Unclear

LARGEST = Decimal(10) ** 12  # a budget above is a slip of the keyboard
SMALLEST_BARE = 1000  # below, a bare number may mean thousands
_NEAR = 30  # characters
_LONGEST_ALONE, _FEW_WORDS = 60, 5  # of a message that names a currency and nothing else
_HEDGED = 0.8  # "not sure, maybe 15k"
_NAMED = 0.9  # a currency is named
_ASIDE = 0.6  # "for the first phase they gave us 15k": money where money was asked for
_BREAK = re.compile(r"[,;.!?\n](?=\s)|\n| - ")
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_FOLLOWING_WORD = re.compile(r" *[^\W\d_]")
Period = Literal["hour", "day", "week", "month", "year"]


def parse(
    text: str, *, language: str, region: str | None = None
) -> Parsed[Money] | Unclear[Money] | None:
    """The amount or range that the message says.

    `region` (ISO 3166) tells which dollar, krone or pound is meant; without it the best
    known one. A bare number below a thousand is Unclear "unit". Confidence 0.9 and more
    when a currency or the budget is named.
    """
    folded = fold(text)
    words, known = _words(language), currencies(language)
    amounts = amounts_in(folded, known, language=language)
    if not amounts:
        return None
    items = [amount.item for amount in amounts]
    apart = _named_apart(folded, known, amounts)
    around = _around(folded.text, words, apart)
    readings = [
        reading
        for quantity in quantities(folded.text, items, language=language)
        if (reading := _judge(folded.text, quantity, amounts, around)) is not None
    ]
    if not readings:
        return None
    best = max(readings, key=lambda reading: reading.confidence)
    unit = best.unit
    code = known.in_region(unit, region) if unit is not None else None
    if unit is None:
        code = _slang(folded.text, best.quantity, known, region)
    if unit is None and code is None and len(set(apart.values())) == 1:
        code = known.in_region(next(iter(apart.values())), region)
        best = replace(best, confidence=_NAMED)
    return _checked(folded, best, code, words)


def _named_apart(folded: Folded, known: Currencies, amounts: list[Amount]) -> dict[int, Unit]:
    """Where a short message names currencies beside its amounts: "500 a month tops, pounds"."""
    if len(folded.text) > _LONGEST_ALONE or any(amount.unit is not None for amount in amounts):
        return {}
    found: dict[int, Unit] = {}
    for match in _WORD.finditer(folded.text):
        start, end = match.span()
        if len(match[0]) > 1:
            unit = known.named(match[0], folded.raw[slice(*folded.raw_span(start, end))])
            if unit is not None:
                found[start] = unit
    return found


def _slang(text: str, quantity: Quantity, known: Currencies, region: str | None) -> str | None:
    """ "5 jurjev" are euros; "a grand" is a thousand of the region's own money."""
    for word in text[quantity.start : quantity.end].split():
        code = known.words.slang.get(word)
        if code is not None:
            return code or known.own(region)
    return None


def currency_alone(text: str, *, language: str, region: str | None = None) -> str | None:
    """The ISO 4217 code of the currency that a few words name without an amount ("pounds, I
    mean"); None for a longer message, a number, or more than one currency."""
    if len(text) > _LONGEST_ALONE:
        return None
    folded = fold(text)
    said = [match.span() for match in _WORD.finditer(folded.text)]
    if len(said) > _FEW_WORDS or scan(folded, language=language):
        return None
    known = currencies(language)
    units = [known.named(folded.text[start:end], text[start:end]) for start, end in said]
    codes = {known.in_region(unit, region) for unit in units if unit is not None}
    return codes.pop() if len(codes) == 1 else None


@dataclass(frozen=True, slots=True)
class _Reading:
    quantity: Quantity
    unit: Unit | None
    confidence: float
    scaled: bool


@dataclass(frozen=True, slots=True)
class _Words:
    per_anywhere: re.Pattern[str]
    per_after: re.Pattern[str]
    or_less: re.Pattern[str]
    or_more: re.Pattern[str]
    per: tuple[tuple[re.Pattern[str], Period], ...]
    budget: re.Pattern[str]
    filler: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Around:
    """Where a message speaks of a budget, and where of anything else, in folded offsets."""

    budget: list[int]
    foreign: list[int]

    def only_filler(self, start: int, end: int, *, within: tuple[int, int] | None = None) -> bool:
        """Nothing but filler outside a span, in the message or a part of it."""
        first, last = within or (0, max(self.foreign, default=0) + 1)
        return self._count(start, end) == self._count(first, last)

    def _count(self, start: int, end: int) -> int:
        return bisect_left(self.foreign, end) - bisect_left(self.foreign, start)

    def budget_before(self, at: int) -> bool:
        place = bisect_left(self.budget, at)
        return place > 0 and at - self.budget[place - 1] <= _NEAR


def _around(text: str, words: _Words, currencies_named: Collection[int]) -> _Around:
    budget = [match.start() for match in words.budget.finditer(text)]
    periods = {at for match in words.per_anywhere.finditer(text) for at in range(*match.span())}
    named = {*budget, *currencies_named}
    foreign = [
        match.start()
        for match in _WORD.finditer(text)
        if match[0] not in words.filler
        and match.start() not in named
        and match.start() not in periods
    ]
    return _Around(budget, foreign)


def _judge(
    text: str, quantity: Quantity, amounts: list[Amount], around: _Around
) -> _Reading | None:
    first, last = amounts[quantity.first], amounts[quantity.last]
    unit = last.unit or first.unit
    numbers = (first.item.number, last.item.number)
    scaled = any(number.scale for number in numbers)
    if unit is not None:
        return _Reading(quantity, unit, 0.95, scaled)
    if any(number.confidence < 0.9 for number in numbers) and not scaled:
        return None
    if around.only_filler(quantity.start, quantity.end):
        return _Reading(quantity, None, 0.9 if around.budget else 0.85, scaled)
    if scaled and around.only_filler(quantity.start, quantity.end, within=_clause(text, quantity)):
        return _Reading(quantity, None, _HEDGED, scaled)
    word_follows = _FOLLOWING_WORD.match(text, quantity.end) is not None
    if around.budget_before(quantity.start) and (scaled or not word_follows):
        return _Reading(quantity, None, 0.9, scaled)
    if scaled and not word_follows:
        return _Reading(quantity, None, _ASIDE, scaled)
    return None


def _clause(text: str, quantity: Quantity) -> tuple[int, int]:
    """The part of the message between commas and the like that holds the amount."""
    ends = [0, *(match.end() for match in _BREAK.finditer(text)), len(text) + 1]
    at = bisect_right(ends, quantity.start)
    behind = bisect_left(ends, quantity.end)
    return ends[at - 1], ends[min(behind, len(ends) - 1)]


def _checked(
    folded: Folded, reading: _Reading, code: str | None, words: _Words
) -> Parsed[Money] | Unclear[Money]:
    quantity = _bounded_behind(folded.text, reading.quantity, words)
    start, end = folded.raw_span(quantity.start, quantity.end)
    per = _per(folded.text, quantity.end, words)
    value = Money(quantity.low, quantity.high, code, per)
    parsed = Parsed(value, start, end, reading.confidence)
    ends = [end for end in (quantity.low, quantity.high) if end is not None]
    if min(ends) < 0:
        return Unclear((), "negative")
    if max(ends) > LARGEST:
        return Unclear((parsed,), "too_large")
    bare = code is None and reading.unit is None and not reading.scaled and per is None
    if bare and 0 < max(ends) < SMALLEST_BARE:
        thousands = replace(
            value,
            min=None if value.min is None else value.min * 1000,
            max=None if value.max is None else value.max * 1000,
        )
        return Unclear((parsed, replace(parsed, value=thousands)), "unit")
    return parsed


def _bounded_behind(text: str, quantity: Quantity, words: _Words) -> Quantity:
    """The amount with the bound that stands behind its period: "500 a month tops"."""
    period = words.per_after.match(text, quantity.end)
    if period is None or quantity.low is None or quantity.low != quantity.high:
        return quantity
    if words.or_less.match(text, period.end()):
        return replace(quantity, low=None)
    return replace(quantity, high=None) if words.or_more.match(text, period.end()) else quantity


def _per(text: str, at: int, words: _Words) -> Period | None:
    if words.per_after.match(text, at):
        for pattern, period in words.per:
            if pattern.match(text, at):
                return period
    found = [period for pattern, period in words.per if pattern.search(text)]
    return found[0] if len(found) == 1 else None


@cache
def _words(language: str) -> _Words:
    entries, bounds = load(language, "money"), load(language, "bounds")
    per: list[tuple[re.Pattern[str], Period]] = []
    every: list[str] = []
    for period in ("hour", "day", "week", "month", "year"):
        forms = [fold_text(form) for form in entries["per"][period]]
        every += forms
        per.append((re.compile(_per_pattern(forms)), period))
    stems = "|".join(
        re.escape(fold_text(form)).replace(r"\*", r"\w*") for form in entries["budget"]
    )
    filler = {word for form in entries["filler"] for word in fold_text(form).split(" ")}
    for key in ("at_least", "more_than", "at_most", "less_than", "about", "or_more", "or_less"):
        filler |= {word for form in bounds[key] for word in fold_text(form).split(" ")}
    return _Words(
        per_anywhere=re.compile(_per_pattern(every)),
        per_after=re.compile(_per_pattern(every)),
        or_less=re.compile(rf"[ ,]*{phrases(bounds['or_less'])}"),
        or_more=re.compile(rf"[ ,]*{phrases(bounds['or_more'])}"),
        per=tuple(per),
        budget=re.compile(rf"(?<!\w)(?:{stems})(?!\w)"),
        filler=frozenset(filler),
    )


def _per_pattern(forms: list[str]) -> str:
    signs = [re.escape(form) for form in forms if form.startswith("/")]
    words = phrases(form for form in forms if not form.startswith("/"))
    return rf"[ ,(]*(?:(?: ?(?:{'|'.join(signs) or '(?!)'}))(?!\w)|{words})"
