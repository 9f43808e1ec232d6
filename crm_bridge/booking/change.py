"""A booked meeting is moved or cancelled: same advisor, same UID, a higher SEQUENCE."""

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import offer, repository
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.expire import let_go_due
from crm_bridge.booking.models import Booking
from crm_bridge.booking.news import tell
from crm_bridge.booking.refusals import BookingUnknown, Clash, OpeningTaken, TooManyChanges
from crm_bridge.booking.scope import Scope
from crm_bridge.booking.states import after, check_changeable
from crm_bridge.calendars import repository as advisors
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import Advisor

Who = Literal["visitor", "rep", "api", "advisor"]


async def move(
    session: AsyncSession,
    booking_id: str,
    start: datetime,
    *,
    scope: Scope,
    by: Who,
    desk: Desk,
    now: datetime,
) -> Booking:
    """Let the meeting begin at `start` instead; the length stays. To where it is already
    changes nothing. `scope` is its advisor alone.

    Raises BookingUnknown, WrongState, BookingOver, TooManyChanges, or OpeningTaken (the
    meeting stays).
    """
    booking, advisor = await _locked(session, booking_id)
    check_changeable(booking.status, "move", start=booking.start_at, now=now)
    if start == booking.start_at:
        return booking
    _check_pace(booking, desk)
    await let_go_due(session, [advisor.id], now=now)
    mine = offer.Ignored(bookings=(booking.id,))
    free, _ = await offer.free_at(session, [advisor], scope, start, now=now, ignored=mine)
    before = booking.start_at
    end = start + (booking.end_at - booking.start_at)
    if not free or not await _put(session, booking, Interval(start, end), advisor, now=now):
        found = await offer.nearest(session, scope, start, now=now, ignored=mine)
        raise OpeningTaken(found)
    more = {"by": by, "from": before.isoformat()}
    await tell(session, booking, "moved", advisor=advisor, desk=desk, now=now, **more)
    return booking


async def follow(
    session: AsyncSession,
    booking_id: str,
    start: datetime,
    end: datetime,
    *,
    desk: Desk,
    now: datetime,
) -> Booking:
    """The advisor moved the meeting in their own calendar: it is there now, whatever the
    rules for openings are. What is there already is not moved.

    Raises BookingUnknown, WrongState, BookingOver, or Clash (the meeting stays).
    """
    booking, advisor = await _locked(session, booking_id)
    check_changeable(booking.status, "move", start=min(booking.start_at, start), now=now)
    if (start, end) == (booking.start_at, booking.end_at):
        return booking
    await let_go_due(session, [advisor.id], now=now)
    before = booking.start_at
    if not await _put(session, booking, Interval(start, end), advisor, now=now):
        raise Clash(booking.id)
    more = {"by": "advisor", "from": before.isoformat()}
    await tell(session, booking, "moved", advisor=advisor, desk=desk, now=now, **more)
    return booking


async def cancel(
    session: AsyncSession, booking_id: str, *, reason: str, by: Who, desk: Desk, now: datetime
) -> Booking:
    """Cancel the meeting and give the time back; cancelling again changes nothing.

    Raises BookingUnknown, WrongState or BookingOver.
    """
    booking, advisor = await _locked(session, booking_id)
    if booking.status == "cancelled":
        return booking
    check_changeable(booking.status, "cancel", start=booking.start_at, now=now)
    booking.status = after(booking.status, "cancel")
    booking.sequence += 1
    booking.ended_because = reason.strip()[:500] or f"cancelled by {by}"
    booking.ended_by = by
    booking.updated_at = now
    await repository.unclaim(session, [booking.id])
    await session.flush()
    await tell(session, booking, "cancelled", advisor=advisor, desk=desk, now=now, by=by)
    return booking


def _check_pace(booking: Booking, desk: Desk) -> None:
    """Each change is two mails: a script must not send hundreds."""
    most = desk.settings.booking.changes_per_booking
    if booking.sequence >= most:
        raise TooManyChanges(f"a meeting may be moved {most} times")


async def _locked(session: AsyncSession, booking_id: str) -> tuple[Booking, Advisor]:
    booking = await repository.get_again(session, booking_id)
    if booking is None:
        raise BookingUnknown(f"there is no booking {booking_id}")
    (advisor,) = await advisors.lock_advisors(session, [booking.advisor_id])
    again = await repository.get_again(session, booking_id)
    if again is None:
        raise BookingUnknown(f"there is no booking {booking_id}")
    return again, advisor


async def _put(
    session: AsyncSession, booking: Booking, time: Interval, advisor: Advisor, *, now: datetime
) -> bool:
    """Write the new time and claim it; False when the database says it is taken after all."""
    try:
        async with session.begin_nested():
            await repository.unclaim(session, [booking.id])
            booking.start_at, booking.end_at = time.start, time.end
            before = timedelta(minutes=advisor.buffer_before_minutes)
            booking.pad_start_at = time.start - before
            later = timedelta(minutes=advisor.buffer_after_minutes)
            booking.pad_end_at = booking.end_at + later
            booking.sequence += 1
            booking.updated_at = now
            await session.flush()
            await repository.claim(session, booking)
    except IntegrityError:
        await session.refresh(booking)
        return False
    return True
