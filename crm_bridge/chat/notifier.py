"""Rings for everybody who follows a conversation when its log has grown.

A bell says only that there may be something new: whoever hears it reads the log again
beyond what they have, so a bell too many costs a query and a lost one a few seconds.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from crm_bridge.core.errors import TryLater

MOST_FOLLOWERS: Final = 12  # tabs and devices of one visitor


class TooManyStreams(TryLater):
    code = "too_many_streams"


class Notifier:
    """The bells of one bridge process."""

    def __init__(self) -> None:
        self._bells: dict[str, set[asyncio.Event]] = {}
        self.closing = False

    @contextmanager
    def follow(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """A bell for as long as the block runs. Clear it, then read the log: what is
        written after the reading rings again. Raises TooManyStreams."""
        bells = self._bells.setdefault(conversation_id, set())
        if len(bells) >= MOST_FOLLOWERS:
            raise TooManyStreams("this conversation is open in too many places")
        bell = asyncio.Event()
        bells.add(bell)
        try:
            yield bell
        finally:
            bells.discard(bell)
            if not bells:
                self._bells.pop(conversation_id, None)

    def ring(self, conversation_id: str) -> None:
        """The log of that conversation has grown."""
        for bell in self._bells.get(conversation_id, ()):
            bell.set()

    def ring_all(self) -> None:
        """Something may have been missed: let everybody look."""
        for conversation_id in list(self._bells):
            self.ring(conversation_id)

    def close(self) -> None:
        """The server is about to stop: whoever follows ends at once and comes back later."""
        self.closing = True
        self.ring_all()
