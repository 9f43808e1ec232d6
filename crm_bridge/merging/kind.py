"""What merging has to know of a kind of record."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import Base
from crm_bridge.merging.models import MergeRow, SuggestionRow

type Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """Two records that may be one (ids in order), and whether that is certain enough to merge
    them without a person."""

    first_id: str
    second_id: str
    probability: float
    reasons: tuple[str, ...]
    automatic: bool = False


class Parts(Protocol):
    """What belongs to a record under its own id, and so does not move by being renamed."""

    async def move(self, session: AsyncSession, kept: Any, gone: Any) -> dict[str, Any]:
        """Take it over; what `move_back` will need, as JSON."""
        ...

    async def move_back(self, session: AsyncSession, made: MergeRow, back: Any) -> None:
        """Undo it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind[R: Base]:
    """A kind of record. `word` names it: rows name it in `<word>_id`, its news are
    `<word>.merged` and `<word>.unmerged`."""

    word: str
    record: type[R]
    merge: type[MergeRow]
    merge_prefix: str
    suggestion: type[SuggestionRow]
    suggestion_prefix: str
    get: Callable[[AsyncSession, str], Awaitable[R]]
    # the columns that are kept of a record that goes, and what the other takes over of them
    whole: tuple[str, ...]
    taken_over: Callable[[Columns, Columns], dict[str, Any]]
    # columns that follow from those
    derived: Callable[[Columns], dict[str, Any]]
    relations: tuple[str, ...]
    # all that are compared, and what looks alike among them; the second runs on a thread
    read: Callable[[AsyncSession], Awaitable[Sequence[Any]]]
    compare: Callable[[Sequence[Any]], list[Found]]
    parts: Parts | None = None

    @property
    def column(self) -> str:
        """How other tables name it."""
        return f"{self.word}_id"
