"""The bridge's door to Rasa: one message in, its answer out, and no fault hidden.

    GET    /webhooks/usher/                            200 once a model is loaded, else 503
    POST   /webhooks/usher/webhook                     {sender, text, metadata: {snapshot}}
                                                       -> 200 {messages: [bubble, …]}
    DELETE /webhooks/usher/conversations/{sender_id}   bearer USHER_INTERNAL_KEY -> 204

A bubble is `{key, text, language, says, buttons, openings}`. Everything but 200 and 204 is
`application/problem+json` with a stable `code` (bot/errors.py); Rasa's own REST channel
answers 200 with an empty list instead. Nothing a visitor said is in a fault.
"""

import asyncio
import hmac
import ipaddress
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import processor, speed
from bot.errors import BadRequest, NotAllowed, NotReady, Silent, TurnFault

logger = logging.getLogger(__name__)

LONGEST_TEXT = 4000  # the bridge stops at 2,000; this is only against mistakes
COMMANDS = frozenset({"/press", "/system"})

Bubble = dict[str, Any]


class Bubbles(OutputChannel):
    """Collects what is said, one bubble for each utterance."""

    def __init__(self) -> None:
        self.said: list[Bubble] = []

    @classmethod
    def name(cls) -> str:
        return "usher"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        say = (message.get("custom") or {}).get("say") or {}
        self.said.append(
            {
                "key": say.get("key") or "",
                "text": message.get("text") or say.get("text") or "",
                "language": say.get("language") or "",
                "says": say.get("says") or [],
                "buttons": say.get("buttons") or [],
                "openings": say.get("openings") or [],
            }
        )


def message_of(body: Any, bubbles: Bubbles) -> UserMessage:
    """The message that a request's JSON holds. Raises BadRequest.

    Text that begins with "/" would bypass understanding and set slots, so only the two
    commands that the bridge itself sends may.
    """
    if not isinstance(body, dict):
        raise BadRequest("a JSON object is wanted")
    sender, text, metadata = body.get("sender"), body.get("text"), body.get("metadata")
    if not isinstance(sender, str) or not sender:
        raise BadRequest("sender is missing")
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        raise BadRequest("text is missing or too long")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("snapshot"), dict):
        raise BadRequest("metadata.snapshot is missing")
    if text.lstrip().startswith("/") and text not in COMMANDS:
        raise BadRequest("text begins with a slash")
    return UserMessage(text, bubbles, sender, input_channel="usher", metadata=metadata)


def problem(fault: TurnFault) -> HTTPResponse:
    """RFC 9457, without a word of the visitor's."""
    return response.json(
        {
            "type": "about:blank",
            "title": fault.code,
            "status": fault.status,
            "code": fault.code,
            "detail": str(fault),
        },
        status=fault.status,
        content_type="application/problem+json",
    )


def _check_key(request: Request) -> None:
    """Raises NotAllowed unless the caller is on this machine and knows the internal key."""
    key = os.environ.get("USHER_INTERNAL_KEY") or ""
    given = request.headers.get("authorization", "")
    local = ipaddress.ip_address(request.ip or "0.0.0.0").is_loopback
    if not (local and key and hmac.compare_digest(given.encode(), f"Bearer {key}".encode())):
        raise NotAllowed("the internal key is missing or wrong")


def _agent(request: Request) -> Any:
    agent = getattr(request.app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        raise NotReady("no model is loaded yet")
    return agent


class UsherInput(InputChannel):
    """Rasa's input channel for the bridge."""

    @classmethod
    def name(cls) -> str:
        return "usher"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        processor.install()
        speed.install()
        routes = Blueprint("usher_channel")

        @routes.exception(TurnFault)
        async def _fault(_request: Request, fault: TurnFault) -> HTTPResponse:
            return problem(fault)

        @routes.get("/")
        async def health(request: Request) -> HTTPResponse:
            return response.json({"model": _agent(request).model_name})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            _agent(request)
            bubbles = Bubbles()
            message = message_of(_json(request), bubbles)
            await _answer(on_new_message, message)
            if not bubbles.said:
                raise Silent("nothing was said")
            return response.json({"messages": bubbles.said})

        @routes.delete("/conversations/<sender_id:str>")
        async def erase(request: Request, sender_id: str) -> HTTPResponse:
            _check_key(request)
            agent = _agent(request)
            store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
            async with agent.lock_store.lock(sender_id):
                await store.erase(sender_id)
            return response.empty()

        return routes


def _json(request: Request) -> Any:
    try:
        return request.json
    except Exception:  # sanic raises its own class, whose answer is not problem+json
        raise BadRequest("the body is not JSON") from None


async def _answer(
    on_new_message: Callable[[UserMessage], Awaitable[Any]], message: UserMessage
) -> None:
    """Let Rasa handle the message. Raises TurnFault for whatever goes wrong in there."""
    try:
        await on_new_message(message)
    except TurnFault as fault:
        logger.error("turn of %s failed: %s %s", message.sender_id, fault.code, fault)
        raise
    except asyncio.CancelledError:
        logger.warning("turn of %s was given up by its caller", message.sender_id)
        raise
    except Exception as error:
        logger.error("turn of %s failed: %s", message.sender_id, type(error).__name__)
        logger.debug("where", exc_info=error)
        raise TurnFault(type(error).__name__) from None
