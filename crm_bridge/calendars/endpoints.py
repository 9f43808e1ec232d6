"""Where providers lead advisors back to after they let us into their calendar."""

from enum import StrEnum
from html import escape
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from crm_bridge.calendars.consent import Consent
from crm_bridge.calendars.parts import CalendarParts
from crm_bridge.core.errors import UsherError

router = APIRouter(prefix="/calendars", include_in_schema=False)

Text = Annotated[str, Query(max_length=4000)]
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport"'
    ' content="width=device-width"><title>Usher</title><body><main><p>{}</p></main></body></html>'
)


class Provider(StrEnum):
    GOOGLE = "google"
    MICROSOFT = "microsoft"


@router.get("/{provider}/connected")
async def connected(
    request: Request, provider: Provider, code: Text = "", state: Text = "", error: Text = ""
) -> HTMLResponse:
    """The advisor consented (or not): store what lets us in; the syncer reads at once."""
    if error or not code:
        return _page(f"The calendar was not connected ({error or 'no code'}).", 400)
    parts: CalendarParts = request.app.state.calendars
    now = request.app.state.clock.now()
    try:
        consent = Consent(request.app.state.settings, parts.egress)
        given = await consent.answered(provider.value, code, state)
        async with request.app.state.database.transaction() as session:
            await parts.connections.connect(
                session,
                given.advisor,
                provider.value,
                name=given.calendar or "primary",
                secret=given.secret,
                writes=True,
                now=now,
            )
    except UsherError as fault:
        return _page(f"The calendar was not connected: {fault.detail or fault.code}.", 400)
    return _page("The calendar is connected. You can close this page.", 200)


def _page(text: str, status: int) -> HTMLResponse:
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return HTMLResponse(_PAGE.format(escape(text)), status, headers)
