"""A hold becomes a booking: compare and swap, so that of two at once one wins and of two
by the same visitor both get the same booking."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import offer, repository, together
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.booking.news import tell
from crm_bridge.booking.refusals import HoldExpired, OpeningTaken
from crm_bridge.booking.scope import Scope, of_advisor
from crm_bridge.calendars import busy
from crm_bridge.calendars import repository as advisors
from crm_bridge.calendars.intervals import Interval
from crm_bridge.conversations import service as conversations
from crm_bridge.video.port import Meeting


async def confirm(
    session: AsyncSession,
    hold_token: str,
    *,
    scope: Scope | None,
    visitor: Mapping[str, Any],
    contact_id: str | None,
    desk: Desk,
    now: datetime,
) -> Booking:
    """Book what `hold_token` holds, for `visitor` (see `models.Booking`).

    `scope` is where to look for other openings when it cannot be. The same token again
    gives the same booking. Raises HoldExpired or OpeningTaken.
    """
    held = await repository.get_by_hold(session, hold_token)
    if held is None:
        raise HoldExpired
    if held.status == "booked":
        return held
    scope = scope or of_advisor(held.advisor_id)
    ids = await together.ids_of(session, held)
    await advisors.lock_advisors(session, ids)
    await _check_calendar(session, held, ids, scope, now=now)
    meeting = Meeting(held.id, "", held.start_at, held.end_at)
    swapped = await repository.confirm_held(
        session,
        hold_token,
        now=now,
        video_url=desk.video.room(meeting),
        visitor=dict(visitor),
        visitor_email=email_key(visitor),
        contact_id=contact_id,
    )
    booking = await repository.get_again(session, held.id)
    if booking is None or not (swapped or booking.status == "booked"):
        mine = offer.Ignored(held.conversation_id, (held.id,))
        found = await offer.nearest(session, scope, held.start_at, now=now, ignored=mine)
        raise HoldExpired(found)
    if swapped:
        if booking.conversation_id is not None:
            await conversations.attach_booking(session, booking.conversation_id, booking.id)
        await tell(session, booking, "booked", desk=desk, now=now)
    return booking


def email_key(visitor: Mapping[str, Any]) -> str | None:
    """The visitor's address as meetings are counted by."""
    email = visitor.get("email")
    return email.strip().lower() if isinstance(email, str) and email.strip() else None


async def _check_calendar(
    session: AsyncSession, held: Booking, ids: Sequence[str], scope: Scope, *, now: datetime
) -> None:
    """The advisors' own calendar has the last word: what was put there since the hold. One
    that can no longer be trusted confirms nothing."""
    time = Interval(held.pad_start_at, held.pad_end_at)
    taken = await busy.busy_of(session, ids, time)
    stale = await busy.stale_calendars(session, ids, now=now)
    if taken or stale:
        found = await offer.nearest(session, scope, held.start_at, now=now)
        raise OpeningTaken(found)
