"""How sure it is that two records are one person: bits of evidence, each with its reason. Pure.

After Fellegi and Sunter (1969): an agreement counts log2(m/u), where m is how often it is
seen in one person's records and u how often by chance. u is the frequency of the very
value (two Novaks agree on little, two Quisenberrys on much); m is learned from pairs that
are one person by other evidence, so that sloppy data costs less for a disagreement.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA, JaroWinkler

from crm_bridge.contacts.match_block import attribute_counts, candidate_pairs
from crm_bridge.contacts.match_form import FEWEST_DIGITS, Described, digits, local_part

SAME, CLOSE, APART = "same", "close", "apart"
LEVELS: Final = (SAME, CLOSE, APART)
SUGGEST_FROM: Final = (
    0.999  # on dupehell's CRM records: pairwise F1 .98 light, .97 medium, .94 hell
)
AUTOMATIC_FROM: Final = 0.9999
_IDENTIFIERS: Final = ("email", "phone", "link")
_MOST_BITS: Final = 20.0
_PRIOR_PAIRS: Final = 12  # how many learned pairs weigh as much as the first guess
# The first guess: shares of (same, close, apart) in one person's records, and of (close)
# by chance; "same" by chance is the value's own frequency.
_GUESS: Final[Mapping[str, tuple[float, ...]]] = {
    "email": (0.80, 0.15, 0.05),
    "number": (0.80, 0.10, 0.10),
    "link": (0.97, 0.01, 0.02),
    "name": (0.75, 0.15, 0.10),
    "company": (0.75, 0.15, 0.10),
    "attribute": (0.90, 0.02, 0.08),
}
_CHANCE_CLOSE: Final[Mapping[str, float]] = {
    "email": 0.0005,
    "number": 0.0005,
    "link": 0.001,
    "name": 0.03,
    "company": 0.03,
    "attribute": 0.02,
}


# Among a handful of records every value is frequent, and two that are alike say nothing by
# their frequency. Below this many values the missing ones are imagined, of which that share
# would agree by chance.
_FEW: Final = 500
_IMAGINED: Final[Mapping[str, float]] = {"name": 0.005, "company": 0.005, "attribute": 0.2}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one field says: its level, and the bits for (positive) or against."""

    field: str
    level: str
    bits: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records (their places in the list), how sure it is that they are one, and why."""

    first: int
    second: int
    probability: float
    evidence: tuple[Evidence, ...]

    def reasons(self) -> list[str]:
        """The fields that speak for it, the strongest first, then those against."""
        found = sorted(self.evidence, key=lambda one: -one.bits)
        return [f"{one.level} {one.field}" for one in found if abs(one.bits) >= 0.5]

    @property
    def automatic(self) -> bool:
        """Whether the two may be merged without asking anybody: they share an identifier and
        contradict each other in none, a name is the same and none differs, and two facts
        beside that agree. Colleagues share a switchboard, families an address; on
        dupehell's records this was never wrong (required: precision .995)."""
        if self.probability < AUTOMATIC_FROM:
            return False
        levels = {one.field: one.level for one in self.evidence}
        names = [level for field, level in levels.items() if field.startswith("name")]
        identifiers = [levels[field] for field in _IDENTIFIERS if field in levels]
        beside = [
            field
            for field, level in levels.items()
            if level == SAME and field not in (*_IDENTIFIERS, "company")
            if not field.startswith("name")
        ]
        return (
            SAME in identifiers
            and SAME in names
            and APART not in (*identifiers, *names)
            and len(beside) >= 2
        )


Compared = list[tuple[str, str, str, str]]  # field, kind, level, the value of the first


def compare(one: Described, two: Described) -> Compared:
    """The level of agreement of every field that both have."""
    found: Compared = []
    if one.emails and two.emails:
        level, value = _best(one.emails, two.emails, _email_level)
        found.append(("email", "email", level, value))
    if one.numbers and two.numbers:
        level, value = _best(one.numbers, two.numbers, _number_level)
        found.append(("phone", "number", level, value))
    if one.links and two.links:
        level, value = _best(one.links, two.links, _text_level)
        found.append(("link", "link", level, value))
    for at, (mine, theirs) in enumerate(zip(one.names, two.names, strict=False)):
        if mine and theirs:
            found.append((f"name {at + 1}", "name", _name_level(mine, theirs), mine))
    if one.company and two.company:
        level = _name_level(one.company, two.company)
        found.append(("company", "company", level, one.company))
    for name, value in one.attributes.items():
        if other := two.attributes.get(name):
            found.append((name, "attribute", _text_level(value, other), value))
    return found


def _best(
    ones: Iterable[str], twos: Iterable[str], level: Callable[[str, str], str]
) -> tuple[str, str]:
    twos = list(twos)
    found = [(LEVELS.index(level(one, two)), one) for one in ones for two in twos]
    at, value = min(found)
    return LEVELS[at], value


