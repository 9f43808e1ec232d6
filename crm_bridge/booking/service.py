"""Booking for the rest of the bridge: openings, holds, bookings and what stands.

No function here commits; one call is meant to be one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.booking import BookingView, HoldView
from crm_bridge.booking import change, ledger, offer, repository, scope, together, visitor
from crm_bridge.booking import confirm as confirming
from crm_bridge.booking import hold as holding
from crm_bridge.booking.change import Who
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.booking.news import announce_change
from crm_bridge.booking.offer import Offer
from crm_bridge.booking.refusals import BookingUnknown, TooManyBookings
from crm_bridge.booking.states import after, stands
from crm_bridge.calendars import service as advisors
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import Advisor
from crm_bridge.chat.facts import Standing
from crm_bridge.conversations.models import Conversation

__all__ = ["BookingUnknown"]


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting as a list of them shows it; `zone` is the advisor's."""

    id: str
    start: datetime
    end: datetime
    zone: str
    status: str
    advisor: str
    advisor_name: str
    conversation_id: str | None
    contact_id: str | None
    who: str
    company: str
    video_url: str | None
    attendance: str | None  # came or no_show, once somebody said
    reason: Mapping[str, Any]


async def openings(
    session: AsyncSession, conversation_id: str, window: Interval, *, desk: Desk, now: datetime
) -> Offer:
    """What the visitor of a conversation can be offered; their own hold and the meeting
    they may want to move do not stand in the way. Raises ConversationUnknown."""
    conversation, wanted = await scope.of_conversation_id(session, conversation_id, desk)
    own = await _coming(session, conversation, now=now)
    if own is not None:
        wanted = await scope.of_booking(session, own, desk)
    ignored = offer.Ignored(conversation_id, (own.id,) if own else ())
    return await offer.find(session, wanted, window, now=now, ignored=ignored)


async def hold(
    session: AsyncSession, conversation_id: str, start: datetime, *, desk: Desk, now: datetime
) -> HoldView:
    """Keep an opening for a conversation; what it held before is let go.

    Raises ConversationUnknown, OpeningTaken or TooManyHolds.
    """
    conversation, wanted = await scope.of_conversation_id(session, conversation_id, desk)
    held = await holding.hold(
        session, wanted, start, conversation_id=conversation.id, desk=desk, now=now
    )
    return await hold_view(session, held)


async def confirm(
    session: AsyncSession, conversation_id: str, hold_token: str, *, desk: Desk, now: datetime
) -> BookingView:
    """Book what the conversation holds, for who its visitor says they are.

    Raises ConversationUnknown, HoldExpired, OpeningTaken or TooManyBookings.
    """
    conversation, wanted = await scope.of_conversation_id(session, conversation_id, desk)
    person = await visitor.of_conversation(session, conversation)
    email, most = confirming.email_key(person), desk.settings.booking.meetings_per_email
    if email and await repository.coming_of_email(session, email, now=now) >= most:
        raise TooManyBookings(f"an address may have {most} coming meetings")
    booking = await confirming.confirm(
        session,
        hold_token,
        scope=wanted,
        visitor=person,
        contact_id=conversation.contact_id,
        desk=desk,
        now=now,
    )
    return await booking_view(session, booking, desk)


async def move(
    session: AsyncSession, booking_id: str, start: datetime, *, by: Who, desk: Desk, now: datetime
) -> BookingView:
    """Move a meeting (see `booking.change`)."""
    wanted = await scope_of_booking(session, booking_id, desk)
    booking = await change.move(session, booking_id, start, scope=wanted, by=by, desk=desk, now=now)
    return await booking_view(session, booking, desk)


async def cancel(
    session: AsyncSession, booking_id: str, *, reason: str, by: Who, desk: Desk, now: datetime
) -> BookingView:
    """Cancel a meeting (see `booking.change`)."""
    booking = await change.cancel(session, booking_id, reason=reason, by=by, desk=desk, now=now)
    return await booking_view(session, booking, desk)


async def get(session: AsyncSession, booking_id: str) -> Booking:
    """The booking of that id. Raises BookingUnknown."""
    booking = await session.get(Booking, booking_id)
    if booking is None:
        raise BookingUnknown(f"there is no booking {booking_id}")
    return booking


async def scope_of_booking(session: AsyncSession, booking_id: str, desk: Desk) -> scope.Scope:
    """The advisor of a booking alone, for the meeting of its playbook."""
    return await scope.of_booking(session, await get(session, booking_id), desk)


