"""Counts the letter n-grams from which `parsing.language` tells languages apart.

    python -m benchmarks.language_profile PACKAGES parsing/lexicons/ngrams.gz

PACKAGES is a folder with distributions whose translations may be used freely: the wheels of
django, wagtail, django-cms, django-filer, django-oscar, djangorestframework, sphinx (BSD) and
django-allauth (MIT) (`pip download --no-deps NAME`), and the packages @excalidraw/excalidraw,
survey-core, primelocale and @uppy/locales (MIT) (`npm pack NAME`). Added to them: this
repository's own texts and lexicons. What is written are only counts turned into weights.

The identification cases under shared/cases are measured on, never counted.
"""

import argparse
import gzip
import io
import json
import math
import random
import re
import tarfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from ruamel.yaml import YAML

from parsing.fold import fold_text
from parsing.language_profile import LANGUAGES as COUNTED
from parsing.language_profile import LONGEST_GRAM, grams
from parsing.lexicon import LANGUAGES

KEPT = 24_000  # n-grams in the profile
SMOOTHING = 0.05
SEEN_AT_LEAST = 3
STEP = 0.08  # nats a step of the written weights
SEED = 1
CODES = {
    "nn": "nb",
    "no": "nb",
    "bs": "hr",
    "sr": "hr",
}
NAMES = {
    "slovenian": "sl",
    "finnish": "fi",
    "norwegian": "nb",
    "polish": "pl",
    "danish": "da",
    "swedish": "sv",
    "croatian": "hr",
    "german": "de",
    "spanish": "es",
    "french": "fr",
    "italian": "it",
    "dutch": "nl",
    "estonian": "et",
    "czech": "cs",
    "slovak": "sk",
    "hungarian": "hu",
    "portuguese": "pt",
    "romanian": "ro",
    "english": "en",
}
_MARKUP = re.compile(
    r"%\([a-zA-Z_]+\)[sdif]|%[sdif]|\{\{?[^}]*\}?\}|<[^>]+>|&[a-z]+;|https?://\S+|`[^`]*`|[*_#|\\]+"
)
_CATALOGUE = re.compile(r"/locales?/([A-Za-z_-]+)/(?:LC_MESSAGES/)?[^/]+\.(po|mo)$")
_MODULE = re.compile(r"([a-z]+)(?:[-_][A-Za-z]+)?(?:-[A-Za-z0-9]+)?\.(?:json|js|mjs|ts)$")
_STRING = re.compile(r'"((?:[^"\\]|\\.){3,400})"|\'((?:[^\'\\]|\\.){3,400})\'')
_WORD = re.compile(r"[^\W\d_]+")


def texts(packages: Path) -> dict[str, set[str]]:
    """Language -> sentences of the packages and of this repository."""
    found: dict[str, set[str]] = defaultdict(set)
    for wheel in sorted(packages.glob("*.whl")):
        for language, text in _from_wheel(wheel):
            found[language].add(text)
    for archive in sorted(packages.glob("*.tgz")):
        for language, text in _from_archive(archive):
            found[language].add(text)
    for language, text in _own():
        found[language].add(text)
    return {language: found[language] for language in COUNTED}


