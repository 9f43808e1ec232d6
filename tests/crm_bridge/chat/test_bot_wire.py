"""The wire to a bot says what came back, or that nothing whole did; it never guesses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from crm_bridge.chat import bot_wire
from crm_bridge.chat.bot_wire import Answer, BotWire, Broken, Unreachable
from tests.postgresql import free_port

LENGTH = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class Server:
    """Answers each request with the next of `answers`; None hangs up instead."""

    def __init__(self, *answers: bytes | None, hang_up: bool = False) -> None:
        self.answers = list(answers)
        self.hang_up = hang_up
        self.requests: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(size))
                answer = self.answers.pop(0)
                if answer is None:
                    break
                for start in range(0, len(answer), 7):  # in pieces, as networks do
                    writer.write(answer[start : start + 7])
                    await writer.drain()
                if self.hang_up:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def wire_to(server: Server) -> AsyncIterator[BotWire]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    wire = BotWire(f"http://127.0.0.1:{port}/webhooks/usher/webhook")
    try:
        yield wire
    finally:
        await wire.close()
        listening.close()
        await listening.wait_closed()


async def test_a_request_is_a_plain_post() -> None:
    server = Server(LENGTH)
    async with wire_to(server) as wire:
        assert await wire.post(b'{"a": 1}', timeout_seconds=5) == Answer(200, b"hello")
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /webhooks/usher/webhook HTTP/1.1"
    assert lines[1].startswith(b"Host: 127.0.0.1:")
    assert set(lines[2:]) == {b"Content-Type: application/json", b"Content-Length: 8"}
    assert body == b'{"a": 1}'


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (LENGTH, Answer(200, b"hello")),
        (b"HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n", Answer(500, b"")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: x\r\n\r\n",
            Answer(200, b"hello"),
        ),
    ],
)
async def test_an_answer_is_read_whole_and_the_connection_used_again(
    answer: bytes, expected: Answer
) -> None:
    server = Server(answer, answer)
    async with wire_to(server) as wire:
        assert await wire.post(b"{}", timeout_seconds=5) == expected
        assert await wire.post(b"{}", timeout_seconds=5) == expected
    assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\n\r\nhello",
    ],
)
async def test_a_server_that_hangs_up_after_its_answer_is_called_anew(answer: bytes) -> None:
    server = Server(answer, answer, hang_up=True)
    async with wire_to(server) as wire:
        for _ in range(2):
            assert (await wire.post(b"{}", timeout_seconds=5)).body == b"hello"
    assert server.connections == 2


async def test_a_connection_that_the_server_closed_meanwhile_is_replaced() -> None:
    server = Server(LENGTH, LENGTH, hang_up=True)
    async with wire_to(server) as wire:
        await wire.post(b"{}", timeout_seconds=5)
        await asyncio.sleep(0.1)
        await wire.post(b"{}", timeout_seconds=5)
    assert server.connections == 2


async def test_a_connection_idle_for_long_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot_wire, "KEPT_SECONDS", 0.01)
    server = Server(LENGTH, LENGTH)
    async with wire_to(server) as wire:
        await wire.post(b"{}", timeout_seconds=5)
        await asyncio.sleep(0.05)
        await wire.post(b"{}", timeout_seconds=5)
    assert server.connections == 2


async def test_calls_at_once_have_a_connection_each() -> None:
    server = Server(*[LENGTH] * 5)
    async with wire_to(server) as wire:
        answers = await asyncio.gather(*(wire.post(b"{}", timeout_seconds=5) for _ in range(5)))
    assert [answer.body for answer in answers] == [b"hello"] * 5
    assert server.connections == 5


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
        b"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_no_whole_answer_is_broken(answer: bytes | None) -> None:
    server = Server(answer, hang_up=True)
    async with wire_to(server) as wire:
        with pytest.raises(Broken):
            await wire.post(b"{}", timeout_seconds=5)


async def test_a_server_that_does_not_answer_in_time_is_broken() -> None:
    server = Server(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    async with wire_to(server) as wire:
        with pytest.raises(Broken):
            await wire.post(b"{}", timeout_seconds=0.1)


async def test_where_nobody_listens_nothing_was_sent() -> None:
    wire = BotWire(f"http://127.0.0.1:{free_port()}/x")
    with pytest.raises(Unreachable):
        await wire.post(b"{}", timeout_seconds=1)


async def test_a_call_that_is_cancelled_leaves_no_half_read_connection() -> None:
    server = Server(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", LENGTH)
    async with wire_to(server) as wire:
        calling = asyncio.create_task(wire.post(b"{}", timeout_seconds=5))
        await asyncio.sleep(0.1)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert (await wire.post(b"{}", timeout_seconds=5)).body == b"hello"
    assert server.connections == 2
