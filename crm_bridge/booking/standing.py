"""What stands for a conversation, as the chat gateway asks for it (`chat.facts.Facts`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import String, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.chat.facts import Standing
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.prepared import Prepared, Runner

_booking = cast("Table", Booking.__table__)
_ANY: Final = Prepared(
    select(_booking.c.id)
    .where(_booking.c.conversation_id == bindparam("conversation", type_=String))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Standings:
    """Holds and bookings of conversations."""

    desk: Desk

    async def anything(self, on: Runner, conversation_id: str) -> bool:
        """Whether the conversation ever held or booked anything."""
        return await _ANY.one(on, {"conversation": conversation_id}) is not None

    async def standing(
        self, session: AsyncSession, conversation: Conversation, now: datetime
    ) -> Standing:
        """Its hold and its booking now."""
        return await service.standing(session, conversation, now, desk=self.desk)
