"""What the bot says: data/texts/<language>.yml, read when it changes, no restart.

A text is a string, or a list of variants. `{name}` is replaced by the value of that name,
once and literally: values are never looked into, and nothing else is interpreted. A key
that a language lacks is said in English; one that English lacks becomes the apology. Both
are logged once.
"""

import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

logger = logging.getLogger(__name__)

Text = str | list[str]

FALLBACK_LANGUAGE = "en"
APOLOGY_KEY = "apology"
LAST_WORDS = "Sorry, something went wrong on our side. Please try again in a moment."
RIGHT_TO_LEFT = frozenset({"he"})
ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

_placeholder = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def fill(text: str, values: Mapping[str, str], *, language: str) -> str:
    """`text` with its placeholders replaced.

    In a right-to-left language each value is isolated (Unicode FSI and PDI), so that an
    e-mail address, a phone number or a Latin name keeps its own order. A placeholder
    without a value becomes nothing.
    """

    def value_of(match: "re.Match[str]") -> str:
        value = str(values.get(match.group(1), ""))
        if text.startswith(".", match.end()):
            value = value.removesuffix(".")  # "Acme d.o.o." at the end of a sentence
        if value and language in RIGHT_TO_LEFT:
            return f"{ISOLATE}{value}{POP_ISOLATE}"
        return value

    return _placeholder.sub(value_of, text)


class Shelf:
    """The texts of every language, as the files are now.

    A file that cannot be read (half saved, a typo) changes nothing: its texts stay as
    they were.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[int, dict[str, Text]]] = {}
        self._told: set[tuple[str, ...]] = set()

    def find(self, key: str, language: str, variant: int) -> tuple[str, str]:
        """The text and the language it is in."""
        for tongue in dict.fromkeys((language, FALLBACK_LANGUAGE)):
            text = self._texts(tongue).get(key)
            if isinstance(text, str):
                return text, tongue
            if text:
                return str(text[variant % len(text)]), tongue
            self._tell("no text %s in %s", key, tongue)
        if key != APOLOGY_KEY:
            return self.find(APOLOGY_KEY, language, 0)
        return LAST_WORDS, FALLBACK_LANGUAGE

    def _texts(self, language: str) -> dict[str, Text]:
        file = self._folder / f"{language}.yml"
        read_at, texts = self._read.get(language, (0, {}))
        try:
            changed_at = file.stat().st_mtime_ns
            if changed_at == read_at:
                return texts
            read = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
            if not isinstance(read, dict):
                raise ValueError("not a mapping")
        except (OSError, ValueError, YAMLError) as error:
            self._tell("the texts of %s cannot be read: %s", language, type(error).__name__)
            return texts
        self._read[language] = (changed_at, read)
        return read

    def _tell(self, message: str, *what: str) -> None:
        if (message, *what) not in self._told:
            self._told.add((message, *what))
            logger.error(message, *what)


class Texts(NaturalLanguageGenerator):
    """Rasa's language generator. `say` (contracts.turn.Say as JSON) tells key, language,
    values and variant; without it (utter_default) the visitor's language is taken from
    the snapshot that came with the message."""

    def __init__(self, endpoint_config: Any = None, domain: Any = None) -> None:
        self.shelf = Shelf(Path(os.environ.get("USHER_DATA") or "data") / "texts")

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        say = kwargs.get("say") or {"key": utter_action, "language": _language_of(tracker)}
        text, language = self.shelf.find(utter_action, say["language"], say.get("variant") or 0)
        text = fill(text, say.get("values") or {}, language=language)
        return {"text": text, "custom": {"say": {**say, "language": language}}}


def _language_of(tracker: DialogueStateTracker) -> str:
    metadata = tracker.latest_message.metadata if tracker.latest_message else {}
    snapshot = metadata.get("snapshot")
    language = snapshot.get("language") if isinstance(snapshot, dict) else None
    return language if isinstance(language, str) else FALLBACK_LANGUAGE