def _from_wheel(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        for name in sorted(names):
            match = _CATALOGUE.search(name)
            if match is None or (match[2] == "mo" and f"{name[:-2]}po" in names):
                continue
            language = _code(match[1])
            if language is None:
                continue
            read = read_po if match[2] == "po" else read_mo
            for message in read(io.BytesIO(wheel.read(name))):
                if message.id and not message.fuzzy:
                    yield from _message("en", message.id)
                    if message.string != message.id:
                        yield from _message(language, message.string)


def _message(language: str, said: Any) -> Iterator[tuple[str, str]]:
    for text in said if isinstance(said, tuple | list) else (said,):
        if text:
            yield language, _clean(text)


def _from_archive(path: Path) -> Iterator[tuple[str, str]]:
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            match = _MODULE.match(Path(member.name).name)
            source = archive.extractfile(member) if match and member.size < 400_000 else None
            language = match and (NAMES.get(match[1]) or (len(match[1]) == 2 and _code(match[1])))
            if source is None or not language:
                continue
            for double, single in _STRING.findall(source.read().decode("utf-8", "ignore")):
                try:
                    text = json.loads('"' + (double or single).replace("\\'", "'") + '"')
                except ValueError:
                    continue
                if (" " in text or not text.isascii()) and not re.search(r"\w\.\w|[_/{}=;]", text):
                    yield language, _clean(text)


def _own() -> Iterator[tuple[str, str]]:
    yaml = YAML(typ="safe", pure=True)
    for language in LANGUAGES:
        folders = [Path("data/nlu") / language, Path("data/faq") / language]
        files = [file for folder in folders for file in sorted(folder.glob("*.*"))]
        files += [Path("data") / kind / f"{language}.yml" for kind in ("texts", "mail")]
        files += sorted(Path("parsing/lexicons").glob(f"{language}.*.yml"))
        for file in files:
            if not file.exists():
                continue
            source = file.read_text(encoding="utf-8")
            said = _strings(yaml.load(source)) if file.suffix == ".yml" else [source]
            for text in said:
                for line in re.split(r"[\n()|?*]+|\.\.", text):
                    yield language, _clean(re.sub(r"\[([^\]]*)\]\S*", r"\1", line))


def _strings(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for key, value in entry.items():
            if key not in ("neighbours", "names", "neutral", "given_names"):
                yield from _strings(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from _strings(value)


def _clean(text: str) -> str:
    return " ".join(_WORD.findall(_MARKUP.sub(" ", text).lower()))


def _code(written: str) -> str | None:
    code = re.split("[-_]", written)[0].lower()
    code = CODES.get(code, code)
    return code if code in COUNTED else None


def weights(said: dict[str, set[str]]) -> dict[str, list[int]]:
    """n-gram -> a weight for each language in steps of STEP, about a mean of zero.

    Each text counts as a whole, cut in pieces as short as chat messages, and word for
    word; with and without diacritics.
    """
    chance = random.Random(SEED)
    counts: dict[str, Counter[str]] = {language: Counter() for language in COUNTED}
    for language in COUNTED:
        for piece in _pieces(sorted(said[language]), chance):
            counts[language].update(set(grams(piece)))
    seen: Counter[str] = Counter()
    for counter in counts.values():
        seen.update(counter)
    listed = [gram for gram, count in seen.items() if count >= SEEN_AT_LEAST]
    totals = {
        language: sum(counter[gram] for gram in listed) + SMOOTHING * len(listed)
        for language, counter in counts.items()
    }
    table: dict[str, list[float]] = {}
    for gram in listed:
        row = [math.log((counts[one][gram] + SMOOTHING) / totals[one]) for one in COUNTED]
        mean = sum(row) / len(row)
        table[gram] = [value - mean for value in row]
    ours = [COUNTED.index(language) for language in LANGUAGES if language in COUNTED]
    telling = sorted(listed, key=lambda gram: -seen[gram] * _spread(table[gram], ours))[:KEPT]
    return {gram: [round(value / STEP) for value in table[gram]] for gram in sorted(telling)}


def _pieces(said: Iterable[str], chance: random.Random) -> Iterator[str]:
    words: set[str] = set()
    for text in said:
        for written in dict.fromkeys((text, fold_text(text))):
            split = written.split()
            words.update(split)
            yield written
            at = 0
            while at < len(split):
                length = chance.choice((1, 1, 2, 2, 3, 4))
                yield " ".join(split[at : at + length])
                at += length
    yield from sorted(words)


def _spread(row: list[float], ours: list[int]) -> float:
    values = [row[at] for at in ours]
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values)


def main() -> None:
    """Writes the profile: a header line, then a line for each n-gram."""
    parser = argparse.ArgumentParser()
    parser.add_argument("packages", type=Path)
    parser.add_argument("profile", type=Path)
    given = parser.parse_args()
    table = weights(texts(given.packages))
    lines = [f"{' '.join(COUNTED)}\t{STEP}\t{LONGEST_GRAM}"]
    for gram, row in table.items():
        written = "".join(chr(min(126, max(33, 80 + step))) for step in row)
        lines.append(f"{gram}\t{written}")
    packed = gzip.compress("\n".join(lines).encode(), mtime=0)
    given.profile.write_bytes(packed)
    print(f"{len(table)} n-grams, {len(packed):,} bytes")


if __name__ == "__main__":
    main()
