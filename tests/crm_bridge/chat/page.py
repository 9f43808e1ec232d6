"""A visitor's page that follows the documented transport: client ids, retries, a stream
read from where it was cut. What it `shown` is what a person would have read."""

import asyncio
import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx

Event = dict[str, Any]


class Page:
    def __init__(self, url: str, *, token: str | None = None, **headers: str) -> None:
        self.http = httpx.AsyncClient(base_url=f"{url}/chat/v1/", headers=headers, timeout=10)
        self.session: dict[str, Any] = {}
        self.events: list[Event] = []
        self.grown = asyncio.Event()
        self._following: asyncio.Task[None] | None = None
        if token:
            self.token = token

    @property
    def token(self) -> str:
        return self.http.headers["Authorization"].removeprefix("Bearer ")

    @token.setter
    def token(self, token: str) -> None:
        self.http.headers["Authorization"] = f"Bearer {token}"

    @property
    def conversation(self) -> str:
        return str(self.session["conversation_id"])

    @property
    def seq(self) -> int:
        return self.events[-1]["seq"] if self.events else 0

    @property
    def shown(self) -> list[tuple[str, str]]:
        """(author, text) of every message."""
        return [(e["author"], e["text"]) for e in self.events if e["kind"] == "message"]

    @property
    def bot_said(self) -> list[str]:
        return [text for author, text in self.shown if author == "bot"]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        return [e["status"] for e in self.events if e["kind"] == "status"]

    async def open(self, **body: Any) -> httpx.Response:
        response = await self.http.post("sessions", json={"site": "demo", **body})
        if response.is_success:
            self.session = response.json()
            self.token = self.session["token"]
        return response

    async def post(self, text: str | None = None, **body: Any) -> httpx.Response:
        if text is not None:
            body["text"] = text
        return await self.http.post("messages", json={"cid": str(uuid.uuid4()), **body})

    async def say(self, text: str) -> None:
        (await self.post(text)).raise_for_status()

    async def fetch(self, wait: float = 0) -> list[Event]:
        response = await self.http.get("events", params={"after": self.seq, "wait": wait})
        response.raise_for_status()
        fresh: list[Event] = response.json()["events"]
        self._take(fresh)
        return fresh

    async def until(self, wanted: Callable[["Page"], Any], seconds: float = 15) -> None:
        """Poll until what is shown is as `wanted`."""
        async with asyncio.timeout(seconds):
            while not wanted(self):
                await self.fetch(wait=1)

    async def until_bot_said(self, count: int) -> None:
        await self.until(lambda page: len(page.bot_said) >= count)

    def follow(self) -> None:
        """Follow the stream in the background, coming back whenever it is cut."""
        self._following = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        while True:
            with suppress(httpx.HTTPError):
                await self._stream()
            await asyncio.sleep(0.02)

    async def _stream(self) -> None:
        async with self.http.stream("GET", "events", params={"after": self.seq}) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                if line.startswith("data:"):
                    self._take([json.loads(line[5:])])

    def _take(self, events: list[Event]) -> None:
        for event in events:
            if event["seq"] > self.seq:
                self.events.append(event)
        if events:
            self.grown.set()

    async def send_surely(self, text: str) -> None:
        """Send until it is known to have arrived, as the widget does."""
        body = {"cid": str(uuid.uuid4()), "text": text}
        while True:
            with suppress(httpx.HTTPError):
                response = await self.http.post("messages", json=body)
                if response.is_success:
                    return
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        if self._following is not None:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following
        await self.http.aclose()
