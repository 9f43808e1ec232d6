"""Guarded requests to addresses that people gave us.

    async with Egress(private_hosts=("cloud.intern",)) as egress:
        answer = await egress.request("GET", url)

Names are resolved here and the connection goes to the very address that was checked, so
a name cannot answer differently the second time. Redirects are followed by hand and
checked like the first address; they never lead from https to http, and carry no
credentials to another origin. An answer has a largest size (unpacked) and every request
a longest time, redirects and all.

Errors:

    EgressRefused       the address is not one we go to (a setting can allow it)
    EgressFailed        no answer: name, network, TLS, time (try later)
    AnswerTooLarge      more than `most_bytes`
"""

import asyncio
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ClassVar, Final, Self

import httpcore
import httpx

from crm_bridge.core.addresses import is_public
from crm_bridge.core.errors import Invalid, TryLater

MOST_BYTES: Final = 20 * 1024 * 1024
SECONDS: Final = 30.0
MOST_REDIRECTS: Final = 5
AGENT: Final = "Usher"
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_PORTS: Final = {"http": 80, "https": 443}

type Sockets = Iterable[Any]


class EgressRefused(Invalid):
    """An address that must not be asked: `detail` says which and why."""

    code: ClassVar[str] = "address_refused"


class EgressFailed(TryLater):
    """No answer came: the name, the network, TLS, or time ran out."""

    code: ClassVar[str] = "address_unreachable"


class AnswerTooLarge(Invalid):
    """The answer was larger than is read."""

    code: ClassVar[str] = "answer_too_large"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole: `body` is unpacked. `url` is where redirects led."""

    status: int
    headers: httpx.Headers
    body: bytes
    url: str

    @property
    def text(self) -> str:
        """The body as UTF-8, whatever was not is replaced."""
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body as JSON. Raises ValueError."""
        return httpx.Response(self.status, content=self.body).json()

    @property
    def retry_after_seconds(self) -> float | None:
        """What Retry-After asks for, where it is a number of seconds."""
        value = self.headers.get("retry-after", "").strip()
        return float(value) if value.isascii() and value.isdigit() else None


class Egress:
    """Makes guarded requests; one for a process, closed at its end.

    `private_hosts` are names (or name:port) whose private addresses are allowed, for
    servers of one's own. `resolve` is for tests.
    """

    def __init__(
        self,
        *,
        private_hosts: Collection[str] = (),
        resolve: "Callable[[str, int], Any] | None" = None,
    ) -> None:
        self._guard = _Guard(frozenset(each.strip().lower() for each in private_hosts), resolve)
        self._made: httpcore.AsyncConnectionPool | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        if self._made is not None:
            await self._made.aclose()

    @property
    def _pool(self) -> httpcore.AsyncConnectionPool:
        """Made when it is first needed: reading the certificates takes a while."""
        if self._made is None:
            self._made = httpcore.AsyncConnectionPool(
                ssl_context=ssl.create_default_context(),
                max_connections=100,
                max_keepalive_connections=20,
                keepalive_expiry=30.0,
                network_backend=self._guard,
            )
        return self._made

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        most_bytes: int = MOST_BYTES,
        seconds: float = SECONDS,
    ) -> Answer:
        """Ask `url` and read the whole answer, whatever its status; redirects are followed.

        Raises EgressRefused, EgressFailed, AnswerTooLarge.
        """
        given = httpx.Headers(dict(headers or {}))
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(method, url, given, body, most_bytes)
        except TimeoutError as fault:
            raise EgressFailed(f"no answer from {_place(url)} in {seconds:g} seconds") from fault
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as fault:
            what = str(fault) or type(fault).__name__
            raise EgressFailed(f"no answer from {_place(url)}: {what}") from fault

    async def _follow(
        self, method: str, url: str, headers: httpx.Headers, body: bytes, most_bytes: int
    ) -> Answer:
        at = _checked(url)
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._once(method, at, headers, body, most_bytes)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not target:
                return answer
            there = _checked(str(at.join(target)))
            if at.scheme == "https" and there.scheme != "https":
                raise EgressRefused(f"{_place(str(at))} redirects from https to http")
            if (there.scheme, there.host, there.port) != (at.scheme, at.host, at.port):
                headers = httpx.Headers(
                    {name: value for name, value in headers.items() if name != "authorization"}
                )
            if answer.status == 303 or (answer.status in (301, 302) and method == "POST"):
                method, body = "GET", b""
            at = there
        raise EgressRefused(f"{_place(url)} redirects too often")

    async def _once(
        self, method: str, url: httpx.URL, headers: httpx.Headers, body: bytes, most_bytes: int
    ) -> Answer:
        sent = {
            "host": url.netloc.decode("ascii"),
            "user-agent": AGENT,
            "accept-encoding": "gzip",
            **headers,
        }
        if body or method in ("POST", "PUT", "PATCH"):
            sent["content-length"] = str(len(body))
        target = httpcore.URL(
            scheme=url.raw_scheme,
            host=url.raw_host,
            port=url.port or _PORTS[url.scheme],
            target=url.raw_path,
        )
        pairs = [(name.encode(), value.encode("latin-1")) for name, value in sent.items()]
        async with self._pool.stream(method, target, headers=pairs, content=body) as response:
            got = httpx.Headers(response.headers)
            packed = got.get("content-encoding", "").strip().lower()
            whole = await _read(response.aiter_stream(), packed, most_bytes, _place(str(url)))
        return Answer(response.status, got, whole, str(url))


