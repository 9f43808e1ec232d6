"""What a source of facts about companies is to us: a register, or a seller of data.

TryLater
+-- RegisterAway   it does not answer; the value may come later
"""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from crm_bridge.core.errors import TryLater


class RegisterAway(TryLater):
    code: ClassVar[str] = "register_away"


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


class Register(Protocol):
    """Looks a company up by its number there."""

    @property
    def source(self) -> str:
        """Its stable name."""
        ...

    async def by_number(self, number: str) -> CompanyFacts | None:
        """The company, or None where there is none. Raises RegisterAway."""
        ...
