"""Reads a language's lexicons before a visitor waits for them.

Every parser reads its words and compiles its patterns at first use: half a second to one
and a half of CPU a language (measured), which the first visitor after a start would wait.
"""

from datetime import UTC, datetime

from parsing import (
    act,
    company,
    correction,
    email,
    money,
    number,
    option,
    people,
    person,
    phone,
    timeline,
    when,
    yes_no,
)

_MESSAGES = ("hello Ann from Acme", "25-30, ann@acme.io", "next 12.5. at 10:30, 20k €")
_OPTIONS = {"retail": ("Retail",), "bank": ("Bank",)}
_NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def make_ready(language: str) -> None:
    """Let every parser read a few messages. Raises UnknownLanguage."""
    for text in _MESSAGES:
        for kind in (act, company, correction, email, money, number, people, person, yes_no):
            kind.parse(text, language=language)
        option.parse(text, language=language, options=_OPTIONS)
        phone.parse(text, language=language)
        timeline.parse(text, language=language, now=_NOW)
        when.parse(text, language=language, now=_NOW, asked=True)
