"""A booked meeting is moved or cancelled: same advisor, same UID, a higher SEQUENCE."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import ledger, offer, repository, together
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.expire import let_go_due
from crm_bridge.booking.models import Booking
from crm_bridge.booking.news import tell
from crm_bridge.booking.refusals import BookingUnknown, Clash, OpeningTaken, TooManyChanges
from crm_bridge.booking.scope import Scope
from crm_bridge.booking.states import after, check_changeable
from crm_bridge.calendars import busy
from crm_bridge.calendars import repository as advisors
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.repository import Locked

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
    changes nothing. `scope` is of its advisors.

    Raises BookingUnknown, WrongState, BookingOver, TooManyChanges, or OpeningTaken (the
    meeting stays).
    """
    booking, everybody = await _locked(session, booking_id)
    check_changeable(booking.status, "move", start=booking.start_at, now=now)
    if start == booking.start_at:
        return booking
    _check_pace(booking, desk)
    await let_go_due(session, [each.id for each in everybody], now=now)
    mine = offer.Ignored(bookings=(booking.id,))
    free, _ = await offer.free_at(session, scope, start, now=now, ignored=mine)
    before = booking.start_at
    end = start + (booking.end_at - booking.start_at)
    if not free or not await _put(session, booking, Interval(start, end), everybody, now=now):
        found = await offer.nearest(session, scope, start, now=now, ignored=mine)
        raise OpeningTaken(found)
    more = {"by": by, "from": before.isoformat()}
    await tell(session, booking, "moved", desk=desk, now=now, **more)
    return booking


async def follow(
    session: AsyncSession,
    booking_id: str,
    start: datetime,
    end: datetime,
    *,
    advisor_id: str,
    desk: Desk,
    now: datetime,
) -> Booking:
    """The advisor moved the meeting in their own calendar: it is there now, whatever the
    rules for openings are. What is there already is not moved. Others who meet the visitor
    too must be free by their calendars.

    Raises BookingUnknown, WrongState, BookingOver, or Clash (the meeting stays).
    """
    booking, everybody = await _locked(session, booking_id)
    check_changeable(booking.status, "move", start=min(booking.start_at, start), now=now)
    if (start, end) == (booking.start_at, booking.end_at):
        return booking
    ids = [each.id for each in everybody]
    await let_go_due(session, ids, now=now)
    others = [each for each in ids if each != advisor_id]
    if others and await busy.busy_of(session, others, Interval(start, end)):
        raise Clash(booking.id)
    before = booking.start_at
    if not await _put(session, booking, Interval(start, end), everybody, now=now):
        raise Clash(booking.id)
    more = {"by": "advisor", "who": advisor_id, "from": before.isoformat()}
    await tell(session, booking, "moved", desk=desk, now=now, **more)
    return booking


async def cancel(
    session: AsyncSession,
    booking_id: str,
    *,
    reason: str,
    by: Who,
    desk: Desk,
    now: datetime,
    advisor_id: str | None = None,
) -> Booking:
    """Cancel the meeting, and give the time and the turn back; cancelling again changes
    nothing. `advisor_id` is the advisor who did it in their own calendar.

    Raises BookingUnknown, WrongState or BookingOver.
    """
    booking, _ = await _locked(session, booking_id)
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
    await ledger.give_back(session, [booking], because=f"cancelled by {by}", now=now)
    more = {"by": by, "who": advisor_id} if advisor_id else {"by": by}
    await tell(session, booking, "cancelled", desk=desk, now=now, **more)
    return booking


def _check_pace(booking: Booking, desk: Desk) -> None:
    """Each change is two mails: a script must not send hundreds."""
    most = desk.settings.booking.changes_per_booking
    if booking.sequence >= most:
        raise TooManyChanges(f"a meeting may be moved {most} times")


async def _locked(session: AsyncSession, booking_id: str) -> tuple[Booking, list[Locked]]:
    """The booking as it is once its advisors are locked, its own one first."""
    booking = await repository.get_again(session, booking_id)
    if booking is None:
        raise BookingUnknown(f"there is no booking {booking_id}")
    ids = await together.ids_of(session, booking)
    locked = {each.id: each for each in await advisors.lock_advisors(session, ids)}
    again = await repository.get_again(session, booking_id)
    if again is None:
        raise BookingUnknown(f"there is no booking {booking_id}")
    return again, [locked[each] for each in ids]


async def _put(
    session: AsyncSession,
    booking: Booking,
    time: Interval,
    everybody: Sequence[Locked],
    *,
    now: datetime,
) -> bool:
    """Write the new time and claim it; False when the database says it is taken after all."""
    try:
        async with session.begin_nested():
            await repository.unclaim(session, [booking.id])
            booking.start_at, booking.end_at = time.start, time.end
            before = timedelta(minutes=max(each.buffer_before_minutes for each in everybody))
            booking.pad_start_at = time.start - before
            later = timedelta(minutes=max(each.buffer_after_minutes for each in everybody))
            booking.pad_end_at = booking.end_at + later
            booking.sequence += 1
            booking.updated_at = now
            await session.flush()
            await repository.claim(session, booking, [each.id for each in everybody])
    except IntegrityError:
        await session.refresh(booking)
        return False
    return True
