"""Cross-origin reading for the chat's own paths: the Origin is echoed where it is allowed.

Credentials are never allowed: the token travels in a header that a page sets itself.
Whether a page may speak for one certain site is checked by the endpoints; here is only
decided whether it may read the answer (Fetch Standard, section 3.2).
"""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Allowed = Callable[[str], Awaitable[bool]]

PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID, X-File-Name",
    "Access-Control-Max-Age": "7200",
}
# A page may read these beside the plain ones.
EXPOSED: Final = "Retry-After"


class CrossOrigin:
    """ASGI middleware over the paths that begin with `prefix`."""

    def __init__(self, app: ASGIApp, *, prefix: str, allowed: Allowed) -> None:
        self._app = app
        self._prefix = prefix
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        allowed = origin is not None and await self._allowed(origin)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(origin if allowed else None)(scope, receive, send)
            return

        async def echoing(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.add_vary_header("Origin")
                if allowed and origin is not None:
                    answer["Access-Control-Allow-Origin"] = origin
                    answer["Access-Control-Expose-Headers"] = EXPOSED
            await send(message)

        await self._app(scope, receive, echoing)


def _preflight(origin: str | None) -> Response:
    """204 either way; without the echo the browser refuses by itself."""
    headers = {"Vary": "Origin"}
    if origin is not None:
        headers |= {**PREFLIGHT, "Access-Control-Allow-Origin": origin}
    return Response(status_code=204, headers=headers)
