"""The time words of a language, compiled for matching: `lexicons/<language>.time.yml`.

A form is written as people write it; `a{b,c}` stands for ab and ac, `|` separates forms,
a leading `~` marks a form that is more often something else (a name, a small word): it
counts only beside other evidence. A form may be in several sections: the grammar chooses.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from parsing.fold import fold_text
from parsing.lexicon import load

TOKEN = re.compile(r"'s(?!\w)|[^\W\d_]+(?:['\"][^\W\d_]+)*'?|\d+|\n|[^\w\s]|_")
_BRACES = re.compile(r"\{([^{}]*)\}")
LONG_NAME = 6  # letters from which a name may be mistyped by one
SHORT_NAME = 5  # the same where a time was asked for
_LONG_PART = 7  # of the parts of day, whose short ones are near other words
MISTYPED = ("weekday", "month", "part", "day")


@dataclass(frozen=True, slots=True)
class Senses:
    """What a form may mean: kind to value. `weak` kinds need evidence beside them."""

    values: Mapping[str, Any]
    weak: frozenset[str] = frozenset()


@dataclass(slots=True)
class Node:
    """A place in the tree of phrases; `senses` where a phrase ends."""

    next: dict[str, "Node"] = field(default_factory=dict)
    senses: Senses | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """The compiled lexicon. `misspelt` gives, for a name with one letter left out, the
    names that this may come from, `misspelt_shapes` the first letters and lengths that a
    mistyped name can have; `prefixes` are letters written onto the next word, `suffixes` onto the one before."""

    language: str
    tree: Node
    vocabulary: frozenset[str]
    names: Mapping[str, Senses]
    misspelt: Mapping[str, frozenset[str]]
    misspelt_shapes: frozenset[tuple[str, int]]
    settings: Mapping[str, Any]
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    number_roles: tuple[tuple[str, re.Pattern[str]], ...]

    def setting(self, name: str) -> Any:
        """A rule of the language, None where it has none."""
        return self.settings.get(name)


@cache
def words(language: str) -> Words:
    """The time words of a language. Raises UnknownLanguage."""
    entries = load(language, "time")
    tree = Node()
    vocabulary: set[str] = set()
    names: dict[str, Senses] = {}
    for kind, value, form, weak in _entries(entries):
        for spelling in _spellings(form, language):
            tokens = tuple(match[0] for match in TOKEN.finditer(spelling))
            if not tokens:
                continue
            vocabulary.update(tokens)
            node = tree
            for token in tokens:
                node = node.next.setdefault(token, Node())
            node.senses = _with(node.senses, kind, value, weak=weak)
            long = _LONG_PART if kind == "part" else SHORT_NAME
            if kind == "month" and weak:
                continue  # "match" is no March
            if kind in MISTYPED and len(tokens) == 1 and len(spelling) >= long:
                names[spelling] = node.senses
    settings = entries.get("settings", {})
    return Words(
        language=language,
        tree=tree,
        vocabulary=frozenset(vocabulary),
        names=names,
        misspelt=_misspelt(names),
        misspelt_shapes=frozenset(
            (name[0], len(name) + longer) for name in names for longer in (-1, 0, 1)
        ),
        settings=settings,
        suffixes=tuple(settings.get("suffixes", ())),
        prefixes=tuple(sorted(settings.get("prefixes", ()), key=len)),
        number_roles=tuple(
            (role, re.compile(pattern))
            for role, pattern in settings.get("number_roles", {}).items()
        ),
    )


def written_in(folded: str, language: str) -> str:
    """The language whose words to use: Hebrew letters are Hebrew in any conversation."""
    hebrew = sum(1 for letter in folded if "א" <= letter <= "ת")
    return "he" if hebrew and hebrew * 2 >= sum(map(str.isalpha, folded)) else language


def shortened(word: str) -> Iterator[str]:
    """The word itself and every spelling with one letter left out, but never the first."""
    yield word
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]


def _misspelt(names: Mapping[str, Senses]) -> dict[str, frozenset[str]]:
    index: dict[str, set[str]] = {}
    for name in names:
        for spelling in shortened(name):
            index.setdefault(spelling, set()).add(name)
    return {spelling: frozenset(found) for spelling, found in index.items()}


def _with(senses: Senses | None, kind: str, value: Any, *, weak: bool) -> Senses:
    if senses is None:
        return Senses({kind: value}, frozenset({kind} if weak else ()))
    kinds = senses.weak | {kind} if weak else senses.weak
    return Senses({**senses.values, kind: value}, kinds)


_VALUED = (
    "weekday",
    "weekday_each",
    "month",
    "season",
    "unit",
    "unit_short",
    "part",
    "day",
    "day_part",
    "period",
    "count_unit",
    "ordinal",
    "hour_word",
    "holiday",
    "hours",
    "zone",
    "weekday_part",
)


def _entries(entries: Mapping[str, Any]) -> Iterator[tuple[str, Any, str, bool]]:
    for section in _VALUED:
        for value, forms in (entries.get(section) or {}).items():
            yield from _forms(section, value, forms)
            for role in ("from", "to"):  # cases that say "from Monday", "until May"
                inflected = (entries.get(f"{section}_{role}") or {}).get(value)
                if inflected is not None:
                    yield from _forms(section, value, inflected)
                    yield from _forms(f"role_{role}", True, inflected)
    for kind, forms in (entries.get("marker") or {}).items():
        yield from _forms(kind, True, forms)


def _forms(kind: str, value: Any, forms: str) -> Iterator[tuple[str, Any, str, bool]]:
    for written in str(forms).split("|"):
        form = written.strip()
        weak = form.startswith("~")
        for spelling in _expand(form.lstrip("~").strip()):
            yield kind, value, spelling, weak


def _expand(form: str) -> Iterator[str]:
    match = _BRACES.search(form)
    if match is None:
        yield form
        return
    for choice in match[1].split(","):
        yield from _expand(form[: match.start()] + choice.strip() + form[match.end() :])


_NORDIC = str.maketrans({"å": "aa", "ø": "oe", "æ": "ae"})


def _spellings(form: str, language: str) -> set[str]:
    found = {fold_text(form)}
    if language == "nb":
        found.add(fold_text(form.lower().translate(_NORDIC)))
    return found
