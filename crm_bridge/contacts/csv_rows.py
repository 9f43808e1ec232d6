"""A CSV file as rows of text: encoding and delimiter are found out, never asked for. Pure."""

import csv
import io
import itertools
from collections.abc import Iterator

DELIMITERS = ",;\t|"
_SAMPLE_CHARACTERS = 20_000
_OUR_LETTERS = frozenset("čšžćđąćęłńóśźżäöåæøéôòü")
# The code pages of our languages' Windows; the last takes any byte.
_CODE_PAGES = ("cp1250", "cp1255", "cp1252", "latin-1")


def decode(data: bytes) -> str:
    """The text of a file. UTF-8 and UTF-16 are certain; of the code pages the one that
    gives the most letters of our languages is taken."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    readable = []
    for page in _CODE_PAGES:
        try:
            readable.append(data.decode(page))
        except UnicodeDecodeError:
            continue
    return max(readable, key=_likelihood)


def _likelihood(text: str) -> int:
    """How many letters beyond ASCII are ones that our languages write, where they write them."""
    score = 0
    for before, letter in itertools.pairwise(f" {text}"):
        if letter <= "\x7f" or not letter.isalpha():
            continue
        if "\u05d0" <= letter <= "\u05ea":
            score += -2 if before.isascii() and before.isalpha() else 1
        else:
            score += 1 if letter.lower() in _OUR_LETTERS else -1
    return score


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line on which each begins, from 1; empty ones are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    line = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield line, row
        line = reader.line_num + 1


def count(text: str) -> int:
    """How many rows `rows` gives. Raises csv.Error."""
    delimiter, found = _delimiter(text), 0
    if '"' in text:  # a cell may hold a line's end
        return sum(1 for _ in rows(text))
    for line in io.StringIO(text, newline=""):
        if len(line) > csv.field_size_limit():
            return sum(1 for _ in rows(text))
        found += bool(line.replace(delimiter, "").strip())
    return found


def _delimiter(text: str) -> str:
    """The delimiter that cuts the most lines into the same number of cells."""
    lines = text[:_SAMPLE_CHARACTERS].splitlines()[:50]

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        usual = max(set(counts), key=counts.count) if counts else 1
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(DELIMITERS, key=evenness)
