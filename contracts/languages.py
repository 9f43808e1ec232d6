"""The six languages Usher speaks, and which of them are written right to left."""

from typing import Final, Literal, get_args

Language = Literal["en", "sl", "he", "fi", "nb", "pl"]
Direction = Literal["ltr", "rtl"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
RIGHT_TO_LEFT: Final[frozenset[str]] = frozenset({"he"})


def direction(language: str) -> Direction:
    """The writing direction of a language code."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
