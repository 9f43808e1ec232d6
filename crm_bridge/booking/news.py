"""What others are told of a booking: the outbox's events, and the card in the chat.

Events: booking.confirmed, booking.moved, booking.cancelled, booking.no_show, booking.came
(after a no-show that was said in error), hold.expired; their data are ids, times and the
sequence, no person.
"""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import together
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.chat.service import post_status
from crm_bridge.core.outbox import announce

Happened = Literal["booked", "moved", "cancelled"]
_EVENT: dict[Happened, str] = {
    "booked": "booking.confirmed",
    "moved": "booking.moved",
    "cancelled": "booking.cancelled",
}


async def tell(
    session: AsyncSession,
    booking: Booking,
    happened: Happened,
    *,
    desk: Desk,
    now: datetime,
    **more: Any,
) -> None:
    """Announce a change, and show it in the chat that the booking came from."""
    announce_change(session, booking, happened, now=now, **more)
    if booking.conversation_id is not None:
        card = {
            "booking": booking.id,
            "start": booking.start_at.isoformat(),
            "end": booking.end_at.isoformat(),
            "advisor": booking.advisor_id,
            "advisor_name": await together.names_of(session, booking),
            "video_url": booking.video_url,
            "page_url": desk.page_url(booking.id),
        }
        await post_status(session, booking.conversation_id, happened, card, now=now)


def announce_change(
    session: AsyncSession, booking: Booking, happened: Happened, *, now: datetime, **more: Any
) -> None:
    """Announce a change to the rest of the bridge alone."""
    data = {**_ids(booking), "sequence": booking.sequence, **more}
    announce(session, _EVENT[happened], data, now=now, subject_id=booking.id)


def announce_no_show(
    session: AsyncSession, booking: Booking, *, follow_up: bool, now: datetime
) -> None:
    """Announce that the visitor did not come; `follow_up`: they are offered another time."""
    data = {**_ids(booking), "sequence": booking.sequence, "follow_up": follow_up}
    announce(session, "booking.no_show", data, now=now, subject_id=booking.id)


def announce_came(session: AsyncSession, booking: Booking, *, now: datetime) -> None:
    """Announce that the visitor did come, though the opposite was said."""
    data = {**_ids(booking), "sequence": booking.sequence}
    announce(session, "booking.came", data, now=now, subject_id=booking.id)


async def tell_held(
    session: AsyncSession, conversation_id: str, booking: Booking, *, now: datetime
) -> None:
    """Show the visitor until when the opening is theirs."""
    held = {
        "start": booking.start_at.isoformat(),
        "end": booking.end_at.isoformat(),
        "expires_at": booking.expires_at.isoformat() if booking.expires_at else None,
    }
    await post_status(session, conversation_id, "held", held, now=now)


def tell_expired(session: AsyncSession, booking: Booking, *, now: datetime) -> None:
    """Announce that a hold ran out."""
    announce(session, "hold.expired", _ids(booking), now=now, subject_id=booking.id)


def _ids(booking: Booking) -> dict[str, Any]:
    return {
        "booking": booking.id,
        "conversation": booking.conversation_id,
        "advisor": booking.advisor_id,
        "start": booking.start_at.isoformat(),
        "end": booking.end_at.isoformat(),
    }
