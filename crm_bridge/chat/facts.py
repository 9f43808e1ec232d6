"""What the gateway asks of parts that it may not know: playbooks as they were published,
and what stands for a conversation beyond its answers. `app.py` gives both."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.booking import BookingView, HoldView
from contracts.turn import Answer
from crm_bridge.conversations.models import Conversation
from crm_bridge.playbooks.service import Published

__all__ = ["Facts", "Playbooks", "Published", "Standing", "nothing_stands"]


@dataclass(frozen=True, slots=True)
class Standing:
    """The hold and the booking of a conversation, and what is known of a visitor who has
    proved who they are (question -> answer)."""

    hold: HoldView | None = None
    booking: BookingView | None = None
    known: Mapping[str, Answer] = field(default_factory=dict)


Facts = Callable[[AsyncSession, Conversation, datetime], Awaitable[Standing]]


async def nothing_stands(
    _session: AsyncSession, _conversation: Conversation, _now: datetime
) -> Standing:
    """The facts of a bridge without booking."""
    return Standing()


class Playbooks(Protocol):
    """Published playbooks. Both raise NotFound."""

    async def latest(self, session: AsyncSession, name: str) -> Published: ...

    async def get(self, session: AsyncSession, name: str, version: int) -> Published: ...
