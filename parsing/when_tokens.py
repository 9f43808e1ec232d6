"""A folded message as words and signs, with what is written onto words cut off. Linear."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parsing.number_words import grammar
from parsing.when_words import TOKEN, Words

_MOST_TOKENS = 2_500  # words and signs; ten thousand characters of prose have fewer
_CHUNK = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int


def tokens_of(text: str, words: Words) -> list[Token]:
    numerals = grammar(words.language).words
    tokens: list[Token] = []
    hidden_to = 0
    hidden = _addresses(text)
    for match in TOKEN.finditer(text):
        start = match.start()
        while hidden and hidden[-1][0] <= start:
            hidden_to = hidden.pop()[1]
        if start >= hidden_to:
            if _is_prefix_of_number(match[0], text, match.end(), words):
                tokens.extend(_letters(match[0], start))
            else:
                tokens.extend(_parts(match[0], start, words, numerals))
        if len(tokens) >= _MOST_TOKENS:
            break
    return tokens


def _addresses(text: str) -> list[tuple[int, int]]:
    """The mail and web addresses of a text, last first: nothing in them is a time."""
    if "." not in text:
        return []
    found: list[tuple[int, int]] = []
    for match in _CHUNK.finditer(text):
        head, at, domain = match[0].partition("@")
        mail = bool(at and head) and "." in domain.rstrip(".,;!?") and domain[0].isalpha()
        if mail or match[0].startswith(("http://", "https://", "www.")):
            found.append(match.span())
    found.reverse()
    return found


def _is_prefix_of_number(word: str, text: str, end: int, words: Words) -> bool:
    """Written-on letters before digits ("מה-20"), though the letters may be a word too."""
    return (
        word in words.prefixes and text[end : end + 1] == "-" and text[end + 1 : end + 2].isdigit()
    )


def _letters(word: str, start: int) -> list[Token]:
    return [Token(letter, start + at, start + at + 1) for at, letter in enumerate(word)]


def _parts(text: str, start: int, words: Words, numerals: Mapping[str, Any]) -> list[Token]:
    """The word, cut into its written-on prefixes and the rest where the language has them."""
    whole = [Token(text, start, start + len(text))]
    if not text[0].isalpha() or text in words.vocabulary:
        return whole
    if "'" in text or '"' in text:
        bare = text.rstrip("'")
        if bare in words.vocabulary:
            return [Token(bare, start, start + len(bare)), *_tail(text, start, len(bare))]
        if words.prefixes == () and "'" in bare:
            head = bare.split("'", 1)[0]
            if head in words.vocabulary:
                return [Token(head, start, start + len(head)), *_tail(bare, start, len(head))]
    if text in numerals:
        return whole
    for prefix in words.prefixes:
        rest = text[len(prefix) :]
        if not text.startswith(prefix) or not rest:
            continue
        bare = rest.rstrip("'")
        if (
            rest in words.vocabulary
            or rest in numerals
            or (len(bare) > 2 and bare in words.vocabulary)
        ):
            behind = start + len(prefix)
            return [*_letters(prefix, start), Token(rest, behind, behind + len(rest))]
    for suffix in words.suffixes:
        bare = text.removesuffix(suffix)
        if bare != text and bare in words.vocabulary:
            return [Token(bare, start, start + len(bare))]
    return whole


def _tail(text: str, start: int, cut: int) -> list[Token]:
    rest = text[cut:]
    return [Token(rest, start + cut, start + len(text))] if rest else []


def is_prefix_dash(tokens: list[Token], at: int, words: Words) -> bool:
    """The hyphen between a written-on letter and what it belongs to ("ב-15:00")."""
    if tokens[at].text != "-" or not words.prefixes or not 0 < at < len(tokens) - 1:
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    return (
        before.text in words.prefixes
        and before.end == tokens[at].start
        and after.start == tokens[at].end
    )
