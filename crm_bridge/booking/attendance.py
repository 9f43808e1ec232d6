"""Whether the visitor came, as somebody of the house says afterwards."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import ledger, repository
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.booking.news import announce_came, announce_no_show
from crm_bridge.booking.refusals import BookingUnknown
from crm_bridge.booking.states import WrongState


async def note(
    session: AsyncSession, booking_id: str, *, came: bool, desk: Desk, now: datetime
) -> Booking:
    """Note it, or correct it. Who did not come costs the advisor no turn; who came after
    all does. The first time that somebody did not come, booking.no_show is announced, and
    booking.came when that was an error.

    Raises BookingUnknown, and WrongState for a meeting that has not begun or does not stand.
    """
    booking = await repository.get_again(session, booking_id)
    if booking is None:
        raise BookingUnknown(f"there is no booking {booking_id}")
    if booking.status != "booked" or now < booking.start_at:
        raise WrongState("only of a meeting that has begun can be said who came")
    said = "came" if came else "no_show"
    before = booking.attendance
    booking.attendance, booking.updated_at = said, now
    if came and before == "no_show":
        await ledger.take_again(session, booking, because="the visitor came after all", now=now)
        announce_came(session, booking, now=now)
    elif not came and before != "no_show":
        await ledger.give_back(session, [booking], because="the visitor did not come", now=now)
        if not await repository.was_missed(session, booking.id):
            follow_up = await _follows(session, booking, desk)
            announce_no_show(session, booking, follow_up=follow_up, now=now)
    await session.flush()
    return booking


async def _follows(session: AsyncSession, booking: Booking, desk: Desk) -> bool:
    """Whether the playbook wants the visitor to be offered another time."""
    if booking.playbook is None or booking.playbook_version is None:
        return True
    published = await desk.playbooks.get(session, booking.playbook, booking.playbook_version)
    return published.playbook.meeting.follow_up_no_show