async def standing(
    session: AsyncSession, conversation: Conversation, now: datetime, *, desk: Desk
) -> Standing:
    """The hold and the booking of a conversation, for the dialogue."""
    held = await repository.of_conversation(session, conversation.id, ["held"])
    booked = await repository.of_conversation(session, conversation.id, ["booked", "cancelled"])
    live = held is not None and stands(held.status, held.expires_at, now)
    return Standing(
        hold=await hold_view(session, held) if held is not None and live else None,
        booking=await booking_view(session, booked, desk) if booked else None,
    )


async def hold_view(session: AsyncSession, held: Booking) -> HoldView:
    """A hold as it travels."""
    assert held.expires_at is not None  # noqa: S101 - of a hold it is always set
    return HoldView(
        hold=held.hold_token,
        start=held.start_at,
        end=held.end_at,
        expires_at=held.expires_at,
        advisor=held.advisor_id,
        advisor_name=await together.names_of(session, held),
    )


async def booking_view(session: AsyncSession, booking: Booking, desk: Desk) -> BookingView:
    """A booking as it travels."""
    return BookingView(
        booking=booking.id,
        status="cancelled" if booking.status == "cancelled" else "booked",
        start=booking.start_at,
        end=booking.end_at,
        advisor=booking.advisor_id,
        advisor_name=await together.names_of(session, booking),
        page_url=desk.page_url(booking.id),
        video_url=booking.video_url,
    )


async def list_meetings(
    session: AsyncSession, *, now: datetime, coming: bool, limit: int = 100
) -> list[MeetingRow]:
    """Booked and cancelled meetings: the next ones first, or (not `coming`) the last ones."""
    found = await repository.list_meetings(session, now=now, coming=coming, limit=limit)
    known = {each.id: each for each in await advisors.list_advisors(session)}
    fellows = await repository.fellows_of_several(session, [each.id for each in found])
    return [
        _row(booking, [known[each] for each in (booking.advisor_id, *fellows.get(booking.id, ()))])
        for booking in found
    ]


async def view_for_conversation(session: AsyncSession, conversation_id: str) -> MeetingRow | None:
    """The latest meeting of a conversation, booked or cancelled."""
    booking = await repository.of_conversation(session, conversation_id, ["booked", "cancelled"])
    if booking is None:
        return None
    return _row(booking, await together.advisors_of(session, booking))


async def erase(
    session: AsyncSession,
    conversation_ids: Sequence[str],
    contact_id: str | None,
    *,
    now: datetime,
) -> None:
    """Forget who the meetings were with. What is held is let go, what is ahead is
    cancelled (the advisor is told); the bare times of past meetings stay."""
    ended = []
    for booking in await repository.of_people(session, conversation_ids, contact_id):
        booking.visitor, booking.visitor_email = {}, None
        booking.contact_id, booking.ended_because = None, None
        booking.updated_at = now
        ahead = booking.status == "booked" and booking.start_at > now
        if booking.status == "held":
            booking.status = after(booking.status, "release")
        elif ahead:
            booking.status = after(booking.status, "cancel")
            booking.sequence += 1
            booking.ended_by = "erasure"
            announce_change(session, booking, "cancelled", now=now, by="erasure")
        if booking.status != "booked":
            await repository.unclaim(session, [booking.id])
            ended.append(booking)
    await session.flush()
    await ledger.give_back(session, ended, because="the visitor's data were erased", now=now)


async def _coming(
    session: AsyncSession, conversation: Conversation, *, now: datetime
) -> Booking | None:
    booked = await repository.of_conversation(session, conversation.id, ["booked", "cancelled"])
    live = booked is not None and booked.status == "booked" and booked.start_at > now
    return booked if live else None


def _row(booking: Booking, meeting: Sequence[Advisor]) -> MeetingRow:
    person = booking.visitor
    return MeetingRow(
        id=booking.id,
        start=booking.start_at,
        end=booking.end_at,
        zone=meeting[0].timezone,
        status=booking.status,
        advisor=booking.advisor_id,
        advisor_name=together.names(meeting),
        conversation_id=booking.conversation_id,
        contact_id=booking.contact_id,
        who=person.get("name") or person.get("email") or "",
        company=person.get("company") or "",
        video_url=booking.video_url,
        attendance=booking.attendance,
        reason=booking.reason,
    )
