"""No to offers by mail, /no-offers/TOKEN: GET shows, POST acts, also a mail program's own
(RFC 8058: one click, no redirect, no question).

The link stands in mails alone, never in the chat: who has it reads the mailbox, and may speak
for the address. Mail scanners follow every link; nothing they can follow changes anything.
"""

import hashlib
import hmac
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking import page_view
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.booking.page_route import HEADERS, PageRoute
from crm_bridge.contacts import repository as contacts
from crm_bridge.contacts.claim import as_email
from crm_bridge.contacts.opt_out import opt_out
from crm_bridge.invites.parts import MailParts
from crm_bridge.web.dependencies import Now, Reading, Transaction

BY: Final = "visitor"

router = APIRouter(prefix="/no-offers", include_in_schema=False, route_class=PageRoute)


@router.get("/{token}")
async def ask(token: str, request: Request, session: Reading) -> Response:
    """Asks whether there shall be no more offers."""
    booking = await _booking(session, token, _desk(request))
    if booking is None:
        return _page(request, "page_unknown", status=404)
    return _page(request, "page_no_offers", booking, button="page_no_offers_button")


@router.post("/{token}")
async def act(token: str, request: Request, session: Transaction, now: Now) -> Response:
    """Notes it of the booking's contact and of whoever has its address. Again does no harm."""
    booking = await _booking(session, token, _desk(request))
    if booking is None:
        return _page(request, "page_unknown", status=404)
    whom = {booking.contact_id}
    address = as_email(booking.visitor.get("email"))
    if address and (owner := await contacts.get_by_email(session, address)) is not None:
        whom.add(owner.id)
    for contact_id in sorted(filter(None, whom)):
        await opt_out(session, contact_id, by=BY, now=now)
    return _page(request, "page_no_offers_done", booking)


def token_of(booking_id: str, desk: Desk) -> str:
    """What the link holds: which booking, and our signature, so that nothing is stored."""
    key = desk.settings.secret_key.get_secret_value().encode()
    signed = hmac.digest(key, f"no offers {booking_id}".encode(), hashlib.sha256)
    return f"{booking_id}.{signed.hex()[:32]}"


def url_of(booking_id: str, desk: Desk) -> str:
    """The link for mails about a booking."""
    return f"{desk.settings.public_url.rstrip('/')}/no-offers/{token_of(booking_id, desk)}"


async def _booking(session: AsyncSession, token: str, desk: Desk) -> Booking | None:
    booking_id = token.partition(".")[0]
    if not hmac.compare_digest(token_of(booking_id, desk).encode(), token.encode()):
        return None
    return await session.get(Booking, booking_id)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _page(
    request: Request,
    key: str,
    booking: Booking | None = None,
    *,
    status: int = 200,
    button: str = "",
) -> Response:
    """A page in the mail's language, of a link that is not ours in the browser's."""
    mail: MailParts = request.app.state.mail
    wanted = request.headers.get("Accept-Language", "")
    language = (booking.visitor.get("language") if booking else None) or wanted
    html = page_view.plain_html(key, language, mail.texts, button=button)
    return HTMLResponse(html, status_code=status, headers=HEADERS)
