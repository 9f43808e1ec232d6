"""Who lost their meeting, or missed it, books another one with the same advisor."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import confirm, hold, repository, scope
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.booking.refusals import TooManyBookings
from crm_bridge.booking.states import WrongState


def may_meet_again(booking: Booking) -> bool:
    """Whether the page of this meeting offers other times: it was cancelled or missed, and
    we still know who it was with."""
    lost = booking.status == "cancelled" or booking.attendance == "no_show"
    return lost and bool(booking.visitor)


async def meet_again(
    session: AsyncSession, booking: Booking, start: datetime, *, desk: Desk, now: datetime
) -> Booking:
    """A new meeting at `start` for the same two. Raises WrongState, OpeningTaken or
    TooManyBookings."""
    if not may_meet_again(booking):
        raise WrongState("this meeting still stands, or nobody knows whose it was")
    email, most = booking.visitor_email, desk.settings.booking.meetings_per_email
    if email and await repository.coming_of_email(session, email, now=now) >= most:
        raise TooManyBookings(f"an address may have {most} coming meetings")
    where = await scope.of_booking(session, booking, desk)
    held = await hold.hold(
        session, where, start, conversation_id=booking.conversation_id, desk=desk, now=now
    )
    return await confirm.confirm(
        session,
        held.hold_token,
        scope=where,
        visitor=booking.visitor,
        contact_id=booking.contact_id,
        desk=desk,
        now=now,
    )
