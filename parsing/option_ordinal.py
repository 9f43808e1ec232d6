"""Which place of a list a message means: "the second one", "viimeinen", "2"."""

from parsing.fold import Folded, fold
from parsing.number import scan
from parsing.option_words import OptionWords, option_words, says_nothing
from parsing.values import Parsed

LONGEST = 1_000  # folded characters looked at


def parse_ordinal(text: str, *, language: str, count: int) -> Parsed[int] | None:
    """The place meant in a list of `count`, counted from 1; None where it has no such place.

    A bare number is a place only when it is the whole message. Confidence 0.95 for a
    message that is nothing else.
    """
    folded = fold(text[: 2 * LONGEST])
    said = folded.text[:LONGEST]
    grammar = option_words(language)
    for pattern, place in grammar.places:
        match = pattern.search(said)
        if match is None:
            continue
        at = _place(place, count)
        if at is None:
            return None
        start, end = folded.raw_span(*match.span())
        alone = says_nothing(said[: match.start()] + " " + said[match.end() :], grammar)
        return Parsed(at, start, end, 0.95 if alone else 0.7)
    return _numbered(folded, said, count, grammar, language)


def _numbered(
    folded: Folded, said: str, count: int, grammar: OptionWords, language: str
) -> Parsed[int] | None:
    """ "2", "2.", "number 2", "two" """
    numbers = scan(folded, language=language)
    if len(numbers) != 1 or not numbers[0].whole or not 1 <= numbers[0].value <= count:
        return None
    number = numbers[0]
    if not says_nothing(said[: number.start] + " " + said[number.end :], grammar):
        return None
    start, end = folded.raw_span(number.start, number.end)
    return Parsed(int(number.value), start, end, 0.9)


def _place(place: int, count: int) -> int | None:
    """A lexicon's place in a list of `count`: negative from the end, 0 the middle."""
    if place == 0:
        return (count + 1) // 2 if count % 2 else None
    at = place if place > 0 else count + 1 + place
    return at if 1 <= at <= count else None
