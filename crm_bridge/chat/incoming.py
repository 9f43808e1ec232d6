"""What arrives from a page, made safe to store and to pass on. Pure.

Markup stays text: nothing is escaped here, because nothing here is a page.
"""

import re
import unicodedata
from typing import Final

NOTHING_LEFT: Final = "…"
PRESS: Final = "/press"
SYSTEM: Final = "/system"
# A control character breaks a log line or PostgreSQL (NUL); line feed and tab are text.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def clean_text(text: str) -> str:
    """The visitor's words: line ends are line feeds, without control characters, halves of
    characters, and space around. May be empty."""
    text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROLS.sub("", text).strip()


def is_blank(text: str) -> bool:
    """Whether nothing would be seen of a text."""
    return all(
        unicodedata.category(character) in ("Cf", "Zs", "Zl", "Zp", "Cc", "Mn")
        for character in text
    )


def for_bot(text: str) -> str:
    """The text that Rasa may see. A leading slash would be a command to it, so leading
    slashes go, with space and invisible characters between them; "…" if nothing is left.
    """
    start = 0
    while start < len(text) and (text[start] in f"/{_INVISIBLE}" or text[start].isspace()):
        start += 1
    return text[start:].strip() or NOTHING_LEFT
