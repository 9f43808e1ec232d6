"""Lexicon entries as patterns on folded text: whole phrases, and stems of words."""

import re
from collections.abc import Iterable

from parsing.fold import fold_text


def phrases(forms: Iterable[str]) -> str:
    """A pattern for any of the phrases, bounded by non-letters; the longest wins."""
    return rf"(?<!\w)(?:{'|'.join(_escaped(forms))})(?!\w)"


def stems(forms: Iterable[str]) -> str:
    """A pattern for a word that begins with any of the stems.

    Up to three letters are a word of their own ("am", "let"); signs stand as they are.
    """
    escaped = _escaped(forms)
    short = [form for form in escaped if len(form) <= 3]
    long = [form for form in escaped if len(form) > 3]
    return rf"(?:(?:{'|'.join(long)})\w*|(?:{'|'.join(short) or '(?!)'})(?!\w))"


def _escaped(forms: Iterable[str]) -> list[str]:
    unique = {fold_text(form).strip() for form in forms}
    return [re.escape(form).replace(r"\ ", " +") for form in sorted(unique, key=len, reverse=True)]
