"""Faults of the visitor's page are pages too: calm words in their language, and no trace."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from crm_bridge.booking import page_view
from crm_bridge.core.errors import TryLater, UsherError
from crm_bridge.invites.parts import MailParts

log = logging.getLogger(__name__)

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class PageRoute(APIRoute):
    """A route whose faults are shown as a page. An entry point: it catches everything."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                return failed(request, 422)
            except TryLater:
                return failed(request, 503)
            except UsherError as fault:
                log.warning("%s of a booking's page: %s", request.method, fault.code)
                return failed(request, 409)
            except Exception:
                log.exception("%s of a booking's page failed", request.method)
                return failed(request, 500)

        return shown


def failed(request: Request, status: int) -> Response:
    """The page that says that nothing was changed."""
    mail: MailParts = request.app.state.mail
    html = page_view.plain_html(
        "page_failed", request.headers.get("Accept-Language", ""), mail.texts
    )
    return HTMLResponse(html, status_code=status, headers=HEADERS)
