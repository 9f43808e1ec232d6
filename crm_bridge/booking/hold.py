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

from crm_bridge.booking import ledger, offer, repository
from crm_bridge.booking.choose import Choice, choose
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.expire import end_due
from crm_bridge.booking.ledger import Ledgers, account_in, give
from crm_bridge.booking.models import Booking, Ledger
from crm_bridge.booking.news import tell_held
from crm_bridge.booking.refusals import OpeningTaken, TooManyHolds
from crm_bridge.booking.scope import Scope
from crm_bridge.calendars import repository as advisors
from crm_bridge.calendars.repository import Locked
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
    ledgers = await _let_go(session, list(locked), scope, conversation_id, now=now)
    in_order = [locked[each] for each in scope.advisors if each in locked]
    booking = await _take(
        session,
        scope,
        start,
        in_order,
        ledger=ledgers.get(scope.playbook or ""),
        conversation_id=conversation_id,
        desk=desk,
        now=now,
    )
    if booking is None:
        raise OpeningTaken(await offer.nearest(session, scope, start, now=now))
    if conversation_id is not None:
        await tell_held(session, conversation_id, booking, now=now)
    return booking


async def _let_go(
    session: AsyncSession,
    locked: Sequence[str],
    scope: Scope,
    conversation_id: str | None,
    *,
    now: datetime,
) -> Ledgers:
    """End what ran out and what the conversation held before, and give the turns back."""
    ended = await end_due(session, locked, now=now)
    if conversation_id is not None:
        mine = Booking.conversation_id == conversation_id
        because = "another opening was held"
        ended += await repository.end_holds(session, mine, because=because, now=now)
    playbooks = [scope.playbook, *(each.playbook for each in ended)]
    ledgers = await ledger.open_ledgers(session, playbooks)
    because = "the hold came to nothing"
    await ledger.give_back(session, ended, because=because, now=now, ledgers=ledgers)
    return ledgers


async def _take(
    session: AsyncSession,
    scope: Scope,
    start: datetime,
    in_order: Sequence[Locked],
    *,
    ledger: Ledger | None,
    conversation_id: str | None,
    desk: Desk,
    now: datetime,
) -> Booking | None:
    """Write the hold for the first advisor in turn for whom the database takes it, or for
    all of them together."""
    free, others = await offer.free_at(session, scope, start, now=now)
    choice = choose(
        free, scope.rule, account=account_in(ledger), weights=scope.weights, owner=scope.owner
    )
    by_id = {advisor.id: advisor for advisor in in_order}
    while choice.order:
        chosen = choice.order[0]
        fellows = choice.order[1:] if scope.rule == "all" else ()
        meeting = [by_id[each] for each in (chosen, *fellows)]
        booking = _booking(meeting, scope, start, desk=desk, now=now)
        booking.conversation_id = conversation_id
        booking.reason = choice.reason(chosen, others)
        if await _write(session, booking, fellows):
            if ledger is not None and len(scope.advisors) > 1:
                _note_turn(session, ledger, booking, scope, choice, now=now)
            return booking
        if fellows:
            return None
        choice = choice.without(chosen)
        others = [*others, (chosen, "had just been taken")]
    return None


def _note_turn(
    session: AsyncSession,
    ledger: Ledger,
    booking: Booking,
    scope: Scope,
    choice: Choice,
    *,
    now: datetime,
) -> None:
    give(
        session,
        ledger,
        booking,
        route=scope.route,
        rule=scope.rule,
        weights=choice.shared(booking.advisor_id),
        now=now,
    )


async def _check_pace(
    session: AsyncSession, conversation_id: str, desk: Desk, *, now: datetime
) -> None:
    most = desk.settings.booking.holds_per_conversation
    if await repository.holds_since(session, conversation_id, now - DAY) >= most:
        raise TooManyHolds(
            f"a conversation may hold {most} openings a day", retry_after_seconds=3600
        )


def _booking(
    meeting: Sequence[Locked], scope: Scope, start: datetime, *, desk: Desk, now: datetime
) -> Booking:
    """A hold of the first of `meeting`, with the longest buffers of any of them."""
    booking_id = new_id("bkg")
    before = max(each.buffer_before_minutes for each in meeting)
    later = max(each.buffer_after_minutes for each in meeting)
    end = start + timedelta(minutes=scope.length_minutes)
    return Booking(
        id=booking_id,
        status="held",
        advisor_id=meeting[0].id,
        playbook=scope.playbook,
        playbook_version=scope.playbook_version,
        start_at=start,
        end_at=end,
        pad_start_at=start - timedelta(minutes=before),
        pad_end_at=end + timedelta(minutes=later),
        hold_token=f"hld_{new_token()}",
        expires_at=now + desk.hold_for,
        uid=f"{booking_id}@{desk.settings.mail.sender.rpartition('@')[2] or 'usher'}",
        page_token_hash=token_hash(desk.page_token(booking_id)),
        titles=dict(scope.titles),
        visitor={},
        created_at=now,
        updated_at=now,
    )


async def _write(session: AsyncSession, booking: Booking, fellows: Sequence[str]) -> bool:
    """False when the database says that the time is taken after all."""
    try:
        async with session.begin_nested():
            await repository.add_with_claims(session, booking, fellows)
    except IntegrityError:
        return False
    return True
