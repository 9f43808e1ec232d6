"""Meetings at the console: what is coming and what has been."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from crm_bridge.booking import service as bookings
from crm_bridge.console.render import page
from crm_bridge.console.signed_in import SignedIn
from crm_bridge.web.dependencies import Now, Reading

MOST_SHOWN: Final = 100

router = APIRouter()


@router.get("/meetings")
async def meetings(session: Reading, now: Now, person: SignedIn) -> Response:
    """Coming meetings, soonest first; past ones, latest first."""
    coming = await bookings.list_meetings(session, now=now, coming=True, limit=MOST_SHOWN)
    past = await bookings.list_meetings(session, now=now, coming=False, limit=MOST_SHOWN)
    return page("meetings.html", person=person, section="Meetings", coming=coming, past=past)
