"""Ranges and bounds: which numbers of a message belong together, and what limits them.

    "between 5 and 10", "od 5 do 10", "10–20"      -> 5..10
    "at least 50", "50+", "yli 50", "do 500"       -> 50.., 50.., over 50, ..500
    "around 50", "50ish", "50 lub coś koło tego"   -> 50

Works on items, which are numbers with whatever unit stands around them, so that
"between $10 and $20" is seen as well as "10-20 people".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from parsing.fold import fold_text
from parsing.lexicon import load
from parsing.number_read import Number
from parsing.number_words import grammar

_WINDOW = 40  # characters before and after an item in which its bound words are looked for


@dataclass(frozen=True, slots=True)
class Item:
    """A number with its unit, as a half-open span of the folded text."""

    number: Number
    start: int
    end: int

    @property
    def value(self) -> Decimal:
        return self.number.value


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number or a range, in folded offsets (bound words included).

    `low`/`high` are None on an open side; `low_open`: more than, not at least. `first` and
    `last` are the positions of its items.
    """

    low: Decimal | None
    high: Decimal | None
    start: int
    end: int
    first: int
    last: int
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    before: re.Pattern[str]
    after: re.Pattern[str]
    opener: re.Pattern[str]
    closer: re.Pattern[str] | None
    middle: frozenset[str]
    middle_of_between: frozenset[str]
    sides: dict[str, str]


def quantities(text: str, items: Sequence[Item], *, language: str) -> list[Quantity]:
    """The quantities that the items (in order, not overlapping) of a folded text make up."""
    words = _words(language)
    found: list[Quantity] = []
    at = 0
    while at < len(items):
        paired = at + 1 < len(items) and _is_range(text, items, at, words, language)
        if paired:
            low, high = share_scale(items[at].number, items[at + 1].number)
            paired = 0 <= low < high
        if paired:
            found.append(_range(text, items, at, low, high, words))
            at += 2
        else:
            found.append(_bounded(text, items, at, words))
            at += 1
    return found


def opens_range(text: str, at: int, *, language: str) -> bool:
    """Whether "between" or its like stands right before a place of a folded text."""
    return _words(language).opener.search(text[max(0, at - _WINDOW) : at]) is not None


def share_scale(low: Number, high: Number) -> tuple[Decimal, Decimal]:
    """Both ends of a range; "10-15k" and "10k-15" mean thousands twice."""
    first, second = low.value, high.value
    if high.scale and not low.scale and first <= second / high.scale:
        first *= high.scale
    elif low.scale and not high.scale and second < low.scale and second > first / low.scale:
        second *= low.scale
    return first, second


def _is_range(text: str, items: Sequence[Item], at: int, words: _Words, language: str) -> bool:
    gap = text[items[at].end : items[at + 1].start]
    if len(gap) > _WINDOW:
        return False
    middle = gap.strip(" ").rstrip("-") or gap.strip(" ")
    if middle.strip() in words.middle:
        return True
    if _ends_say_range(text, items[at], items[at + 1], language):
        return True
    if middle.strip() not in words.middle_of_between:
        return False
    if words.opener.search(_before(text, items, at)):
        return True
    behind = text[items[at + 1].end : items[at + 1].end + _WINDOW]
    return words.closer is not None and words.closer.match(behind) is not None


def _ends_say_range(text: str, low: Item, high: Item, language: str) -> bool:
    """Finnish says "from" and "to" by endings, on the number or its unit."""
    before = text[low.start : high.start].rstrip(" ")
    behind = text[high.start : high.end + _WINDOW].split(" ")[:2]
    rules = grammar(language)
    return any(rules.parts_of_a_range(before, word) for word in behind)


def _range(
    text: str, items: Sequence[Item], at: int, low: Decimal, high: Decimal, words: _Words
) -> Quantity:
    before = _before(text, items, at)
    opener = words.opener.search(before)
    start = items[at].start - (len(before) - opener.start() if opener else 0)
    return Quantity(low, high, start, items[at + 1].end, at, at + 1)


def _bounded(text: str, items: Sequence[Item], at: int, words: _Words) -> Quantity:
    item = items[at]
    side, start = _side_before(text, items, at, words)
    end = item.end
    limit = items[at + 1].start if at + 1 < len(items) else len(text)
    behind = words.after.match(text[end : min(limit, end + _WINDOW)])
    if behind is not None and side is None:
        side = words.sides[behind["word"]]
        end += behind.end()
    value = item.value
    if side in ("at_least", "more_than", "or_more"):
        return Quantity(value, None, start, end, at, at, low_open=side == "more_than")
    if side in ("at_most", "less_than", "or_less"):
        return Quantity(None, value, start, end, at, at, high_open=side == "less_than")
    return Quantity(value, value, start, end, at, at)


def _side_before(
    text: str, items: Sequence[Item], at: int, words: _Words
) -> tuple[str | None, int]:
    """The bound said before an item, "about" skipped, and where its words start."""
    before = _before(text, items, at)
    start = items[at].start
    for _ in range(3):
        match = words.before.search(before)
        if match is None:
            return None, start
        start -= len(before) - match.start()
        before = before[: match.start()]
        side = words.sides[match["word"]]
        if side != "about":
            return side, start
    return None, start


def _before(text: str, items: Sequence[Item], at: int) -> str:
    limit = items[at - 1].end if at else 0
    return text[max(limit, items[at].start - _WINDOW) : items[at].start]


@cache
def _words(language: str) -> _Words:
    entries = load(language, "bounds")
    before_keys = ("at_least", "more_than", "at_most", "less_than", "about")
    after_keys = ("or_more", "or_less", "about_after")
    sides: dict[str, str] = {}
    before = [_note(sides, form, key) for key in before_keys for form in entries[key]]
    after = [_note(sides, form, key) for key in after_keys for form in entries[key]]
    glue = ""
    if prefixed := entries.get("prefixed"):
        before += [_note(sides, form, side) for form, side in prefixed.items() if side]
        glue = f"[{''.join(prefixed)}]?"
    opener = _alternatives(entries["between"])
    closer = entries.get("closing_between")
    taxes = _alternatives(entries["tax"])
    return _Words(
        before=re.compile(rf"(?<!\w)(?P<word>{_alternatives(before)})[.:]? *{glue}-? *$"),
        after=re.compile(
            rf"(?:[ ,(]*|-)(?P<word>{_alternatives(after)})(?!\w)(?! *(?:{taxes})(?!\w))"
        ),
        opener=re.compile(rf"(?<!\w)(?:{opener})[.:]? *-? *$"),
        closer=re.compile(rf" *(?:{_alternatives(closer)})(?!\w)") if closer else None,
        middle=frozenset(fold_text(form) for form in entries["middle"]),
        middle_of_between=frozenset(fold_text(form) for form in entries["middle_of_between"]),
        sides=sides,
    )


def _note(sides: dict[str, str], form: str, key: str) -> str:
    folded = fold_text(form)
    sides.setdefault(folded, key)
    return folded


def _alternatives(forms: Sequence[str]) -> str:
    return "|".join(
        re.escape(form) for form in sorted({fold_text(f) for f in forms}, key=len)[::-1]
    )
