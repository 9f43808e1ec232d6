"""What the action server asks of booking, one conversation at a time."""

from fastapi import APIRouter, Request

from contracts.booking import (
    BookingView,
    CancelRequest,
    ConfirmRequest,
    HoldRequest,
    HoldView,
    MoveRequest,
    OpeningsQuery,
    StartsView,
)
from crm_bridge.booking import fresh, service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.offer import starts_view
from crm_bridge.calendars.intervals import Interval
from crm_bridge.web.dependencies import Now, Reading, Transaction
from crm_bridge.web.idempotency import Once
from crm_bridge.web.internal import Internal

router = APIRouter(prefix="/internal/v1", include_in_schema=False, dependencies=[Internal])


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


@router.post("/conversations/{conversation_id}/openings")
async def openings(
    conversation_id: str, query: OpeningsQuery, request: Request, session: Reading, now: Now
) -> StartsView:
    """What the visitor can be offered between two instants."""
    window = Interval(query.start, query.end)
    found = await service.openings(session, conversation_id, window, desk=_desk(request), now=now)
    return starts_view(found)


@router.post("/conversations/{conversation_id}/holds")
async def hold(
    conversation_id: str,
    wanted: HoldRequest,
    request: Request,
    session: Transaction,
    now: Now,
    once: Once,
) -> HoldView:
    """Keep an opening for the visitor; 409 opening_taken with the nearest ones."""

    async def work() -> HoldView:
        return await service.hold(
            session, conversation_id, wanted.start, desk=_desk(request), now=now
        )

    return await once.answer(session, HoldView, work)


@router.post("/conversations/{conversation_id}/bookings")
async def confirm(
    conversation_id: str,
    wanted: ConfirmRequest,
    request: Request,
    session: Transaction,
    now: Now,
    once: Once,
) -> BookingView:
    """Book what is held; 409 hold_expired or opening_taken with the nearest ones."""

    await fresh.before_confirm(request.app.state.database, _desk(request), wanted.hold)

    async def work() -> BookingView:
        return await service.confirm(
            session, conversation_id, wanted.hold, desk=_desk(request), now=now
        )

    return await once.answer(session, BookingView, work)


@router.post("/bookings/{booking_id}/move")
async def move(
    booking_id: str,
    wanted: MoveRequest,
    request: Request,
    session: Transaction,
    now: Now,
    once: Once,
) -> BookingView:
    """Move a meeting; 409 opening_taken with the nearest ones."""

    await fresh.before_move(request.app.state.database, _desk(request), booking_id)

    async def work() -> BookingView:
        return await service.move(
            session, booking_id, wanted.start, by="visitor", desk=_desk(request), now=now
        )

    return await once.answer(session, BookingView, work)


@router.post("/bookings/{booking_id}/cancel")
async def cancel(
    booking_id: str,
    wanted: CancelRequest,
    request: Request,
    session: Transaction,
    now: Now,
    once: Once,
) -> BookingView:
    """Cancel a meeting; again: the same answer."""

    async def work() -> BookingView:
        return await service.cancel(
            session, booking_id, reason=wanted.reason, by="visitor", desk=_desk(request), now=now
        )

    return await once.answer(session, BookingView, work)
