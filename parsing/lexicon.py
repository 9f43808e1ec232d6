"""The words of the six languages, read from `lexicons/` on first use and kept.

A language has one file a subject: `<language>.yml` and `<language>.<subject>.yml`
(`sl.time.yml`). The files are package data: reading them is no I/O of the world, and
the same call gives the same mapping in every process.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, ClassVar

from ruamel.yaml import YAML

LANGUAGES = ("en", "sl", "he", "fi", "nb", "pl")


class UnknownLanguage(LookupError):
    """A language outside the six was asked for. `language` is what was asked."""

    code: ClassVar[str] = "unknown_language"

    def __init__(self, language: str) -> None:
        super().__init__(f"{language!r} is none of {', '.join(LANGUAGES)}")
        self.language = language


@cache
def load(language: str, subject: str | None = None) -> Mapping[str, Any]:
    """The lexicon of a language, as written (not folded); do not change what you get.

    Raises UnknownLanguage outside the six, FileNotFoundError for a subject without a file.
    """
    if language not in LANGUAGES:
        raise UnknownLanguage(language)
    name = f"{language}.yml" if subject is None else f"{language}.{subject}.yml"
    source = files("parsing").joinpath("lexicons", name).read_text(encoding="utf-8")
    entries: Mapping[str, Any] = YAML(typ="safe", pure=True).load(source)
    return entries