def _email_level(one: str, two: str) -> str:
    if one == two:
        return SAME
    mine, theirs = local_part(one), local_part(two)
    number, other = digits(mine or one), digits(theirs or two)
    if len(number) >= FEWEST_DIGITS and number == other:
        return CLOSE
    if "*" in one or "*" in two:
        return CLOSE if _unmasked(one) == _unmasked(two)[: len(_unmasked(one))] else APART
    alike = OSA.distance(one, two, score_cutoff=3) <= 2 and min(len(one), len(two)) > 8
    same_mailbox = mine == theirs and len(mine) > 5
    return CLOSE if alike or same_mailbox else APART


def _unmasked(email: str) -> str:
    return email.partition("@")[0].partition("*")[0][:3]


def _number_level(one: str, two: str) -> str:
    if one == two:
        return SAME
    longer, shorter = sorted((one, two), key=len, reverse=True)
    if len(shorter) >= 8 and (longer.endswith(shorter) or longer.startswith(shorter)):
        return SAME
    return CLOSE if OSA.distance(one, two, score_cutoff=3) <= 2 and len(shorter) > 7 else APART


def _name_level(one: str, two: str) -> str:
    if one == two:
        return SAME
    shorter, longer = sorted((one, two), key=len)
    if longer.startswith(shorter):  # an initial, a short form
        return CLOSE
    if JaroWinkler.similarity(one, two) >= 0.85:
        return CLOSE
    return APART


def _text_level(one: str, two: str) -> str:
    if one == two:
        return SAME
    return CLOSE if len(one) > 3 and JaroWinkler.similarity(one, two) >= 0.9 else APART


class Matcher:
    """Compares records of one kind. Learns from them how their fields behave."""

    def __init__(self, records: Sequence[Described]) -> None:
        self._records = records
        self._counts = _value_counts(records)
        self._pairs = sorted(candidate_pairs(records))
        self._compared = {pair: compare(records[pair[0]], records[pair[1]]) for pair in self._pairs}
        self._shares = _learn(self._compared.values())
        self._prior = -math.log2(max(len(records), _FEW))

    def pairs(self, *, at_least: float) -> list[Pair]:
        """The pairs that are one with at least that probability, the surest first."""
        found = [self._judge(pair) for pair in self._pairs]
        return sorted(
            (pair for pair in found if pair.probability >= at_least),
            key=lambda pair: (-pair.probability, pair.first, pair.second),
        )

    def _judge(self, pair: tuple[int, int]) -> Pair:
        evidence = tuple(
            Evidence(name, level, self._bits(name, kind, level, value))
            for name, kind, level, value in self._compared[pair]
        )
        bits = self._prior + sum(one.bits for one in evidence)
        probability = 1 / (1 + 2 ** -max(min(bits, 60.0), -60.0))
        return Pair(pair[0], pair[1], probability, evidence)

    def _bits(self, name: str, kind: str, level: str, value: str) -> float:
        m = self._shares[name][LEVELS.index(level)]
        if level == SAME:
            counts = self._counts.get(name, Counter())
            missing = max(_FEW - counts.total(), 0)
            imagined = missing * _IMAGINED.get(kind, 0.0)
            u = (max(counts[value], 1) + imagined) / (counts.total() + missing)
        elif level == CLOSE:
            u = _CHANCE_CLOSE[kind]
        else:
            u = 1.0
        return max(min(math.log2(m / u), _MOST_BITS), -_MOST_BITS)


def _value_counts(records: Sequence[Described]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = dict(attribute_counts(records))
    for record in records:
        for name, values in (
            ("email", record.emails),
            ("phone", record.numbers),
            ("link", record.links),
            ("company", (record.company,)),
        ):
            counts.setdefault(name, Counter()).update(value for value in values if value)
        for at, value in enumerate(record.names):
            if value:
                counts.setdefault(f"name {at + 1}", Counter())[value] += 1
    return counts


def _learn(compared: Iterable[Compared]) -> dict[str, tuple[float, ...]]:
    """The shares of levels of each field in pairs that other fields make certain."""
    seen: dict[str, Counter[str]] = {}
    kinds: dict[str, str] = {}
    for fields in compared:
        certain = {name for name, kind, level, _ in fields if level == SAME and _sure(kind)}
        for name, kind, level, _ in fields:
            kinds[name] = kind
            if certain - {name}:
                seen.setdefault(name, Counter())[level] += 1
    shares = {}
    for name, kind in kinds.items():
        counts = seen.get(name, Counter())
        total = counts.total() + _PRIOR_PAIRS
        shares[name] = tuple(
            (counts[level] + guess * _PRIOR_PAIRS) / total
            for level, guess in zip(LEVELS, _GUESS[kind], strict=True)
        )
    return shares


def _sure(kind: str) -> bool:
    return kind in ("email", "number", "link")
