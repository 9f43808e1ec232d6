"""The words of mails and pages: data/mail/<language>.yml, English where one is missing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from contracts.languages import LANGUAGES

FALLBACK = "en"


class Words:
    """One language's words. `words["key"]`, or `words.say("key", name="Robin")`."""

    def __init__(
        self, language: str, texts: Mapping[str, str], fallback: Mapping[str, str]
    ) -> None:
        self.language = language
        self._texts = texts
        self._fallback = fallback

    def __getitem__(self, key: str) -> str:
        return self._texts.get(key) or self._fallback[key]

    def say(self, key: str, **values: str) -> str:
        """The text of `key` with each {name} of `values` filled in; nothing else is read as
        a placeholder, so that what a visitor typed stays what it is."""
        text = self[key]
        pieces = []
        while "{" in text:
            before, _, rest = text.partition("{")
            name, closed, after = rest.partition("}")
            known = closed and name in values
            pieces.append(before + (values[name] if known else "{" + name + closed))
            text = after
        return "".join([*pieces, text])


class Texts:
    """The words of every language, read once from `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Mapping[str, str]] = {}

    def of(self, language: str | None) -> Words:
        """The words of a language; of English for one we have no words in."""
        spoken = language if language in LANGUAGES else FALLBACK
        return Words(spoken, self._file(spoken), self._file(FALLBACK))

    def _file(self, language: str) -> Mapping[str, str]:
        if language not in self._read:
            loaded: Any = YAML(typ="safe", pure=True).load(self._folder / f"{language}.yml")
            self._read[language] = {str(key): str(text) for key, text in loaded.items()}
        return self._read[language]
