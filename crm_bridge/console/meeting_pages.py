"""Meetings at the console: what is coming and what has been, and who came."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from crm_bridge.booking import attendance
from crm_bridge.booking import service as bookings
from crm_bridge.booking.refusals import BookingUnknown
from crm_bridge.booking.states import WrongState
from crm_bridge.console.render import page
from crm_bridge.console.signed_in import FormFrom, SignedIn
from crm_bridge.web.dependencies import Now, Reading, Transaction

MOST_SHOWN: Final = 100

router = APIRouter()


@router.get("/meetings")
async def meetings(session: Reading, now: Now, person: SignedIn) -> Response:
    """Coming meetings, soonest first; past ones, latest first."""
    coming = await bookings.list_meetings(session, now=now, coming=True, limit=MOST_SHOWN)
    past = await bookings.list_meetings(session, now=now, coming=False, limit=MOST_SHOWN)
    return page(
        "meetings.html",
        live=True,
        person=person,
        section="Meetings",
        coming=coming,
        past=past,
        now=now,
    )


@router.post("/meetings/{booking_id}/attendance")
async def attended(
    booking_id: str,
    request: Request,
    session: Transaction,
    now: Now,
    _person: FormFrom,
    said: Annotated[Literal["came", "no_show"], Form()],
) -> Response:
    """Note whether the visitor came. Who did not is offered another time, if the playbook
    wants it, and the advisor gets the turn back."""
    came, desk = said == "came", request.app.state.desk
    try:
        await attendance.note(session, booking_id, came=came, desk=desk, now=now)
    except (BookingUnknown, WrongState) as fault:
        detail = fault.detail.capitalize() + "."
        return page("fault.html", status=409, title="Nothing was noted", detail=detail)
    return RedirectResponse("/console/meetings", status_code=303)
