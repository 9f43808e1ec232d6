"""The bot processes: which one a conversation belongs to, and one turn over HTTP.

A conversation stays with its bot, because a bot keeps live trackers in memory; another
one takes it only when its own cannot be reached at all.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from contracts.turn import Button, OpeningButton, Snapshot
from crm_bridge.chat.bot_wire import BotWire, Broken, Unreachable

WEBHOOK = "/webhooks/usher/webhook"
HEALTH = "/webhooks/usher/"
TURNS_AT_ONCE = 8  # a bot is one core: more would only wait inside it, on our time-out


class BotUnreachable(Exception):
    """No connection: the bot has not seen the turn."""


class BotFault(Exception):
    """The bot was asked and gave no usable answer; it may have done the work."""


class Bubble(BaseModel):
    """One rendered message of the bot. What the channel adds beside is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    language: str
    says: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    openings: tuple[OpeningButton, ...] = ()


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore")

    messages: tuple[Bubble, ...]


_REPLY = TypeAdapter(_Reply)


class Bots:
    """The configured bot processes, by base URL."""

    def __init__(
        self, urls: Sequence[str], client: httpx.AsyncClient, *, timeout_seconds: float
    ) -> None:
        self.urls = tuple(url.rstrip("/") for url in urls)
        self._client = client
        self._timeout_seconds = timeout_seconds
        self._wires = {url: BotWire(url + WEBHOOK) for url in self.urls}
        self._places = {url: asyncio.Semaphore(TURNS_AT_ONCE) for url in self.urls}

    def order(self, conversation_id: str, last: str | None) -> list[str]:
        """The bots for a conversation, its own first: the one that had it last, else by
        rendezvous hashing, which moves few conversations when bots come and go."""

        def weight(url: str) -> bytes:
            return hashlib.blake2b(f"{conversation_id} {url}".encode(), digest_size=8).digest()

        ordered = sorted(self.urls, key=weight)
        return sorted(ordered, key=lambda url: url != last)

    async def turn(
        self, snapshot: Snapshot, text: str, *, last: str | None = None
    ) -> tuple[str, tuple[Bubble, ...]]:
        """Let the conversation's bot answer; gives the bot and what it said.

        Raises BotUnreachable (none of the bots took the turn) or BotFault.
        """
        body = _body(snapshot, text)
        for url in self.order(snapshot.conversation, last):
            try:
                async with self._places[url]:
                    return url, await self._post(url, body)
            except BotUnreachable as fault:
                unreachable = fault
        raise unreachable

    async def _post(self, url: str, body: bytes) -> tuple[Bubble, ...]:
        try:
            answer = await self._wires[url].post(body, timeout_seconds=self._timeout_seconds)
        except Unreachable as fault:
            raise BotUnreachable(f"{url}: {fault}") from fault
        except Broken as fault:
            raise BotFault(f"{url}: {fault}") from fault
        if answer.status != 200:
            raise BotFault(f"{url}: HTTP {answer.status}")
        try:
            return _REPLY.validate_json(answer.body).messages
        except ValidationError:
            # The fault's own words would quote the reply, and with it the visitor.
            raise BotFault(f"{url}: a reply that is none of ours") from None

    async def close(self) -> None:
        """Hang up."""
        for wire in self._wires.values():
            await wire.close()

    def checks(self) -> list[tuple[str, Callable[[], Awaitable[str]]]]:
        """A health check for each bot: its channel answers once the model is loaded."""
        alone = len(self.urls) == 1
        return [("bot" if alone else f"bot {url}", partial(self._health, url)) for url in self.urls]

    async def _health(self, url: str) -> str:
        response = await self._client.get(f"{url}{HEALTH}", timeout=2.0)
        if response.status_code != 200:
            raise BotFault(f"HTTP {response.status_code}")
        return "ok"


def _body(snapshot: Snapshot, text: str) -> bytes:
    """The webhook's JSON. The snapshot is written by pydantic once, not twice."""
    head: dict[str, Any] = {"sender": snapshot.conversation, "text": text}
    opening = json.dumps(head)[:-1]
    return f'{opening}, "metadata": {{"snapshot": {snapshot.model_dump_json()}}}}}'.encode()
