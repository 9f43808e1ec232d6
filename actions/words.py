"""The words on buttons: the `button_…` texts of data/texts/<language>.yml.

Bubbles are worded by the bot; a button's title travels with the bubble and is needed here.
"""

from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

PREFIX: Final = "button_"
FALLBACK: Final = "en"


class ButtonWords:
    """The titles of each language, read when its file changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[int, dict[str, str]]] = {}

    def title(self, key: str, language: str) -> str:
        """The title `key` in that language, else in English, else the bare word."""
        for tongue in (language, FALLBACK):
            found = self._titles(tongue).get(key)
            if found:
                return found
        return key.removeprefix(PREFIX).replace("_", " ").capitalize()

    def _titles(self, language: str) -> dict[str, str]:
        file = self._folder / f"{language}.yml"
        read_at, titles = self._read.get(language, (0, {}))
        try:
            changed_at = file.stat().st_mtime_ns
            if changed_at == read_at:
                return titles
            loaded: Any = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
        except (OSError, YAMLError):
            return titles
        titles = _buttons(loaded) if isinstance(loaded, dict) else titles
        self._read[language] = (changed_at, titles)
        return titles


def _buttons(loaded: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, text in loaded.items():
        first = text[0] if isinstance(text, list) and text else text
        if str(key).startswith(PREFIX) and isinstance(first, str):
            found[str(key)] = first
    return found
