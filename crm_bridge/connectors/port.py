"""What the sync asks of an outside CRM, whichever it is.

Every method raises `CrmUnreachable` (try later), `CrmPaused` (the CRM asked for rest) or
`CrmRevoked` (a person must connect again); what is wrong with one record is in the answer.
Kinds are ours: "contacts", "companies". Fields are the CRM's own, by the CRM's names.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

type Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a stream of changes: rows come in the order of (modified, id), where ids
    that are numbers are compared as numbers. A CRM that keeps the place itself gives a
    `token` to go on by; the order is then its own."""

    modified: datetime
    id: str
    token: str | None = None

    def is_after(self, other: "Position") -> bool:
        """Whether a row here comes after one there."""
        own = (self.modified, len(self.id), self.id)
        return own > (other.modified, len(other.id), other.id)


@dataclass(frozen=True, slots=True)
class OutsideRecord:
    """A record as the CRM has it. `key` is our id where the CRM keeps it; `version` is what
    a conditional write sends back."""

    id: str
    fields: Fields
    modified: datetime
    key: str | None = None
    version: str | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Records of a stretch of a stream that ends at `last` (None: it is empty); `more` when
    others follow at once."""

    records: Sequence[OutsideRecord]
    last: Position | None
    more: bool


@dataclass(frozen=True, slots=True)
class EveryPage:
    """A part of a complete listing; `next` is None on the last one."""

    records: Sequence[OutsideRecord]
    next: str | None


@dataclass(frozen=True, slots=True)
class Write:
    """Fields to set on one record. `key` is our id; `id` None makes the record, once for
    ever for one key; `version` is what was last read (sent where the CRM can compare)."""

    key: str
    fields: Fields
    id: str | None = None
    version: str | None = None


FaultKind = Literal["changed", "taken", "gone", "refused"]


@dataclass(frozen=True, slots=True)
class WriteFault:
    """Why one record was not written: it changed since it was read; another record has the
    unique value (`id`); it is not there any more; or the CRM will not have it (`detail`)."""

    kind: FaultKind
    detail: str = ""
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one write."""

    key: str
    id: str | None = None
    version: str | None = None
    fault: WriteFault | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an operator gave: where the CRM is, and what opens it."""

    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)


class Crm(Protocol):
    """An outside CRM."""

    can_read: ClassVar[bool]  # False: it can only be told (a generic webhook)

    def streams(self, kind: str) -> Sequence[str]:
        """The streams that together tell every change of `kind`."""
        ...

    async def changes(
        self, kind: str, stream: str, *, after: Position | None, limit: int
    ) -> ChangePage:
        """Records changed after a position, in its order, at most about `limit`."""
        ...

    async def fetch(self, kind: str, ids: Sequence[str]) -> Mapping[str, OutsideRecord]:
        """The records of those ids as they are now; one that is gone is left out."""
        ...

    async def every(self, kind: str, *, after: str | None) -> EveryPage:
        """A page of all records, from the CRM's own tables and not from a search index."""
        ...

    async def write(self, kind: str, writes: Sequence[Write]) -> Sequence[Written]:
        """Write records, each by itself: one answer a write, in their order.

        May be repeated after a lost answer: a key makes one record, never two.
        """
        ...

    async def remove(self, kind: str, external_id: str) -> None:
        """Delete a record; one that is gone is fine."""
        ...

    async def check(self) -> str:
        """Sign in and say as whom."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@runtime_checkable
class MeteredCrm(Protocol):
    """A `Crm` that counts a day's requests: it is asked in one whether anything changed."""

    @property
    def scarcity(self) -> float:
        """How many times as long as usual to wait between two looks, 1 and more, by what is
        left of the day's requests."""
        ...

    async def changed(self, places: Mapping[str, Position | None]) -> Set[str]:
        """The kinds that have a change after their place (None: that have a record), asked in
        one request."""
        ...
