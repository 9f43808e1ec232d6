"""POST over a kept HTTP/1.1 connection, for the one call that every turn makes.

A general client took 3.1 ms of CPU for this call, a stream 0.2 (httpx 0.28, measured on
two shared cores), and a turn has a budget of a few. What is understood here is what a
server of ours sends: a status, headers, and a body with its length or in chunks
(RFC 9112 sections 6.2, 7.1). A connection that the server has closed meanwhile is
replaced before anything is sent on it.
"""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

CONNECT_SECONDS: Final = 2.0
KEPT_SECONDS: Final = 3.0  # below the five after which Rasa's server hangs up
LARGEST_HEAD_BYTES: Final = 64 * 1024
LARGEST_BODY_BYTES: Final = 4 * 1024 * 1024


class Unreachable(Exception):
    """No connection: nothing was sent."""


class Broken(Exception):
    """Something was sent, and no whole answer came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    body: bytes


@dataclass(slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used_at: float

    def is_fresh(self) -> bool:
        """Whether the server still listens at the other end, as far as can be told."""
        gone = self.reader.at_eof() or self.writer.is_closing()
        return not gone and monotonic() - self.used_at < KEPT_SECONDS


class BotWire:
    """Calls to one path of one server."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or (443 if self._tls else 80)
        self._head = (
            f"POST {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        self._idle: list[_Connection] = []

    async def post(self, body: bytes, *, timeout_seconds: float) -> Answer:
        """Send JSON and wait for the answer. Raises Unreachable or Broken."""
        connection = await self._connection()
        try:
            async with asyncio.timeout(timeout_seconds):
                connection.writer.write(self._head + b"%d\r\n\r\n" % len(body) + body)
                answer, kept = await _answer(connection.reader)
        except TimeoutError as fault:
            connection.writer.close()
            raise Broken("no answer in time") from fault
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as fault:
            connection.writer.close()
            raise Broken(type(fault).__name__) from fault
        except BaseException:
            connection.writer.close()
            raise
        if kept:
            connection.used_at = monotonic()
            self._idle.append(connection)
        else:
            connection.writer.close()
        return answer

    async def _connection(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_fresh():
                return connection
            connection.writer.close()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(
                    self._host, self._port, ssl=self._tls, limit=LARGEST_HEAD_BYTES
                )
        except OSError as fault:  # a time-out is one too
            raise Unreachable(type(fault).__name__) from fault
        return _Connection(reader, writer, monotonic())

    async def close(self) -> None:
        """Hang up what is kept."""
        while self._idle:
            writer = self._idle.pop().writer
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> tuple[Answer, bool]:
    """The answer, and whether the connection may be used again."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    version, status, *_ = first.split(" ")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines if line)
    }
    kept = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return Answer(int(status), await _chunks(reader)), kept
    length = int(headers["content-length"]) if "content-length" in headers else -1
    if not -1 <= length <= LARGEST_BODY_BYTES:
        raise ValueError("an answer of that size is none of ours")
    if length >= 0:
        return Answer(int(status), await reader.readexactly(length)), kept
    return Answer(int(status), await reader.read(LARGEST_BODY_BYTES)), False


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    """A body in chunks, whose trailers are not read into anything."""
    body = bytearray()
    while True:
        size = int((await reader.readline()).split(b";")[0], 16)
        if size < 0 or len(body) + size > LARGEST_BODY_BYTES:
            raise ValueError("an answer of that size is none of ours")
        if size == 0:
            while (await reader.readline()).strip():
                pass
            return bytes(body)
        body += await reader.readexactly(size)
        await reader.readexactly(2)
