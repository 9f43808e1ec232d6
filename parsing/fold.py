"""One plain spelling of any text, with the way back to the raw offsets.

Visitors type with and without diacritics, in capitals, with other scripts' digits, with
invisible direction marks. Lexicon entries and messages are folded alike, matched folded,
and every match is reported in offsets of the raw text, so that names keep their letters.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters whose stroke or ligature is no combining mark, so that NFD leaves them whole.
_LETTERS = {
    "ł": "l",
    "ø": "o",
    "æ": "a",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "œ": "o",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
}
_DASHES = frozenset("‐‑‒–—―−⁃﹘﹣－־⸺⸻")
_SINGLE_QUOTES = frozenset("’‘‚‛′ʼʻ´`׳＇")
_DOUBLE_QUOTES = frozenset("“”„‟″«»״＂")
_INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff\u00ad\u061c\u180e"
)

_REMEMBERED = 500  # characters of a message


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is the folded form of `raw`; folded character i came from raw[starts[i]:ends[i]]."""

    raw: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Half-open raw offsets of the half-open folded span; trailing combining marks and
        invisible characters that belong to the last letter are included.

        An empty span maps to an empty one.
        """
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else len(self.raw)
            return at, at
        return self.starts[start], self.ends[end - 1]

    def raw_of(self, start: int, end: int) -> str:
        """The raw characters of a folded span."""
        first, last = self.raw_span(start, end)
        return self.raw[first:last]


def fold(text: str) -> Folded:
    """NFKC, no diacritics, caseless, ASCII digits, plain dashes, quotes and spaces.

    Line breaks stay ("\\n"); every other white space is one space each; control and
    direction characters vanish. Idempotent on its own `text`. Linear.
    """
    return _fold_again(text) if len(text) <= _REMEMBERED else _fold(text)


def _fold(text: str) -> Folded:
    if text.isascii():
        folded = text.lower().translate(_ASCII_SPACES)
        offsets = range(len(text) + 1)
        return Folded(text, folded, tuple(offsets[:-1]), tuple(offsets[1:]))
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, character in enumerate(text):
        plain = _fold_character(character)
        if not plain:
            if ends and unicodedata.combining(character):
                ends[-1] = at + 1
            continue
        if plain[0] == "\x00":  # a vulgar fraction: a space keeps "1½" from becoming 11/2
            plain = f" {plain[1:]}" if letters and letters[-1].isdigit() else plain[1:]
        for letter in plain:
            letters.append(letter)
            starts.append(at)
            ends.append(at + 1)
    return Folded(text, "".join(letters), tuple(starts), tuple(ends))


# a turn's parsers fold the same message again and again
_fold_again = lru_cache(maxsize=16)(_fold)


def fold_text(text: str) -> str:
    """Only the folded spelling, for lexicon entries and comparisons."""
    return fold(text).text


_ASCII_SPACES: dict[int, str] = {
    code: (" " if code in (9, 11, 12, 13) else "\n" if code == 10 else " ") for code in range(32)
} | {ord("`"): "'", 127: " "}


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    if character in "\n\u2028\u2029\x85":
        return "\n"
    if character in _INVISIBLE:
        return ""
    if character in _DASHES:
        return "-"
    if character in _SINGLE_QUOTES:
        return "'"
    if character in _DOUBLE_QUOTES:
        return '"'
    category = unicodedata.category(character)
    if category in ("Zs", "Cc"):
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    plain = "".join(_plain_letter(letter) for letter in unicodedata.normalize("NFKD", character))
    if category == "No" and "/" in plain:
        return "\x00" + plain
    return plain


def _plain_letter(letter: str) -> str:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return ""
    if letter == "⁄":
        return "/"
    if letter in _DASHES:
        return "-"
    folded = "".join(
        part
        for part in unicodedata.normalize("NFKD", letter.casefold())
        if unicodedata.category(part) not in ("Mn", "Me")
    )
    return "".join(_LETTERS.get(part, part) for part in folded)
