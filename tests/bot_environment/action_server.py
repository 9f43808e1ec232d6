"""A small action server that speaks the protocol of rasa-sdk and of our interview.

Serves validate_interview_form over HTTP, remembers what it was sent, and does what a test
told it to do.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from aiohttp import web

Answer = dict[str, Any]


def said(*bubbles: dict[str, Any], events: list[dict[str, Any]] | None = None) -> Answer:
    """An action's answer in rasa-sdk's shape: each bubble as utter_message sends it."""
    responses = []
    for say in bubbles:
        keyed = bool(say.get("key"))
        responses.append(
            {
                "text": None if keyed else say["text"],
                "buttons": [],
                "elements": [],
                "custom": {} if keyed else {"say": say},
                "template": say.get("key") or None,
                "response": say.get("key") or None,
                "image": None,
                "attachment": None,
                **({"say": say} if keyed else {}),
            }
        )
    validated = [{"event": "slot", "name": "answer", "value": None, "timestamp": None}]
    return {"events": validated if events is None else events, "responses": responses}


class ActionServer:
    """`with ActionServer() as actions:` serves at `actions.url` from a thread of its own."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.peers: set[Any] = set()
        self.answer: Callable[[dict[str, Any]], Any] = lambda call: said(
            {"key": "", "text": "next question", "language": "en", "says": ["ack"]}
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: Any = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "ActionServer":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: Any) -> None:
        if self._runner is not None:
            asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/webhook", self._webhook)
        self._runner = web.AppRunner(app, keepalive_timeout=120)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]

    async def _webhook(self, request: web.Request) -> web.Response:
        call = await request.json()
        self.calls.append(call)
        self.peers.add(request.transport.get_extra_info("peername"))
        answer = self.answer(call)
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(answer)
