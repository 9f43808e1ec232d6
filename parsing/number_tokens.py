"""A folded message as the words and digit runs that numbers are made of. Linear."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from parsing.number_digits import LITERAL, Literal, read_literal
from parsing.number_words import Grammar, Morph

MOST_LITERALS = 200  # numbers in digits read from one message; what comes after is a table
_TOKEN = re.compile(r"[+]?\d|[.,]\d|[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+")


class Token(NamedTuple):
    """A word with its morphemes (none: no number word), or a literal, in folded offsets.

    `glued` literals stand right behind Latin letters ("EUR20", "A4"); `ordinal` ones have
    an ordinal ending ("3rd"); `scale` is the multiplier of a glued abbreviation ("10k").
    """

    text: str
    start: int
    end: int
    morphs: tuple[Morph, ...] = ()
    literal: Literal | None = None
    scale: Decimal | None = None
    negative: bool = False
    glued: bool = False


def tokens(text: str, grammar: Grammar) -> list[Token]:
    """Words and literals of a folded text, in order."""
    found: list[Token] = []
    literals = 0
    for token in _tokens(text, grammar):
        found.append(token)
        literals += token.literal is not None
        if literals == MOST_LITERALS:
            break
    return found


def _tokens(text: str, grammar: Grammar) -> Iterator[Token]:
    at = 0
    while (match := _TOKEN.search(text, at)) is not None:
        start = match.start()
        if match[0][0] not in "+.," and not match[0][0].isdigit():
            at = match.end()
            yield Token(match[0], start, at, morphs=grammar.morphs(match[0]))
            continue
        literal = LITERAL.match(text, start)
        if literal is None:
            at = start + 1
            continue
        at = literal.end()
        token = _literal_token(text, literal, grammar)
        if token is not None:
            at = token.end
            yield token


def _literal_token(text: str, match: re.Match[str], grammar: Grammar) -> Token | None:
    start, end = match.span()
    value = read_literal(match, group=grammar.group)
    if value is None:
        return None
    scale = None
    suffix = _WORD.match(text, end)
    if suffix is not None:
        if suffix[0] in grammar.ordinal_endings:
            return None
        scale = grammar.glued.get(suffix[0])
        end = suffix.end() if scale is not None else end
    elif (spaced := _spaced_k(text, end)) and "k" in grammar.glued:
        scale, end = grammar.glued["k"], spaced
    sign = _sign_at(text, start)
    return Token(
        text=text[start:end],
        start=start if sign is None else sign,
        end=end,
        literal=value,
        scale=scale,
        negative=sign is not None,
        glued=start > 0 and text[start - 1].isalpha() and not "א" <= text[start - 1] <= "ת",
    )


def _spaced_k(text: str, at: int) -> int | None:
    """The end of a lone "k" behind one space ("20 k€")."""
    if text[at : at + 2] == " k" and not text[at + 2 : at + 3].isalpha():
        return at + 2
    return None


def _sign_at(text: str, start: int) -> int | None:
    """Where a minus before the literal stands: it must not follow a word or another number."""
    at = start - 1
    if at >= 0 and text[at] == " ":
        at -= 1
    if at < 0 or text[at] != "-":
        return None
    before = text[:at][-3:].rstrip(" ")
    if before and (before[-1].isalnum() or before[-1] in "%)+-€$£₪"):
        return None
    if at > 0 and text[at - 1] not in " \n(:,;=":
        return None
    return at
