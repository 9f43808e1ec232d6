"""The only way to data: a typed client of the bridge's internal API.

    BridgeFault
    +-- BridgeUnreachable    no answer in time, or 502 to 504; nothing is known of the effect
    +-- BridgeRefused        answered with a problem document; `code` is stable
        +-- OpeningGone      opening_taken or hold_expired; `nearest` are still free

A call has `DEADLINE_SECONDS` in all. It is tried again inside that time only where doing it
twice is doing it once: a GET, or a write with an Idempotency-Key.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import aiohttp
from pydantic import ValidationError

from contracts.booking import (
    BookingView,
    CancelRequest,
    ConfirmRequest,
    HoldRequest,
    HoldView,
    MoveRequest,
    OpeningsQuery,
    OpeningView,
    StartsView,
)
from contracts.dialogue import (
    FaqView,
    HandoverRequest,
    HandoverView,
    LookupRequest,
    LookupView,
    PlaybookView,
    QualificationView,
    QualifyRequest,
)
from contracts.turn import TurnCommit, TurnCommitted
from contracts.wire import Wire

DEADLINE_SECONDS: Final = 3.0
TRIES: Final = 3
PAUSE_SECONDS: Final = 0.1
KEPT_SECONDS: Final = 3.0  # below the five after which the bridge hangs up
PASSING: Final = frozenset({502, 503, 504})
GONE: Final = frozenset({"opening_taken", "hold_expired"})

View = TypeVar("View", bound=Wire)


class BridgeFault(Exception):
    """The bridge did not do what was asked."""

    code = "bridge_fault"


class BridgeUnreachable(BridgeFault):
    code = "bridge_unreachable"


class BridgeRefused(BridgeFault):
    """`status` and `code` as in the problem document."""

    def __init__(self, status: int, code: str, detail: str = "") -> None:
        super().__init__(f"{status} {code}: {detail}" if detail else f"{status} {code}")
        self.status, self.code = status, code


class OpeningGone(BridgeRefused):
    """Somebody was faster, or the hold has run out."""

    def __init__(self, status: int, code: str, nearest: tuple[OpeningView, ...]) -> None:
        super().__init__(status, code)
        self.nearest = nearest

    @property
    def expired(self) -> bool:
        """Whether it was the visitor's own hold that ended."""
        return self.code == "hold_expired"


@dataclass(frozen=True, slots=True)
class _Answer:
    path: str
    status: int
    body: bytes


