"""An opening is kept for one visitor, in one short transaction.

Lock the advisors of the scope, let go what ran out and what this visitor held before,
look at the diaries again, choose an advisor, write the booking and its claims. Whoever
comes second finds the time taken and gets the nearest openings.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import offer, repository
from crm_bridge.booking.choose import RECENT, Candidate, Choice, choose
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.expire import let_go_due
from crm_bridge.booking.models import Booking
from crm_bridge.booking.news import tell_held
from crm_bridge.booking.refusals import OpeningTaken, TooManyHolds
from crm_bridge.booking.scope import Scope
from crm_bridge.calendars import repository as advisors
from crm_bridge.calendars.models import Advisor
from crm_bridge.core.ids import new_id, new_token, token_hash

DAY: Final = timedelta(days=1)


async def hold(
    session: AsyncSession,
    scope: Scope,
    start: datetime,
    *,
    conversation_id: str | None,
    desk: Desk,
    now: datetime,
) -> Booking:
    """Keep `start` for the conversation (or, over the API, for whoever has the token).

    Raises OpeningTaken, and TooManyHolds for a conversation that takes hold upon hold.
    """
    if conversation_id is not None:
        await _check_pace(session, conversation_id, desk, now=now)
    locked = {each.id: each for each in await advisors.lock_advisors(session, scope.advisors)}
    await let_go_due(session, list(locked), now=now)
    if conversation_id is not None:
        mine = Booking.conversation_id == conversation_id
        await repository.end_holds(session, mine, because="another opening was held", now=now)
    in_order = [locked[each] for each in scope.advisors if each in locked]
    booking = await _take(
        session, scope, start, in_order, conversation_id=conversation_id, desk=desk, now=now
    )
    if booking is None:
        raise OpeningTaken(await offer.nearest(session, scope, start, now=now))
    if conversation_id is not None:
        await tell_held(session, conversation_id, booking, now=now)
    return booking


async def _take(
    session: AsyncSession,
    scope: Scope,
    start: datetime,
    in_order: Sequence[Advisor],
    *,
    conversation_id: str | None,
    desk: Desk,
    now: datetime,
) -> Booking | None:
    """Write the hold for the first advisor in turn for whom the database takes it."""
    free, others = await offer.free_at(session, in_order, scope, start, now=now)
    choice = await _choose(session, free, scope, now=now)
    by_id = {advisor.id: advisor for advisor in in_order}
    for candidate in choice.order:
        booking = _booking(by_id[candidate.advisor], scope, start, desk=desk, now=now)
        booking.conversation_id = conversation_id
        booking.reason = choice.reason(candidate.advisor, others)
        if await _write(session, booking):
            return booking
    return None


async def _check_pace(
    session: AsyncSession, conversation_id: str, desk: Desk, *, now: datetime
) -> None:
    most = desk.settings.booking.holds_per_conversation
    if await repository.holds_since(session, conversation_id, now - DAY) >= most:
        raise TooManyHolds(
            f"a conversation may hold {most} openings a day", retry_after_seconds=3600
        )


async def _choose(session: AsyncSession, free: list[str], scope: Scope, *, now: datetime) -> Choice:
    load = await repository.load_since(session, free, now - RECENT, now=now)
    candidates = [Candidate(each, *load.get(each, (0, None))) for each in free]
    return choose(candidates, scope.rule)


def _booking(
    advisor: Advisor, scope: Scope, start: datetime, *, desk: Desk, now: datetime
) -> Booking:
    booking_id = new_id("bkg")
    end = start + timedelta(minutes=scope.length_minutes)
    return Booking(
        id=booking_id,
        status="held",
        advisor_id=advisor.id,
        playbook=scope.playbook,
        playbook_version=scope.playbook_version,
        start_at=start,
        end_at=end,
        pad_start_at=start - timedelta(minutes=advisor.buffer_before_minutes),
        pad_end_at=end + timedelta(minutes=advisor.buffer_after_minutes),
        hold_token=f"hld_{new_token()}",
        expires_at=now + desk.hold_for,
        uid=f"{booking_id}@{desk.settings.mail.sender.rpartition('@')[2] or 'usher'}",
        page_token_hash=token_hash(desk.page_token(booking_id)),
        titles=dict(scope.titles),
        visitor={},
        created_at=now,
        updated_at=now,
    )


async def _write(session: AsyncSession, booking: Booking) -> bool:
    """False when the database says that the time is taken after all."""
    try:
        async with session.begin_nested():
            await repository.add_with_claims(session, booking)
    except IntegrityError:
        return False
    return True
