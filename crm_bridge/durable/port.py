"""What durable work is to the rest of the bridge.

A **work** is an async function of (`Steps`, data). Everything it does to the world or asks
of it is a step, whose result is kept; when the process dies, the work is run again from
its beginning and gets the kept results, so that what is done is not done again. A step
that died half-way is done again: what it does must be safe to do twice. Between steps a
work may only compute: no clock, no chance, no reading.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

type Data = Mapping[str, Any]  # JSON: ids and times, no personal data


class Steps(Protocol):
    """The steps of one run of a work."""

    async def once(self, name: str, act: Callable[[], Awaitable[str]]) -> str:
        """What `act` gives, kept; an error ends the work for good, so `act` tells by what it
        gives what may go wrong."""

    async def pause(self, span: timedelta) -> None:
        """Wait, also across the death of the process."""

    async def begin(self, name: str, key: str, data: Data, *, line: str, at: datetime) -> None:
        """Begin another work at a time (see `Durable.begin`). Not from within a step."""


type Work = Callable[[Steps, Data], Awaitable[None]]


class Durable(Protocol):
    """Begins works by name."""

    def add(self, name: str, work: Work) -> None:
        """Make a work known under its name, before anything is begun."""

    async def begin(
        self, name: str, key: str, data: Data, *, line: str, at: datetime | None = None
    ) -> None:
        """Have the work `name` done with `data`, once for `key` however often this is
        called. Works of one `line` are done one after another, in the order they were
        begun. With `at` the work waits until then, and takes no place in the line before.

        Raises TryLater when the work could not be written down.
        """

    async def run(self) -> None:
        """Work in the background until cancelled."""

    async def check(self) -> str:
        """A word or two for /readyz. Raises TryLater while works are not done."""
