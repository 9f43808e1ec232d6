"""A YAML value that knows where it stands, and tells every fault instead of raising.

Reading goes on after a fault with a harmless stand-in, so that one pass over a file
finds all there is to mend.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from playbook.fault import Fault, did_you_mean

SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(slots=True)
class Sheet:
    """One file while it is read: the faults found and where each path stands."""

    file: str
    languages: tuple[str, ...]
    faults: list[Fault] = field(default_factory=list)
    positions: dict[str, tuple[int, int]] = field(default_factory=dict)


class Node:
    """A value of the file at `path` (dots between the steps)."""

    def __init__(self, sheet: Sheet, value: Any, *, path: str, at: tuple[int, int]) -> None:
        self.sheet, self.value, self.path = sheet, value, path
        self.line, self.column = at
        sheet.positions[path] = at

    def fault(self, what: str, hint: str = "") -> None:
        """Tell a fault at this place."""
        name = self.path.rsplit(".", 1)[-1] if self.path else "the file"
        self.sheet.faults.append(
            Fault(self.sheet.file, self.line, self.column, f"{name}: {what}", hint)
        )

    # Structure

    @property
    def _mark(self) -> Any:
        """Where the parts of this value stand (counted from 0), as ruamel.yaml keeps it."""
        return self.value.lc

    def child(self, key: str, *, path: str | None = None) -> "Node":
        """The node under `key`, which must be there."""
        line, column = self._mark.key(key)
        where = path if path is not None else (f"{self.path}.{key}" if self.path else key)
        return Node(self.sheet, self.value[key], path=where, at=(line + 1, column + 1))

    def mapping(self) -> bool:
        """Whether this is a mapping with words as keys; tells a fault if not."""
        if not isinstance(self.value, Mapping):
            self.fault(f"must be a mapping, not {_kind(self.value)}", "Write it as `key: value`.")
            return False
        strange = [key for key in self.value if not isinstance(key, str)]
        for key in strange:
            self.fault(f"the key {key!r} is not a word", "Put quotes around it.")
        return not strange

    def fields(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, "Node"]:
        """The children by key; missing and unknown keys are faults and are left out."""
        if not self.mapping():
            return {}
        needed, allowed = tuple(required), tuple(required) + tuple(optional)
        for key in self.value:
            if key not in allowed:
                self.child(key).fault("unknown key", did_you_mean(key, allowed))
        for key in needed:
            if key not in self.value:
                self.fault(f"'{key}' is missing", f"Add `{key}:` here.")
        return {key: self.child(key) for key in allowed if key in self.value}

    def children(self) -> dict[str, "Node"]:
        """The children of a mapping whose keys are free."""
        return {key: self.child(key) for key in self.value} if self.mapping() else {}

    def items(self, *, most: int, name: str = "") -> Iterator["Node"]:
        """The entries of a list; an entry with an `id` is known by it in its path."""
        if not isinstance(self.value, list):
            self.fault(f"must be a list, not {_kind(self.value)}", "Begin each entry with `- `.")
            return
        if len(self.value) > most:
            self.fault(f"has {len(self.value)} entries, at most {most} are allowed")
        for index, value in enumerate(self.value[:most]):
            line, column = self._mark.item(index)
            step = value.get("id") if isinstance(value, Mapping) else None
            step = step if isinstance(step, str) else f"{name}{index}"
            where = f"{self.path}.{step}"
            yield Node(self.sheet, value, path=where, at=(line + 1, column + 1))

    # Scalars

    def text(self, *, longest: int = 1000, empty: bool = False) -> str:
        """A text without control characters."""
        if not isinstance(self.value, str):
            self.fault(f"must be a text, not {_kind(self.value)}", "Put quotes around it.")
            return ""
        said = str(self.value).strip()
        if not said and not empty:
            self.fault("is empty", "Write the text, or leave the key out.")
        if len(said) > longest:
            self.fault(f"has {len(said)} characters, at most {longest} are allowed")
        if any(ord(sign) < 32 and sign != "\n" for sign in said):
            self.fault("holds control characters", "Remove them.")
        return said[:longest]

    def slug(self) -> str:
        """An id: small letters, digits and underscores, at most 40."""
        said = self.text(longest=40)
        if said and not SLUG.fullmatch(said):
            self.fault(f"'{said}' is no id", "Use small letters, digits and _, a letter first.")
        return said

    def integer(self, *, least: int, most: int) -> int:
        """A whole number between `least` and `most`."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.fault(f"must be a whole number, not {_kind(self.value)}")
            return least
        if not least <= self.value <= most:
            self.fault(f"is {self.value}, must be between {least} and {most}")
        return min(max(int(self.value), least), most)

    def decimal(self, *, least: float, most: float) -> float:
        """A number between `least` and `most`."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.fault(f"must be a number, not {_kind(self.value)}")
            return least
        if not least <= self.value <= most:
            self.fault(f"is {self.value}, must be between {least} and {most}")
        return float(self.value)

    def flag(self) -> bool:
        """true or false."""
        if not isinstance(self.value, bool):
            self.fault(f"must be true or false, not {_kind(self.value)}")
        return self.value is True

    def one_of(self, known: Iterable[str]) -> str:
        """One word out of `known`."""
        names = tuple(known)
        if self.value not in names:
            self.fault(f"'{self.value}' is not known here", did_you_mean(str(self.value), names))
            return names[0]
        return str(self.value)

    # Texts in several languages

    def words(self, *, longest: int = 1000) -> dict[str, str]:
        """language -> text."""
        return {
            language: node.text(longest=longest) for language, node in self._languages().items()
        }

    def variants(self, *, longest: int = 1000, most: int = 12) -> dict[str, tuple[str, ...]]:
        """language -> wordings; a single text counts as a list of one."""
        found: dict[str, tuple[str, ...]] = {}
        for language, node in self._languages().items():
            if isinstance(node.value, list):
                texts = (entry.text(longest=longest) for entry in node.items(most=most))
                found[language] = tuple(text for text in texts if text)
            else:
                found[language] = (node.text(longest=longest),)
        return found

    def _languages(self) -> dict[str, "Node"]:
        if not self.mapping():
            return {}
        for key in self.value:
            if key not in self.sheet.languages:
                hint = did_you_mean(key, self.sheet.languages)
                self.child(key).fault("is not a language of this playbook", hint)
        return {key: self.child(key) for key in self.value if key in self.sheet.languages}


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return f"{value!r}"[:40]
