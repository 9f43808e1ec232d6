"""The visitor's own page for a meeting, /b/TOKEN: GET shows, POST acts.

Mail scanners follow every link of a mail; nothing they can follow changes anything. The
token in the address is all that is needed, so the page is never cached and names its
address to nobody.
"""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import (
    again,
    change,
    fresh,
    offer,
    page_view,
    repository,
    scope,
    together,
)
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.meeting_facts import MeetingFacts
from crm_bridge.booking.models import Booking
from crm_bridge.booking.page_route import HEADERS, PageRoute
from crm_bridge.booking.page_view import MeetingPage
from crm_bridge.booking.refusals import (
    OpeningTaken,
    TooManyBookings,
    TooManyChanges,
    TooManyHolds,
)
from crm_bridge.booking.states import BookingOver, WrongState, phase
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.openings import Opening
from crm_bridge.core.database import Database
from crm_bridge.core.ids import token_hash
from crm_bridge.invites import letters
from crm_bridge.invites.ics import Person, calendar_text
from crm_bridge.invites.parts import MailParts
from crm_bridge.invites.texts import Texts
from crm_bridge.web.dependencies import Now, Reading

router = APIRouter(prefix="/b", include_in_schema=False, route_class=PageRoute)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _texts(request: Request) -> Texts:
    mail: MailParts = request.app.state.mail
    return mail.texts


async def _booking(session: AsyncSession, token: str) -> Booking | None:
    """The booking behind a token; one that is only held has no page yet."""
    booking = await repository.get_by_page_token(session, token_hash(token))
    return None if booking is None or booking.booked_at is None else booking


@router.get("/{token}")
async def show(
    token: str, request: Request, session: Reading, now: Now, done: str = ""
) -> Response:
    """The meeting, how to join it, and the forms to move and to cancel it."""
    booking = await _booking(session, token)
    if booking is None:
        return _unknown(request)
    return await _shown(request, session, booking, now=now, done=done)


@router.get("/{token}/invite.ics")
async def calendar_file(token: str, request: Request, session: Reading, now: Now) -> Response:
    """The meeting for any calendar, to be kept by hand."""
    booking = await _booking(session, token)
    if booking is None or booking.status != "booked":
        return _unknown(request)
    facts: MeetingFacts = request.app.state.meeting_facts
    meeting = await facts.of(session, booking)
    mail = _desk(request).settings.mail
    organizer = Person(mail.sender_name, mail.sender)
    entry = letters.visitor_entry(
        meeting, "booked", _texts(request), organizer=organizer, stamp=now
    )
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="meeting.ics"'}
    kind = "text/calendar; charset=utf-8; method=PUBLISH"
    return Response(calendar_text(entry, "PUBLISH"), media_type=kind, headers=headers)


