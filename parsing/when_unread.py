"""What speaks of a time beside what was read, and was not read: then the reading is a guess.

"Friday 2028" and "orthodox great Friday 2020" name a year that the next Friday is not in:
half understood is worse than asked again.
"""

from itertools import pairwise

from parsing.when_marks import Marks
from parsing.when_phrase import Phrase

_FIRST_YEAR, _LAST_YEAR, _DIGITS = 1900, 2199, 4
_BETWEEN = ("on", "the", "of", "year_word", "fill")
_COUNTED = ("weekend", "week", "month", "quarter", "year")


def unread(marks: Marks, phrases: tuple[Phrase, ...]) -> bool:
    """Whether a year, or a week or month that an ordinal counts, stands unread at a phrase,
    or one phrase is said to be of the next and they could not be put together."""
    if any(_of_next(marks, *pair) for pair in pairwise(phrases)):
        return True
    taken = {at for phrase in phrases for at in range(phrase.start, phrase.end)}
    return any(
        at not in taken and (_year(marks, at) or _counted(marks, at)) and _beside(marks, at, taken)
        for at in range(len(marks))
    )


def _of_next(marks: Marks, one: Phrase, other: Phrase) -> bool:
    """ "the last weekend — of March", read as two wishes."""
    if not (one.only_days and other.only_days) or other.start < one.end:
        return False
    between = range(one.end, other.start + 1)
    linked = any(marks.has(at, "of") and not marks.has(at, "from") for at in between)
    return linked and all(marks.has(at, "of", "the", "on") for at in range(one.end, other.start))


def _year(marks: Marks, at: int) -> bool:
    if not marks.has(at, "int") or marks.has(at + 1, "unit", "currency"):
        return False
    value, digits = marks.get(at, "int")[:2]
    following = marks[at + 1]
    counts = following.text[:1].isalpha() and not following.known  # "2000 euros"
    return digits == _DIGITS and _FIRST_YEAR <= value <= _LAST_YEAR and not counts


def _counted(marks: Marks, at: int) -> bool:
    counted = marks.get(at, "unit") in _COUNTED or marks.has(at, "week_of")
    return at > 0 and counted and marks.has(at - 1, "ordinal")


def _beside(marks: Marks, at: int, taken: set[int]) -> bool:
    """Whether only small words stand between it and a phrase that was read."""
    for step in (-1, 1):
        place = at + step
        while 0 <= place < len(marks) and place not in taken and marks.has(place, *_BETWEEN):
            place += step
        if place in taken:
            return True
    return False
