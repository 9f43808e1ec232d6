"""Every fault of a folder of FAQ files, with file and line, for `usher check`."""

from pathlib import Path

from contracts.languages import LANGUAGES
from crm_bridge.faq.entry import Entry, read_entry

Fault = tuple[Path, int, str]


def check_faq(folder: Path) -> list[Fault]:
    """The faults of `folder`/<language>/*.md, by file and line; empty when all is well."""
    faults: list[Fault] = []
    if not folder.is_dir():
        return [(folder, 1, "there is no such folder")]
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        if place.name not in LANGUAGES:
            what = f"'{place.name}' is no language of ours: {', '.join(LANGUAGES)}"
            faults.append((place, 1, what))
            continue
        faults.extend(_language_faults(place))
    return sorted(faults)


def _language_faults(place: Path) -> list[Fault]:
    faults: list[Fault] = []
    entries: dict[Path, Entry] = {}
    for path in sorted(place.glob("*.md")):
        try:
            entry, flaws = read_entry(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            faults.append((path, 1, "is not UTF-8 text"))
            continue
        faults.extend((path, flaw.line, flaw.what) for flaw in flaws)
        if entry is not None:
            entries[path] = entry
    return faults + _between(entries)


def _between(entries: dict[Path, Entry]) -> list[Fault]:
    """What is wrong between the files of one language."""
    faults: list[Fault] = []
    first: dict[str, Path] = {}
    for path, entry in entries.items():
        if entry.topic in first:
            what = f"the topic '{entry.topic}' is already that of {first[entry.topic].name}"
            faults.append((path, 1, what))
        first.setdefault(entry.topic, path)
    for path, entry in entries.items():
        if entry.under is not None and entry.under not in first:
            faults.append((path, 1, f"'under' names '{entry.under}', which is no topic here"))
        if entry.under == entry.topic:
            faults.append((path, 1, "a topic cannot stand under itself"))
    return faults
