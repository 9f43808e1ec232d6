"""The FAQ files as they are now: read when they change, no restart, no training.

A file that cannot be used (half saved, a typo) is told once in the log and changes
nothing: its topic stays as it was read last.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crm_bridge.faq.entry import Entry, read_entry
from crm_bridge.faq.retrieve import CAREFUL, THRESHOLDS, Index

log = logging.getLogger(__name__)

Stamp = tuple[int, int]  # time of change in nanoseconds, size in bytes


@dataclass(slots=True)
class _Language:
    stamps: dict[Path, Stamp] = field(default_factory=dict)
    entries: dict[Path, Entry] = field(default_factory=dict)
    index: Index = field(default_factory=lambda: Index(()))


class Shelf:
    """The indexes of a folder with one folder for each language."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._languages: dict[str, _Language] = {}

    def index(self, language: str) -> Index:
        """The index of a language (a code of contracts.languages) as its files are now."""
        shelved = self._languages.setdefault(language, _Language())
        stamps = dict(_stamps(self._folder / language))
        if stamps != shelved.stamps:
            self._renew(shelved, stamps, language)
        return shelved.index

    def _renew(self, shelved: _Language, stamps: dict[Path, Stamp], language: str) -> None:
        for path in shelved.entries.keys() - stamps.keys():
            del shelved.entries[path]
        for path, stamp in stamps.items():
            if shelved.stamps.get(path) != stamp:
                self._read(shelved, path)
        shelved.stamps = stamps
        entries = [shelved.entries[path] for path in sorted(shelved.entries)]
        threshold = THRESHOLDS.get(language, CAREFUL)
        shelved.index = Index(entries, threshold=threshold, language=language)

    def _read(self, shelved: _Language, path: Path) -> None:
        try:
            entry, flaws = read_entry(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            log.warning("%s cannot be read: %s", path, error)
            return
        for flaw in flaws:
            log.warning("%s:%d: %s", path, flaw.line, flaw.what)
        if entry is not None:
            shelved.entries[path] = entry


def _stamps(folder: Path) -> Iterator[tuple[Path, Stamp]]:
    if not folder.is_dir():
        return
    for path in folder.glob("*.md"):
        try:
            state = path.stat()
        except FileNotFoundError:
            continue  # gone between the listing and now
        yield path, (state.st_mtime_ns, state.st_size)
