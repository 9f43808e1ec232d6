"""Lengths of time in six languages: "an hour and a half", "30 minutt", "pół godziny", "שבועיים"."""

from decimal import Decimal

from parsing.fold import fold
from parsing.values import Parsed, Span
from parsing.when_marks import Marks, marks
from parsing.when_span import UNITS, Length, Unit, read_span
from parsing.when_words import words

_LONGEST = 10_000  # characters; what lies behind is not read
_SMALLER: dict[Unit, tuple[Unit, int]] = {
    "year": ("month", 12),
    "quarter": ("month", 3),
    "month": ("day", 30),
    "week": ("day", 7),
    "day": ("hour", 24),
    "hour": ("minute", 60),
    "minute": ("second", 60),
}
_SECONDS: dict[Unit, int] = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_592_000,
    "quarter": 7_776_000,
    "year": 31_536_000,
}


def parse(text: str, *, language: str) -> Parsed[Span] | None:
    """The first length of time of a message, None where it holds none.

    The value is in the largest unit that gives a whole number ("an hour and a half" is 90
    minutes; a month counts 30 days, a year 12 months). Raises UnknownLanguage.
    """
    folded = fold(text[:_LONGEST])
    row = marks(folded, words(language))
    for at in range(len(row)):
        if not row[at].known:
            continue
        read = read_span(row, at)
        if read is not None:
            length, end = read
            start, stop = folded.raw_span(row[at].start, row[end - 1].end)
            return Parsed(span(length), start, stop, _confidence(row, at, end))
    return None


def span(length: Length) -> Span:
    """The length as one number of one unit.

    Terms are added in the smallest unit said; a broken number goes down to the unit where
    it is whole.
    """
    if len(length.terms) == 1:
        value, unit = length.terms[0]
    else:
        value, unit = _added(length)
    while value % 1 and unit in _SMALLER:
        unit, factor = _SMALLER[unit][0], _SMALLER[unit][1]
        value *= factor
    whole = value.to_integral_value() if value % 1 == 0 else value
    return Span(whole, unit)


def _added(length: Length) -> tuple[Decimal, Unit]:
    unit = min((unit for _, unit in length.terms), key=UNITS.index)
    if unit in ("month", "quarter") and all(said in _IN_MONTHS for _, said in length.terms):
        return sum((n * _IN_MONTHS[said] for n, said in length.terms), Decimal(0)), "month"
    seconds = sum((count * _SECONDS[said] for count, said in length.terms), Decimal(0))
    return seconds / _SECONDS[unit], unit


_IN_MONTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "year": 12}


def _confidence(row: Marks, at: int, end: int) -> float:
    """A lone "2 m" may be metres; a length in a longer sentence may be about something else."""
    others = [
        place
        for place in range(len(row))
        if not at <= place < end and row[place].text[:1].isalpha() and not row[place].known
    ]
    return 1.0 if not others else 0.9 if len(others) <= 3 else 0.7
