"""Head counts written as one word with their noun: "siedmioosobowy", "sjumannsbedrift"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise

from parsing import number
from parsing.fold import fold_text
from parsing.lexicon import load
from parsing.number import Number

_LONGEST_HEAD = 30  # letters: "dziewięćdziesięciodziewięcio" has 28


@dataclass(frozen=True, slots=True)
class _Compound:
    word: re.Pattern[str]
    heads: Mapping[str, int]
    part: re.Pattern[str]


def compounds(text: str, *, language: str) -> list[Number]:
    """The counts in such words of a folded text; each ends where the noun begins."""
    known = _known(language)
    if known is None:
        return []
    found = []
    for match in known.word.finditer(text):
        value = _value(match["head"], known, language)
        if value is not None:
            found.append(Number(value, match.start("head"), match.end("head")))
    return found


def _value(head: str, known: _Compound, language: str) -> Decimal | None:
    """What the first half says: forms that stand in compounds only, or a whole number word."""
    values, at = [], 0
    while (part := known.part.match(head, at)) is not None:
        values.append(known.heads[part[0]])
        at = part.end()
    falling = all(len(str(one)) > len(str(two)) for one, two in pairwise(values))
    if values and at == len(head):
        return Decimal(sum(values)) if falling else None
    read = number.parse(head, language=language)
    whole = read is not None and (read.start, read.end) == (0, len(head))
    return read.value if read is not None and whole else None


@cache
def _known(language: str) -> _Compound | None:
    entries = load(language, "people").get("compound")
    if entries is None:
        return None
    heads = {fold_text(form): value for value, forms in entries["heads"].items() for form in forms}
    listed = sorted(map(re.escape, heads), key=len, reverse=True)
    nouns = "|".join(re.escape(fold_text(form)) for form in entries["nouns"])
    return _Compound(
        word=re.compile(rf"(?<!\w)(?P<head>[^\W\d_]{{2,{_LONGEST_HEAD}}}?)(?:{nouns})"),
        heads=heads,
        part=re.compile("|".join(listed) or "(?!)"),
    )