async def _read(stream: AsyncIterator[bytes], packed: str, most: int, place: str) -> bytes:
    """The body, unpacked; at no time more than `most` bytes of it."""
    if packed not in ("", "identity", "gzip", "x-gzip"):
        raise EgressFailed(f"{place} answers in an encoding that was not asked for: {packed}")
    unpack = zlib.decompressobj(wbits=31) if packed.endswith("gzip") else None
    found = bytearray()
    async for piece in stream:
        room = most - len(found) + 1
        try:
            found += unpack.decompress(piece, room) if unpack else piece
        except zlib.error as fault:
            raise EgressFailed(f"{place} sent a broken body") from fault
        if len(found) > most or (unpack and unpack.unconsumed_tail):
            raise AnswerTooLarge(f"{place} answers with more than {most:,} bytes")
    return bytes(found)


def _checked(url: str) -> httpx.URL:
    """The URL taken apart. Raises EgressRefused where it is no plain http or https one."""
    try:
        found = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError) as fault:
        raise EgressRefused(f"this is not an address of the web: {url[:80]!r}") from fault
    if found.scheme not in _PORTS or not found.host:
        raise EgressRefused(f"this is not an address of the web: {url[:80]!r}")
    if found.userinfo:
        raise EgressRefused("an address must not hold a name and password; give them apart")
    return found


def _place(url: str) -> str:
    """The host of a URL, for messages: paths and queries may hold secrets."""
    try:
        return httpx.URL(url).host or "?"
    except (httpx.InvalidURL, ValueError, TypeError):
        return "?"


class _Guard(httpcore.AsyncNetworkBackend):
    """Opens connections to checked addresses alone."""

    def __init__(
        self, private_hosts: frozenset[str], resolve: "Callable[[str, int], Any] | None"
    ) -> None:
        self._private = private_hosts
        self._resolve = resolve or _resolved
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Sockets | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of `host` that may be asked and answers."""
        allowed = await self._allowed(host, port)
        last: Exception | None = None
        for address in allowed:
            try:
                return await self._network.connect_tcp(
                    address, port, timeout=timeout, socket_options=socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as fault:
                last = fault
        raise httpcore.ConnectError(str(last or "no address")) from last

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        socket_options: Sockets | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise EgressRefused("sockets of this machine are not asked")

    async def sleep(self, seconds: float) -> None:
        """Wait between tries."""
        await asyncio.sleep(seconds)

    async def _allowed(self, host: str, port: int) -> list[str]:
        try:
            addresses: list[str] = await self._resolve(host, port)
        except (OSError, UnicodeError) as fault:
            raise httpcore.ConnectError(f"{host} has no address") from fault
        if host.lower() in self._private or f"{host.lower()}:{port}" in self._private:
            return addresses
        allowed = [address for address in addresses if is_public(address)]
        if not allowed:
            raise EgressRefused(
                f"{host} is not on the public internet; a server of your own is allowed by"
                " naming it in USHER_EGRESS__PRIVATE_HOSTS"
            )
        return allowed


async def _resolved(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))
