"""What the gateway itself says when the bot cannot: out of data/texts/<language>.yml."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from ruamel.yaml import YAML

Key = Literal[
    "apology",
    "apology_again",
    "apology_person",
    "button_agree",
    "button_handoff",
    "button_restart",
    "code_sent",
    "code_right",
    "code_wrong",
    "link_over",
]
FALLBACK: Final[Mapping[str, str]] = {
    "apology": "Sorry, something is holding me up on our side. Your message is safe, and I will answer it as soon as I can.",
    "apology_again": "I have this message too. We are still working on the fault on our side.",
    "apology_person": "I am sorry, I cannot answer right now. What you wrote is stored, and a colleague will get back to you.",
    "button_agree": "I agree, start the chat",
    "button_handoff": "Talk to a person",
    "button_restart": "Start again",
    "code_sent": "We have sent a code to that address. Please type the six digits here; it holds for ten minutes.",
    "code_right": "Thank you, that is your address.",
    "code_wrong": "That code does not hold. Please check the digits, or ask for a new code.",
    "link_over": "This link no longer works: it is good for a week. We simply begin here, and what you told us before is kept.",
}


class Sentences:
    """The sentences in six languages; English stands in for a missing one."""

    def __init__(self, texts: Path) -> None:
        self._texts = texts
        self._read = cache(self._file)

    def say(self, key: Key, language: str) -> tuple[str, str]:
        """The sentence and the language it is in."""
        for spoken in (language, "en"):
            found = self._read(spoken).get(key)
            if isinstance(found, list):
                found = found[0] if found else None
            if isinstance(found, str) and found.strip():
                return found.strip(), spoken
        return FALLBACK[key], "en"

    def _file(self, language: str) -> Mapping[str, Any]:
        file = self._texts / f"{language}.yml"
        if not file.is_file():
            return {}
        loaded = YAML(typ="safe", pure=True).load(file)
        return loaded if isinstance(loaded, dict) else {}
