"""A small language for phrases of a lexicon, compiled to patterns on folded text.

    (talk|speak) .. (human*|person)      one of; up to three words between; any ending
    good (morning|evening)               words, apart by anything that is no letter
    skip (this|that)? please             a part that may be missing

Everything is bounded, so that matching stays linear.
"""

import re
from collections.abc import Iterable

from parsing.fold import fold_text

WORD = r"[^\W_]+(?:'[^\W_]+)*"  # a word of a folded text: letters and digits, "don't" is one
_GAP = r"[\W_]{1,6}"


class BadPattern(ValueError):
    """A phrase of a lexicon that does not compile. `phrase` is what was written."""

    code = "bad_pattern"

    def __init__(self, phrase: str) -> None:
        super().__init__(f"unbalanced parenthesis or empty part in {phrase!r}")
        self.phrase = phrase


def compile_phrases(phrases: Iterable[str], *, prefix: str = "") -> re.Pattern[str]:
    """One pattern for all the phrases, each bounded by what is no letter.

    `prefix`: a pattern of letters that may be written onto words of three letters and more.
    """
    parts = [_phrase(phrase, prefix) for phrase in phrases]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(parts) or '(?!)'})(?![^\W_])")


def _phrase(phrase: str, prefix: str) -> str:
    pattern, begun, skipping = "", False, ""
    for piece in _split(phrase, " "):
        if piece == "..":
            skipping = rf"(?:{_GAP}{WORD}){{0,3}}?"
            continue
        optional = piece.endswith("?") and len(piece) > 1
        body = _piece(piece.removesuffix("?") if optional else piece, prefix)
        if not begun:
            pattern += rf"(?:{body}{_GAP})?" if optional else body
            begun = not optional
        elif optional:
            pattern += rf"(?:{skipping}{_GAP}{body})?"
        else:
            pattern += skipping + _GAP + body
        skipping = ""
    if not begun:
        raise BadPattern(phrase)
    return pattern


def _piece(piece: str, prefix: str) -> str:
    if piece.startswith("("):
        if not piece.endswith(")"):
            raise BadPattern(piece)
        options = [_phrase(option, prefix) for option in _split(piece[1:-1], "|")]
        return f"(?:{'|'.join(options)})"
    return _word(piece, prefix)


def _word(word: str, prefix: str) -> str:
    folded = fold_text(word)
    if not folded or "(" in folded or ")" in folded:
        raise BadPattern(word)
    stem = folded.removesuffix("*")
    pattern = re.escape(stem).replace("'", "'?")
    if stem != folded:
        pattern += r"\w*"
    return f"{prefix}{pattern}" if prefix and len(stem) >= 3 else pattern


def _split(text: str, separator: str) -> list[str]:
    """Splits outside of parentheses."""
    pieces, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            raise BadPattern(text)
        if letter == separator and depth == 0:
            pieces.append(text[start:at])
            start = at + 1
    if depth:
        raise BadPattern(text)
    return [piece for piece in [*pieces, text[start:]] if piece]
