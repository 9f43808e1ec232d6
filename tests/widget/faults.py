"""A bad network between the page and the bridge: every call of the chat may be refused, may
arrive and lose its answer, and every stream may be cut. The widget's files come through."""

import asyncio
import random
from collections.abc import AsyncIterator

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

METHODS = ["GET", "POST", "DELETE", "OPTIONS"]
DROPPED = {"host", "connection", "transfer-encoding", "content-length"}


class ConnectionLost(Exception):
    """Ends an answer in the middle."""


class Faults:
    """A reverse proxy to `upstream`. `share` of the calls go wrong (0 to 1); while `down` none
    comes through."""

    def __init__(self, upstream: str, *, share: float, seed: int) -> None:
        self.share = share
        self.down = False
        self.count = {"refused": 0, "lost_answer": 0, "cut": 0}
        self._random = random.Random(seed)
        self._client = httpx.AsyncClient(base_url=upstream, timeout=60)
        self.app = Starlette(routes=[Route("/{path:path}", self._pass, methods=METHODS)])

    async def _pass(self, request: Request) -> Response:
        chat = request.url.path.startswith("/chat/") and request.method != "OPTIONS"
        if self.down and chat:
            return Response(status_code=503)
        goes_wrong = chat and self._random.random() < self.share
        kind = self._random.choice(["refused", "lost_answer"])
        if goes_wrong and kind == "refused":
            self.count["refused"] += 1
            return Response(status_code=503)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in DROPPED}
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        sent = self._client.build_request(
            request.method, target, headers=headers, content=await request.body()
        )
        try:
            answer = await self._client.send(sent, stream=True)
        except httpx.HTTPError:
            return Response(status_code=502)
        streams = "event-stream" in answer.headers.get("content-type", "")
        if goes_wrong and not streams:
            await answer.aclose()
            self.count["lost_answer"] += 1
            return StreamingResponse(self._nothing(), headers={"Content-Length": "99"})
        chunks = self._random.randint(2, 20) if streams else None
        kept = {k: v for k, v in answer.headers.items() if k.lower() not in DROPPED}
        return StreamingResponse(self._body(answer, chunks), answer.status_code, kept)

    async def _nothing(self) -> AsyncIterator[bytes]:
        await asyncio.sleep(0)
        yield b""
        raise ConnectionLost

    async def _body(self, answer: httpx.Response, chunks: int | None) -> AsyncIterator[bytes]:
        try:
            async for chunk in answer.aiter_raw():
                if self.down:
                    raise ConnectionLost
                yield chunk
                if chunks is not None and (chunks := chunks - 1) == 0:
                    self.count["cut"] += 1
                    raise ConnectionLost
        except httpx.HTTPError as fault:
            raise ConnectionLost from fault
        finally:
            await answer.aclose()

    async def close(self) -> None:
        await self._client.aclose()