class Bridge:
    """One client for the whole process."""

    def __init__(self, url: str, key: str, *, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._url = f"{url.rstrip('/')}/internal/v1/"
        self._headers = {"Authorization": f"Bearer {key}"}
        self._deadline = deadline_seconds
        self._opened: aiohttp.ClientSession | None = None

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:  # it belongs to the loop that runs at the first call
            self._opened = aiohttp.ClientSession(
                headers=self._headers,
                connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=KEPT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._opened

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            await self._opened.close()

    # The dialogue

    async def commit(self, turn: str, commit: TurnCommit) -> TurnCommitted:
        """Store the outcome of a turn; the same turn again changes nothing."""
        return await self._post(TurnCommitted, f"turns/{turn}/commit", commit, key=turn)

    async def playbook(self, name: str, version: int) -> PlaybookView:
        """One published version, as source."""
        return await self._get(PlaybookView, f"playbooks/{name}/{version}")

    async def faq(
        self,
        *,
        language: str,
        text: str,
        topic: str | None,
        leaning: Mapping[str, float] | None = None,
    ) -> FaqView:
        """The best answer to a visitor's question. `leaning`: log odds by topic."""
        params = {"language": language, "text": text, **({"topic": topic} if topic else {})}
        if leaning:
            params["leaning"] = ",".join(f"{name}:{odds:.2f}" for name, odds in leaning.items())
        return await self._get(FaqView, "faq", params=params)

    async def lookup(self, conversation: str, email: str, *, key: str) -> LookupView:
        """Look an address up and enrich it."""
        path = f"conversations/{conversation}/lookup"
        return await self._post(LookupView, path, LookupRequest(email=email), key=key)

    async def qualify(
        self, conversation: str, request: QualifyRequest, *, key: str
    ) -> QualificationView:
        """The outcome, decided from the answers."""
        path = f"conversations/{conversation}/qualify"
        return await self._post(QualificationView, path, request, key=key)

    async def handover(
        self, conversation: str, request: HandoverRequest, *, key: str
    ) -> HandoverView:
        """A ticket for the reps."""
        path = f"conversations/{conversation}/handover"
        return await self._post(HandoverView, path, request, key=key)

    async def erase(self, conversation: str, *, key: str) -> None:
        """Erase everything of a conversation."""
        await self._send("POST", f"conversations/{conversation}/erase", key=key)

    # The meeting

    async def openings(self, conversation: str, query: OpeningsQuery) -> StartsView:
        """When a meeting can begin between two instants. Reading, although it is a POST."""
        path = f"conversations/{conversation}/openings"
        answer = await self._send("POST", path, body=query, again=True)
        return _read(StartsView, answer)

    async def hold(self, conversation: str, request: HoldRequest, *, key: str) -> HoldView:
        """Keep an opening. Raises OpeningGone."""
        return await self._post(HoldView, f"conversations/{conversation}/holds", request, key=key)

    async def confirm(self, conversation: str, request: ConfirmRequest, *, key: str) -> BookingView:
        """Book what is held. Raises OpeningGone."""
        path = f"conversations/{conversation}/bookings"
        return await self._post(BookingView, path, request, key=key)

    async def move(self, booking: str, request: MoveRequest, *, key: str) -> BookingView:
        """Move a meeting. Raises OpeningGone."""
        return await self._post(BookingView, f"bookings/{booking}/move", request, key=key)

    async def cancel(self, booking: str, request: CancelRequest, *, key: str) -> BookingView:
        """Cancel a meeting."""
        return await self._post(BookingView, f"bookings/{booking}/cancel", request, key=key)

    # How

    async def _get(
        self, view: type[View], path: str, *, params: dict[str, str] | None = None
    ) -> View:
        return _read(view, await self._send("GET", path, params=params, again=True))

    async def _post(self, view: type[View], path: str, body: Wire, *, key: str) -> View:
        return _read(view, await self._send("POST", path, body=body, key=key))

    async def _send(
        self,
        method: str,
        path: str,
        *,
        body: Wire | None = None,
        params: dict[str, str] | None = None,
        key: str | None = None,
        again: bool = False,
    ) -> _Answer:
        headers = {} if key is None else {"Idempotency-Key": key}
        data = None
        if body is not None:
            headers["Content-Type"], data = "application/json", body.model_dump_json().encode()
        tries = TRIES if again or key is not None else 1

        async def once() -> _Answer:
            async with self._session().request(
                method, self._url + path, params=params, data=data, headers=headers
            ) as response:
                return _Answer(path, response.status, await response.read())

        try:
            async with asyncio.timeout(self._deadline):
                answer = await _tried(once, tries)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise BridgeUnreachable(f"{method} {path}: {type(error).__name__}") from error
        if answer.status in PASSING:
            raise BridgeUnreachable(f"{method} {path}: {answer.status}")
        if answer.status >= 400:
            raise _refusal(answer)
        return answer


async def _tried(once: Callable[[], Awaitable[_Answer]], tries: int) -> _Answer:
    for left in range(tries - 1, -1, -1):
        try:
            answer = await once()
        except aiohttp.ClientError:
            if not left:
                raise
        else:
            if answer.status not in PASSING or not left:
                return answer
        await asyncio.sleep(PAUSE_SECONDS * (tries - left))
    raise AssertionError("unreachable: the last try returns or raises")


def _read(view: type[View], answer: _Answer) -> View:
    try:
        return view.model_validate_json(answer.body)
    except ValidationError as error:
        raise BridgeUnreachable(f"{answer.path}: not a {view.__name__}") from error


def _refusal(answer: _Answer) -> BridgeRefused:
    """The problem document as an error."""
    try:
        problem: Any = json.loads(answer.body)
    except ValueError:
        problem = {}
    problem = problem if isinstance(problem, dict) else {}
    code = str(problem.get("code") or "unknown")
    if code in GONE:
        extra = problem.get("extra")
        listed = problem.get("nearest") or (extra or {}).get("nearest") or ()
        return OpeningGone(answer.status, code, _openings(listed))
    return BridgeRefused(answer.status, code, str(problem.get("title") or ""))


def _openings(listed: Any) -> tuple[OpeningView, ...]:
    try:
        return tuple(OpeningView.model_validate(entry) for entry in listed)
    except (ValidationError, TypeError):
        return ()
