"""Cardinals and decimals, in digits and in words, in six languages.

    "1 200", "1.200,50", "10k", "20 tisoč"      -> 1200, 1200.50, 10000, 20000
    "petindvajset", "fem og tyve", "ośmiu"      -> 25, 25, 8
    "półtora", "puolitoista", "חצי מיליון"       -> 1.5, 1.5, 500000

Times, dates, telephone numbers and ordinals are not numbers.
"""

from dataclasses import replace
from decimal import Decimal

from parsing.fold import fold
from parsing.number_read import MOST_NUMBERS, Number, scan
from parsing.number_words import Grammar, grammar
from parsing.values import Parsed

__all__ = ["MOST_NUMBERS", "Number", "parse", "scan", "spans"]


def parse(text: str, *, language: str) -> Parsed[Decimal] | None:
    """The number that the message says; of several the first, with less confidence."""
    folded = fold(text)
    found = [number for number in scan(folded, language=language) if not number.glued]
    if not found:
        return None
    whole = _elided(folded.text, found, grammar(language))
    if whole is not None:
        found = [whole]
    first = found[0]
    start, end = folded.raw_span(first.start, first.end)
    alone = not folded.text[: first.start].strip(" ") and not folded.text[first.end :].strip(" .!?")
    confidence = first.confidence * (1.0 if alone else 0.8 if len(found) == 1 else 0.5)
    return Parsed(first.value, start, end, confidence)


def spans(text: str, *, language: str) -> list[Number]:
    """Every number of a raw message in order, not overlapping, in raw offsets.

    Pure and linear. Raises UnknownLanguage.
    """
    folded = fold(text)
    found: list[Number] = []
    for number in scan(folded, language=language):
        start, end = folded.raw_span(number.start, number.end)
        if not found or start >= found[-1].end:  # "¼/": two numbers of one letter
            found.append(replace(number, start=start, end=end))
    return found


def _elided(text: str, found: list[Number], rules: Grammar) -> Number | None:
    """ "one twenty two" said as a whole message: 122."""
    if not rules.elision or len(found) != 2:
        return None
    hundreds, rest = found
    outside = text[: hundreds.start] + text[hundreds.end : rest.start] + text[rest.end :]
    if outside.strip(" ") or hundreds.digits or rest.digits:
        return None
    if not (1 <= hundreds.value <= 9 and 10 <= rest.value <= 99):
        return None
    return Number(hundreds.value * 100 + rest.value, hundreds.start, rest.end, confidence=0.9)
