"""Durable work without durability: for tests and one-off commands.

A work runs as soon as it is begun, in the caller's task. Where it would pause, `begin`
raises Paused, and beginning it again goes on from there, as an outbox's retries do.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from crm_bridge.core.clock import Clock
from crm_bridge.core.errors import TryLater
from crm_bridge.durable.port import Data, Work


class Paused(TryLater):
    """The work waits and goes on when it is begun again."""

    code: ClassVar[str] = "paused"


@dataclass
class _Journal:
    """The kept results of one work, in order, and how far this run of it is."""

    works: "MemoryWork"
    kept: list[str] = field(default_factory=list)
    here: int = 0
    done: bool = False

    async def once(self, name: str, act: Callable[[], Awaitable[str]]) -> str:
        if self.here == len(self.kept):
            self.kept.append(await act())
        self.here += 1
        return self.kept[self.here - 1]

    async def pause(self, span: timedelta) -> None:
        first_time = self.here == len(self.kept)
        if first_time:
            self.kept.append("paused")
            raise Paused(retry_after_seconds=span.total_seconds())
        self.here += 1

    async def begin(self, name: str, key: str, data: Data, *, line: str, at: datetime) -> None:
        await self.works.begin(name, key, data, line=line, at=at)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A work that waits for its time."""

    at: datetime
    name: str
    data: Data


class MemoryWork:
    """`port.Durable` in memory. `waiting` are the works with a time, by key."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._works: dict[str, Work] = {}
        self._journals: dict[str, _Journal] = {}
        self.waiting: dict[str, Waiting] = {}

    def add(self, name: str, work: Work) -> None:
        """Make a work known."""
        self._works[name] = work

    async def begin(
        self, name: str, key: str, data: Data, *, line: str, at: datetime | None = None
    ) -> None:
        """See `port.Durable`. Raises Paused."""
        if at is not None and at > self._clock.now():
            if key not in self._journals:
                self.waiting.setdefault(key, Waiting(at, name, data))
            return
        journal = self._journals.setdefault(key, _Journal(self))
        if journal.done:
            return
        journal.here = 0
        await self._works[name](journal, data)
        journal.done = True

    async def run_waiting(self, until: datetime) -> int:
        """Do what is due by `until`, the earliest first; how many that were."""
        due = sorted((each.at, key) for key, each in self.waiting.items() if each.at <= until)
        for _, key in due:
            found = self.waiting.pop(key)
            await self.begin(found.name, key, found.data, line=key)
        return len(due)

    async def run(self) -> None:
        """Nothing runs in the background."""

    async def check(self) -> str:
        """For /readyz."""
        return "in memory: works do not survive this process"
