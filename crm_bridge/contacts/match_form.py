"""What a person (or a company) looks like to the matcher: plain values, none required. Pure.

Addresses and numbers get several forms, so that a masked, mistyped or re-punctuated one
still meets its like.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from parsing.fold import fold

FEWEST_DIGITS = 5  # of a number or an address, before it says anything
_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Described:
    """One record. `names` in fixed places (given, family), `numbers` digits alone, `links`
    what belongs to one alone (external ids, profiles), `attributes` everything else."""

    id: str
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    company: str = ""
    links: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


def describe(
    record_id: str,
    *,
    names: Sequence[str | None] = (),
    emails: Iterable[str | None] = (),
    phones: Iterable[str | None] = (),
    company: str | None = None,
    links: Iterable[str | None] = (),
    attributes: Mapping[str, object] | None = None,
) -> Described:
    """A record in the forms that are compared; what is empty says nothing."""
    given = attributes or {}
    return Described(
        id=record_id,
        names=tuple(plain(name) for name in names),
        emails=tuple(email for email in map(address, emails) if email),
        numbers=tuple(number for number in map(digits, phones) if len(number) >= FEWEST_DIGITS),
        company=plain(company),
        links=tuple(link for link in map(plain, links) if link),
        attributes={
            name: value
            for name, raw in given.items()
            if raw is not None and (value := plain(str(raw)))
        },
    )


def plain(text: str | None) -> str:
    """Folded letters and digits, everything else left out."""
    return _NO_LETTER.sub("", fold(text).text) if text else ""


def address(text: str | None) -> str:
    """An address folded, its spaces gone."""
    return fold(text).text.replace(" ", "") if text else ""


def digits(text: str | None) -> str:
    """The digits of a text, in order."""
    return "".join(letter for letter in fold(text).text if letter.isdigit()) if text else ""


def local_part(email: str) -> str:
    """What stands before the @, without a +tag."""
    return email.partition("@")[0].partition("+")[0]
