"""What the gateway asks of parts that it may not know: playbooks as they were published,
and what stands for a conversation beyond its answers. `app.py` gives both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.booking import BookingView, HoldView
from contracts.turn import Answer
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.database import Database
from crm_bridge.core.prepared import Runner
from crm_bridge.playbooks.service import Published

__all__ = ["Facts", "NothingStands", "Playbooks", "Published", "Shelf", "Standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The hold and the booking of a conversation, and what is known of a visitor who has
    proved who they are (question -> answer)."""

    hold: HoldView | None = None
    booking: BookingView | None = None
    known: Mapping[str, Answer] = field(default_factory=dict)


class Facts(Protocol):
    """What stands for a conversation. It is asked at every turn, so `anything` is quick."""

    async def anything(self, on: Runner, conversation_id: str) -> bool:
        """Whether the conversation ever held or booked anything."""
        ...

    async def standing(
        self, session: AsyncSession, conversation: Conversation, now: datetime
    ) -> Standing:
        """What stands now; asked only where there is anything."""
        ...


class NothingStands:
    """The facts of a bridge without booking."""

    async def anything(self, on: Runner, conversation_id: str) -> bool:
        return False

    async def standing(
        self, session: AsyncSession, conversation: Conversation, now: datetime
    ) -> Standing:
        return Standing()


class Playbooks(Protocol):
    """Published playbooks. What asks the database raises NotFound."""

    def kept(self, name: str, version: int) -> Published | None: ...

    async def latest(self, session: AsyncSession, name: str) -> Published: ...

    async def get(self, session: AsyncSession, name: str, version: int) -> Published: ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """The published playbooks for who has no session at hand (they are kept in memory)."""

    database: Database
    playbooks: Playbooks

    async def latest(self, name: str) -> Published:
        """The newest version. Raises NotFound."""
        async with self.database.reading() as session:
            return await self.playbooks.latest(session, name)

    async def get(self, name: str, version: int) -> Published:
        """One version. Raises NotFound."""
        if (kept := self.playbooks.kept(name, version)) is not None:
            return kept
        async with self.database.reading() as session:
            return await self.playbooks.get(session, name, version)
