"""Openings, holds and bookings in the public API."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from contracts.booking import HoldView, OpeningsView, OpeningView
from crm_bridge.booking import api_booking, attendance, fresh, offer, repository, scope, service
from crm_bridge.booking.asked_span import asked_span, zone_named
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.views import (
    Attendance,
    BookingDetails,
    Cancellation,
    NewBooking,
    NewHold,
    NewTime,
)
from crm_bridge.web.auth import ApiKey
from crm_bridge.web.dependencies import Now, Reading, Transaction
from crm_bridge.web.idempotency import Once
from crm_bridge.web.pagination import PageView, Paging, page_view

router = APIRouter(prefix="/api/v1", tags=["booking"], dependencies=[ApiKey])

Text = Annotated[str | None, Query(max_length=300)]
From = Annotated[str | None, Query(alias="from", max_length=40, description="instant or date")]
To = Annotated[str | None, Query(max_length=40, description="instant, or date (included)")]


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


@router.get("/openings", summary="Times that can be booked")
async def openings(
    request: Request,
    session: Reading,
    now: Now,
    playbook: Text = None,
    advisor: Text = None,
    start: From = None,
    to: To = None,
    timezone: Text = None,
) -> OpeningsView:
    """Openings of an advisor, or of the advisors of a playbook, told in `timezone`; and why
    an advisor offers none. Two weeks from now unless said otherwise, 62 days at most."""
    zone = zone_named(timezone)
    wanted = await scope.of_api(session, _desk(request), playbook=playbook, advisor=advisor)
    window = asked_span(start, to, zone=zone, now=now)
    view = offer.offer_view(await offer.find(session, wanted, window, now=now))
    told = tuple(
        OpeningView(
            start=each.start.astimezone(zone),
            end=each.end.astimezone(zone),
            advisors=each.advisors,
        )
        for each in view.openings
    )
    return OpeningsView(openings=told, unavailable=view.unavailable)


@router.post("/holds", status_code=201, summary="Hold an opening")
async def add_hold(
    new: NewHold, request: Request, session: Transaction, now: Now, once: Once
) -> HoldView:
    """Keep an opening for a few minutes. 409 `opening_taken` with the nearest ones."""

    async def work() -> HoldView:
        return await api_booking.hold(session, new, desk=_desk(request), now=now)

    return await once.answer(session, HoldView, work)


@router.post("/bookings", status_code=201, summary="Book what is held")
async def add_booking(
    new: NewBooking, request: Request, session: Transaction, now: Now, once: Once
) -> BookingDetails:
    """Book a hold for a contact. 409 `hold_expired` or `opening_taken` with the nearest."""

    await fresh.before_confirm(request.app.state.database, _desk(request), new.hold)

    async def work() -> BookingDetails:
        booking = await api_booking.book(session, new, desk=_desk(request), now=now)
        return BookingDetails.of(booking, _desk(request))

    return await once.answer(session, BookingDetails, work)


@router.post("/bookings/{booking_id}/move", summary="Move a meeting")
async def move(
    booking_id: str, new: NewTime, request: Request, session: Transaction, now: Now, once: Once
) -> BookingDetails:
    """Same advisor, same length, another time. 409 `opening_taken` with the nearest ones,
    `booking_over` once it has begun."""
    desk = _desk(request)

    await fresh.before_move(request.app.state.database, _desk(request), booking_id)

    async def work() -> BookingDetails:
        await service.move(session, booking_id, new.start, by="api", desk=desk, now=now)
        return BookingDetails.of(await service.get(session, booking_id), desk)

    return await once.answer(session, BookingDetails, work)


@router.post("/bookings/{booking_id}/cancel", summary="Cancel a meeting")
async def cancel(
    booking_id: str,
    request: Request,
    session: Transaction,
    now: Now,
    once: Once,
    new: Cancellation | None = None,
) -> BookingDetails:
    """Cancel a meeting that has not begun; again: the same answer."""
    desk, reason = _desk(request), new.reason if new else ""

    async def work() -> BookingDetails:
        await service.cancel(session, booking_id, reason=reason, by="api", desk=desk, now=now)
        return BookingDetails.of(await service.get(session, booking_id), desk)

    return await once.answer(session, BookingDetails, work)


@router.post("/bookings/{booking_id}/attendance", summary="Say whether the visitor came")
async def note_attendance(
    booking_id: str,
    said: Attendance,
    request: Request,
    session: Transaction,
    now: Now,
    once: Once,
) -> BookingDetails:
    """Who did not come is offered another time by mail, if the playbook wants it. 409
    `wrong_state` before the meeting has begun."""
    desk = _desk(request)

    async def work() -> BookingDetails:
        booking = await attendance.note(session, booking_id, came=said.came, desk=desk, now=now)
        return BookingDetails.of(booking, desk)

    return await once.answer(session, BookingDetails, work)


@router.get("/bookings", summary="Find bookings")
async def list_bookings(
    request: Request,
    session: Reading,
    now: Now,
    page: Paging,
    status: Text = None,
    advisor: Text = None,
    conversation: Text = None,
    contact: Text = None,
    start: From = None,
    to: To = None,
) -> PageView[BookingDetails]:
    """Bookings that fit every filter, the last made first; `from` and `to` are about when
    the meeting begins."""
    between = None
    if start or to:
        between = asked_span(start, to, zone=zone_named(None), now=now)
    found = await repository.list_page(
        session,
        page,
        status=status,
        advisor_id=advisor,
        conversation_id=conversation,
        contact_id=contact,
        between=between,
    )
    desk = _desk(request)
    return page_view(found, lambda booking: BookingDetails.of(booking, desk))


@router.get("/bookings/{booking_id}", summary="One booking")
async def get_booking(booking_id: str, request: Request, session: Reading) -> BookingDetails:
    """A booking whole."""
    return BookingDetails.of(await service.get(session, booking_id), _desk(request))
