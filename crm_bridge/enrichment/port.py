"""What a source of facts about companies is to us: a register, or a seller of data.

A seller is one class with `source` ("seller:NAME") and `find`; it is named in
USHER_ENRICHMENT__SELLERS as `package.module:make`, where `make(ask)` gives it. `ask` is the
guarded way out: `await ask(url)`. An example is tests/crm_bridge/enrichment/a_seller.py.

TryLater
+-- RegisterAway   it does not answer; the value may come later
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from crm_bridge.core.egress import Answer
from crm_bridge.core.errors import TryLater

Ask = Callable[[str], Awaitable[Answer]]  # raises EgressRefused, EgressFailed, AnswerTooLarge


class RegisterAway(TryLater):
    code: ClassVar[str] = "register_away"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A company as we know it: its name, the country it is in (ISO 3166 alpha-2), its own
    domain, and the numbers (VAT, business id, LEI) that are stored of it."""

    name: str = ""
    country: str | None = None
    domain: str | None = None
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What a source says of a company; empty where it says nothing.

    `source` is its stable name, which becomes the provenance of each value. `industry` is
    the source's own code (NACE where it has one). `personal`: it is a sole trader, or may
    be one; its name and address are somebody's personal data and are not stored.
    """

    source: str
    number: str
    name: str
    country: str
    active: bool = True
    industry: str | None = None
    employees: int | None = None
    city: str | None = None
    website: str | None = None
    personal: bool = False


class Source(Protocol):
    """Finds a company."""

    @property
    def source(self) -> str:
        """Its stable name."""
        ...

    def may_know(self, wanted: Wanted) -> bool:
        """Whether asking makes sense at all. Asks nobody."""
        ...

    async def find(self, wanted: Wanted) -> CompanyFacts | None:
        """The company, or None where it is not certain which. Raises RegisterAway."""
        ...
