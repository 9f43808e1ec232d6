"""How sure it is that two companies are one, and why. Pure.

Nothing here is ever merged without a person: there is no labelled set of companies that a
precision of .995 could be measured on, and groups of companies share names and hosts.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

from rapidfuzz import fuzz

from crm_bridge.merging.kind import Found

LARGEST_BLOCK: Final = 60
NEARLY: Final = 90.0  # of 100, token_sort_ratio of names without their legal form
_NUMBERS: Final = frozenset(
    {"vat", "vatin", "vat number", "tax number", "tax id", "orgnr", "nip", "krs", "regon"}
    | {"business id", "registration number", "register number", "company number", "lei"}
)


@dataclass(frozen=True, slots=True)
class CompanySeen:
    """What a company looks like: its compared name, its own domains, its country, and what
    is known of it by name."""

    id: str
    name: str
    domains: tuple[str, ...] = ()
    country: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


def company_pairs(companies: Sequence[CompanySeen]) -> list[Found]:
    """The pairs that a person should look at, the surest first."""
    blocks: dict[tuple[str, str], list[CompanySeen]] = defaultdict(list)
    for company in companies:
        for key in set(_keys(company)):
            blocks[key].append(company)
    found: dict[tuple[str, str], Found] = {}
    for block in blocks.values():
        if len(block) > LARGEST_BLOCK:
            continue
        for one, two in combinations(sorted(block, key=lambda company: company.id), 2):
            if (one.id, two.id) not in found and (pair := judged(one, two)) is not None:
                found[one.id, two.id] = pair
    return sorted(found.values(), key=lambda pair: (-pair.probability, pair.first_id))


def judged(one: CompanySeen, two: CompanySeen) -> Found | None:
    """The pair, or None where nothing speaks for it or something speaks against it."""
    numbers = _common(_numbers(one), _numbers(two))
    if numbers is False or (one.country and two.country and one.country != two.country):
        return None
    same = bool(one.name) and one.name == two.name
    near = same or fuzz.token_sort_ratio(one.name, two.name) >= NEARLY
    hosts = {_label(host) for host in one.domains} & {_label(host) for host in two.domains}
    reasons = [
        *([f"same {numbers}"] if numbers else []),
        *(["same name"] if same else ["nearly the same name"] if near else []),
        *(["same country"] if one.country and one.country == two.country else []),
        *([f"same word before the ending: {min(hosts)}"] if hosts else []),
    ]
    if numbers:
        probability = 0.99 if near else 0.9
    elif same:
        probability = 0.95 if hosts or not (one.domains and two.domains) else 0.8
    elif near and hosts:
        probability = 0.85
    else:
        return None
    return Found(one.id, two.id, probability, tuple(reasons))


def _keys(company: CompanySeen) -> Iterator[tuple[str, str]]:
    words = company.name.split()
    if words:
        yield "name", " ".join(sorted(words))
        yield "begins", words[0][:6]
    for host in company.domains:
        yield "host", _label(host)
    for value in _numbers(company).values():
        yield "number", value


def _numbers(company: CompanySeen) -> dict[str, str]:
    """Official numbers by the name of their property, without what people write between."""
    return {
        name: plain
        for name, value in company.properties.items()
        if name.replace("_", " ").casefold() in _NUMBERS
        if (plain := "".join(filter(str.isalnum, str(value))).upper())
    }


def _common(one: Mapping[str, str], two: Mapping[str, str]) -> str | bool | None:
    """The name of a number that both have alike; False when they differ in one; None when
    they have none in common."""
    both = [name for name in one if name in two]
    if any(one[name] != two[name] for name in both):
        return False
    return both[0] if both else None


def _label(host: str) -> str:
    return host.partition(".")[0]
