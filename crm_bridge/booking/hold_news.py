"""A hold ran out: the bot says so and offers times again, once."""

from typing import Final

from crm_bridge.booking import repository
from crm_bridge.booking.expire import RAN_OUT
from crm_bridge.booking.models import Booking
from crm_bridge.chat.service import queue_system_turn
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Event

TOLD: Final = "ran out, and the visitor was told"


class HoldNews:
    """The outbox's handler of hold.expired."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def on_hold_expired(self, event: Event) -> None:
        """Let the bot speak in the conversation, unless the visitor has gone on meanwhile."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            held = await session.get(Booking, event.data["booking"], with_for_update=True)
            if held is None or held.conversation_id is None or held.ended_because != RAN_OUT:
                return
            held.ended_because = TOLD
            conversation = await session.get(Conversation, held.conversation_id)
            if conversation is None or conversation.erased_at or conversation.closed_at:
                return
            latest = await repository.of_conversation(
                session, conversation.id, ["held", "booked", "expired"]
            )
            if latest is None or latest.id != held.id:
                return
            await queue_system_turn(session, conversation.id, "hold_expired", now=now)
