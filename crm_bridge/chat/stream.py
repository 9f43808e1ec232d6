"""The event log over the wire: Server-Sent Events, and long poll for who cannot have them.

Nothing is lost between history and live: a follower hangs up its bell first and reads
the log after. A stream sends its first byte at once, a comment every fifteen seconds, and
ends within a moment when the server stops or the session was revoked.

Source: HTML Living Standard, section 9.2 (server-sent events).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from pydantic_core import to_json
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from crm_bridge.chat import metrics
from crm_bridge.chat.notifier import Notifier

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS: Final = 15.0
LONGEST_WAIT_SECONDS: Final = 30.0
HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would hold events back to the end
}

# Lines of the log beyond a seq; None when the session is no longer good.
Read = Callable[[int], Awaitable[Sequence[dict[str, Any]] | None]]


def frame(event: dict[str, Any]) -> bytes:
    """One event as SSE; its id is the seq, so Last-Event-ID resumes there."""
    return b"id: %d\ndata: %s\n\n" % (event["seq"], to_json(event))


async def wait_for_events(
    read: Read, notifier: Notifier, conversation_id: str, *, after: int, seconds: float
) -> Sequence[dict[str, Any]]:
    """What lies beyond `after`, at once if there is anything, else when it comes; empty
    after `seconds` without."""
    with notifier.follow(conversation_id) as bell:
        events = await read(after)
        end = asyncio.get_running_loop().time() + min(seconds, LONGEST_WAIT_SECONDS)
        while not events and events is not None and not notifier.closing:
            left = end - asyncio.get_running_loop().time()
            if left <= 0:
                break
            with suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), left)
            bell.clear()
            events = await read(after)
    return events or ()


class EventStream(Response):
    """The log beyond `after`, and everything that comes, until the client goes away."""

    media_type = "text/event-stream"

    def __init__(self, read: Read, notifier: Notifier, conversation_id: str, *, after: int) -> None:
        super().__init__(headers=HEADERS, media_type=self.media_type)
        del self.headers["content-length"]
        self._read = read
        self._notifier = notifier
        self._conversation_id = conversation_id
        self._after = after
        self._gone = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        with (
            self._notifier.follow(self._conversation_id) as bell,
            metrics.STREAMS.track_inprogress(),
        ):
            leaving = asyncio.create_task(self._watch(receive, bell))
            try:
                await send(head)
                await self._send(send, b": here\n\n")
                await self._follow(bell, send)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            finally:
                leaving.cancel()

    async def _follow(self, bell: asyncio.Event, send: Send) -> None:
        while not (self._gone or self._notifier.closing):
            bell.clear()
            try:
                events = await self._read(self._after)
            except SQLAlchemyError as fault:
                log.warning("a stream ends, the log cannot be read: %s", type(fault).__name__)
                return
            if events is None:
                return
            if events:
                await self._send(send, b"".join(map(frame, events)))
                self._after = events[-1]["seq"]
            try:
                await asyncio.wait_for(bell.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                await self._send(send, b": still here\n\n")

    async def _send(self, send: Send, body: bytes) -> None:
        await send({"type": "http.response.body", "body": body, "more_body": True})

    async def _watch(self, receive: Receive, bell: asyncio.Event) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        bell.set()
