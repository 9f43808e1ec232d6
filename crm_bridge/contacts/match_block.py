"""Which records are worth comparing: those that share a rare key. Pure.

Comparing all of a million with each other is out of the question, and a pair that shares
no key at all is hardly ever one person. Keys that many share (a switchboard, the first
name Ana) say nothing and are left out.
"""

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from crm_bridge.contacts.match_form import FEWEST_DIGITS, Described, digits, local_part

LARGEST_BLOCK = 60  # records that share a key; 60 make 1,770 pairs
_TELLING_BITS = 3.0  # an attribute that says less is of no use in a key


def candidate_pairs(records: Sequence[Described]) -> set[tuple[int, int]]:
    """Pairs of places in `records` (lower first) that share a key."""
    telling = telling_attributes(records)
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, record in enumerate(records):
        for key in set(_keys(record, telling)):
            blocks[key].append(at)
    pairs: set[tuple[int, int]] = set()
    for block in blocks.values():
        if 1 < len(block) <= LARGEST_BLOCK:
            pairs.update(itertools.combinations(block, 2))
    return pairs


def telling_attributes(records: Sequence[Described]) -> list[str]:
    """The attributes that tell records apart, the most telling first."""
    bits = {name: _entropy(counts) for name, counts in attribute_counts(records).items()}
    telling = [name for name, found in bits.items() if found >= _TELLING_BITS]
    return sorted(telling, key=lambda name: -bits[name])[:6]


def attribute_counts(records: Sequence[Described]) -> Mapping[str, Counter[str]]:
    """How often each value of each attribute occurs."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        for name, value in record.attributes.items():
            counts[name][value] += 1
    return counts


def _entropy(counts: Counter[str]) -> float:
    total = counts.total()
    return -sum(n / total * math.log2(n / total) for n in counts.values())


def _keys(record: Described, telling: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for email in record.emails:
        yield from _email_keys(email)
    for number in record.numbers:
        yield from _number_keys(number)
    for link in record.links:
        yield "link", link
    names = [name for name in record.names if name]
    if len(names) > 1:
        yield ("names", *sorted(names))
    for name in names:
        if record.company:
            yield "colleague", name, record.company[:6]
        for place in telling[:2]:
            if place in record.attributes:
                yield "fellow", name, place, record.attributes[place]
    if record.company:
        for place in telling[:3]:
            if place in record.attributes:
                yield "staff", record.company, place, record.attributes[place]
    known = [(name, record.attributes[name]) for name in telling if name in record.attributes]
    for size in (2, 3):
        for few in itertools.combinations(known, size):
            yield ("facts", *itertools.chain.from_iterable(few))


def _email_keys(email: str) -> Iterator[tuple[str, ...]]:
    yield "email", email
    name, at, host = email.partition("@")
    if len(name) > 3 and at:
        yield "local", local_part(email)
        yield "mask", name[:3], host
    number = digits(name)
    if len(number) >= FEWEST_DIGITS:
        yield "digits", number[-6:]
        yield "digits", number[:FEWEST_DIGITS]


def _number_keys(number: str) -> Iterator[tuple[str, ...]]:
    yield "number", number
    yield "number", number[-8:]
    yield "head", number[:8]