@router.post("/{token}/move")
async def move(
    token: str, request: Request, now: Now, start: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """Move the meeting to the opening that was chosen; show the nearest ones if it is gone."""
    database: Database = request.app.state.database
    desk, wanted = _desk(request), _instant(start)
    async with database.reading() as reading:
        known = await _booking(reading, token)
    if known is not None:
        await fresh.before_move(database, desk, known.id)
    try:
        async with database.transaction() as session:
            booking = await _booking(session, token)
            if booking is None:
                return _unknown(request)
            if wanted is not None:
                where = await scope.of_booking(session, booking, desk)
                await change.move(
                    session, booking.id, wanted, scope=where, by="visitor", desk=desk, now=now
                )
                return _done(request, token, "moved")
    except OpeningTaken as taken:
        return await _again(request, token, now=now, problem="page_taken", nearest=taken.nearest)
    except (BookingOver, WrongState, TooManyChanges):
        return await _again(request, token, now=now, problem="page_too_late")
    return await _again(request, token, now=now, problem="page_choose", status=422)


@router.post("/{token}/again")
async def meet_again(
    token: str, request: Request, now: Now, start: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """Book another meeting in place of one that was cancelled or missed."""
    database: Database = request.app.state.database
    desk, wanted = _desk(request), _instant(start)
    async with database.reading() as reading:
        known = await _booking(reading, token)
        ids = await together.ids_of(reading, known) if known is not None else []
    if known is None:
        return _unknown(request)
    if wanted is None:
        return await _again(request, token, now=now, problem="page_choose", status=422)
    await desk.calendars.reread(ids)
    try:
        async with database.transaction() as session:
            booking = await _booking(session, token)
            if booking is None:
                return _unknown(request)
            made = await again.meet_again(session, booking, wanted, desk=desk, now=now)
            return _done(request, desk.page_token(made.id), "booked")
    except OpeningTaken as taken:
        return await _again(request, token, now=now, problem="page_taken", nearest=taken.nearest)
    except (WrongState, TooManyBookings, TooManyHolds):
        return await _again(request, token, now=now, problem="page_too_late")


@router.post("/{token}/cancel")
async def cancel(token: str, request: Request, now: Now) -> Response:
    """Cancel the meeting."""
    database: Database = request.app.state.database
    try:
        async with database.transaction() as session:
            booking = await _booking(session, token)
            if booking is None:
                return _unknown(request)
            await change.cancel(
                session, booking.id, reason="", by="visitor", desk=_desk(request), now=now
            )
    except (BookingOver, WrongState):
        return await _again(request, token, now=now, problem="page_too_late")
    return _done(request, token, "cancelled")


async def _again(
    request: Request,
    token: str,
    *,
    now: datetime,
    problem: str,
    status: int = 409,
    nearest: tuple[Opening, ...] | None = None,
) -> Response:
    """The page once more, with what was wrong; in a new transaction, the old one is undone."""
    database: Database = request.app.state.database
    async with database.reading() as session:
        booking = await _booking(session, token)
        if booking is None:
            return _unknown(request)
        return await _shown(
            request, session, booking, now=now, problem=problem, status=status, nearest=nearest
        )


async def _shown(
    request: Request,
    session: AsyncSession,
    booking: Booking,
    *,
    now: datetime,
    done: str = "",
    problem: str = "",
    status: int = 200,
    nearest: tuple[Opening, ...] | None = None,
) -> Response:
    facts: MeetingFacts = request.app.state.meeting_facts
    meeting = await facts.of(session, booking)
    is_now = phase(
        booking.status,
        start=booking.start_at,
        end=booking.end_at,
        expires_at=booking.expires_at,
        now=now,
    )
    openings: tuple[Opening, ...] = ()
    lost = again.may_meet_again(booking)
    if is_now == "coming" or lost:
        openings = nearest or await _openings(session, booking, _desk(request), now=now)
    view = MeetingPage(
        meeting=meeting,
        phase=is_now,
        path=urlsplit(meeting.page_url).path,
        openings=openings,
        again=lost,
        done=done,
        problem=problem,
    )
    html = page_view.meeting_html(view, _texts(request))
    return HTMLResponse(html, status_code=status, headers=HEADERS)


async def _openings(
    session: AsyncSession, booking: Booking, desk: Desk, *, now: datetime
) -> tuple[Opening, ...]:
    """Where the meeting could be instead."""
    where = await scope.of_booking(session, booking, desk)
    window = Interval(now, now + min(where.window, offer.LONGEST_SEARCH))
    ignored = offer.Ignored(bookings=(booking.id,))
    found = await offer.find(session, where, window, now=now, ignored=ignored)
    return tuple(each for each in found.openings if each.start != booking.start_at)


def _unknown(request: Request) -> Response:
    """Nothing is behind the link; the same for every wrong one."""
    wanted = request.headers.get("Accept-Language", "")
    html = page_view.plain_html("page_unknown", wanted, _texts(request))
    return HTMLResponse(html, status_code=404, headers=HEADERS)


def _done(request: Request, token: str, what: str) -> Response:
    path = f"{urlsplit(_desk(request).settings.public_url).path.rstrip('/')}/b/{token}"
    return RedirectResponse(f"{path}?done={what}", status_code=303, headers=HEADERS)


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
