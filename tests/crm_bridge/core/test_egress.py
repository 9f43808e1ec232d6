"""Requests to strangers' addresses go nowhere they must not, and come to an end."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from crm_bridge.core.egress import AnswerTooLarge, Egress, EgressFailed, EgressRefused

type Reply = Callable[[str], bytes]


@asynccontextmanager
async def a_server(reply: Reply) -> AsyncIterator[int]:
    """A server that answers each request (its head as text) with `reply`; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        writer.write(reply(head))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def ok(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def to(url: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {url}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


async def names(host: str, _port: int) -> list[str]:
    """A resolver in which every name is this machine."""
    return ["127.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://2130706433/",
        "http://0x7f.1/", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:127.0.0.1]/",
        "ftp://example.com/", "file:///etc/passwd", "http:///x", "gopher://x", "not an address",
        "http://name:secret@example.com/",
    ],
)  # fmt: skip
async def test_addresses_of_the_inside_are_refused(url: str) -> None:
    async with Egress() as egress:
        with pytest.raises((EgressRefused, EgressFailed)) as refused:
            await egress.request("GET", url, seconds=5)
    assert "secret" not in str(refused.value)


async def test_a_name_that_resolves_to_the_inside_is_refused_unless_it_is_named() -> None:
    async with a_server(lambda _: ok(b"inside")) as port:
        url = f"http://cloud.intern:{port}/"
        async with Egress(resolve=names) as egress:
            with pytest.raises(EgressRefused, match="USHER_EGRESS__PRIVATE_HOSTS"):
                await egress.request("GET", url)
        for allowed in ("cloud.intern", f"Cloud.Intern:{port}"):
            async with Egress(private_hosts=[allowed], resolve=names) as egress:
                assert (await egress.request("GET", url)).body == b"inside"
        async with Egress(private_hosts=["cloud.intern:1"], resolve=names) as egress:
            with pytest.raises(EgressRefused):
                await egress.request("GET", url)


async def test_a_redirect_is_checked_like_the_first_address() -> None:
    async with (
        a_server(lambda _: ok(b"inside")) as inner,
        a_server(lambda _: to(f"http://metadata.intern:{inner}/")) as outer,
        Egress(private_hosts=["cloud.intern"], resolve=names) as egress,
    ):
        with pytest.raises(EgressRefused):
            await egress.request("GET", f"http://cloud.intern:{outer}/")


async def test_credentials_stay_with_their_origin() -> None:
    async with (
        a_server(lambda head: ok(head.encode())) as inner,
        a_server(lambda _: to(f"http://b.intern:{inner}/")) as outer,
        Egress(private_hosts=["a.intern", "b.intern"], resolve=names) as egress,
    ):
        answer = await egress.request(
            "GET", f"http://a.intern:{outer}/", headers={"Authorization": "Basic x"}
        )
    assert "authorization" not in answer.text.lower()
    assert answer.url == f"http://b.intern:{inner}/"


async def test_redirects_come_to_an_end() -> None:
    async with (
        a_server(lambda _: to("/again")) as port,
        Egress(private_hosts=["127.0.0.1"]) as egress,
    ):
        with pytest.raises(EgressRefused, match="too often"):
            await egress.request("GET", f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("packed", [False, True])
async def test_an_answer_without_end_is_cut(packed: bool) -> None:
    whole = b"x" * 5_000_000
    reply = ok(gzip.compress(whole), "Content-Encoding: gzip") if packed else ok(whole)
    async with a_server(lambda _: reply) as port, Egress(private_hosts=["127.0.0.1"]) as egress:
        url = f"http://127.0.0.1:{port}/"
        with pytest.raises(AnswerTooLarge):
            await egress.request("GET", url, most_bytes=1_000_000)
        assert (await egress.request("GET", url, most_bytes=5_000_000)).body == whole


async def test_a_server_that_says_nothing_is_given_up() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the other side hangs up
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with Egress(private_hosts=["127.0.0.1"]) as egress:
        with pytest.raises(EgressFailed, match=r"in 0\.2 seconds"):
            await egress.request("GET", f"http://127.0.0.1:{port}/", seconds=0.2)
    server.close()
    await server.wait_closed()
