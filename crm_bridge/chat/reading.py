"""A visitor's view of their log, for as long as their session is good."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm_bridge.chat import sessions
from crm_bridge.conversations import repository, transcript
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database


@dataclass(frozen=True, slots=True)
class LogReader:
    """Reads with the token of one request."""

    database: Database
    clock: Clock
    authorization: str | None

    async def beyond(self, seq: int) -> Sequence[dict[str, Any]] | None:
        """The events after `seq` as the page gets them; None once the session has ended."""
        async with self.database.quick(readonly=True) as quick:
            holder = await sessions.holder_of(quick, self.authorization, now=self.clock.now())
            if holder is None:
                return None
            rows = await repository.events_after(quick, holder.conversation_id, seq)
        return [transcript.shown(row) for row in rows]
