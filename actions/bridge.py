"""The bridge as the actions see it: the only way to any data.

Every call has a deadline of three seconds. A call is tried again only when that is safe: it
reads, or it carries an Idempotency-Key, and the fault was the network's or the bridge's own
(connection, time-out, 502 to 504, 429). What the bridge refuses is a typed error.

    BridgeFault
    +-- BridgeUnreachable     nobody answered well in time; nothing is known of the outcome
    +-- BridgeRefused         answered with a problem document; `code` is stable
        +-- OpeningGone       the opening was taken; `nearest` are still free
        +-- HoldExpired       the hold ran out; `nearest` are still free
"""

import asyncio
import os
import random
import time
from datetime import datetime
from typing import Any, Final, Self

import httpx
from pydantic import BaseModel, TypeAdapter

from contracts.booking import (
    BookingView,
    CancelRequest,
    ConfirmRequest,
    HoldRequest,
    HoldView,
    MoveRequest,
    OpeningsQuery,
    OpeningsView,
    OpeningView,
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

DEADLINE_SECONDS: Final = 3.0
MOST_TRIES: Final = 3
FIRST_PAUSE_SECONDS: Final = 0.1
TRY_AGAIN: Final = frozenset({429, 502, 503, 504})

_nearest = TypeAdapter(tuple[OpeningView, ...])


class BridgeFault(Exception):
    """A call did not give what it should."""


class BridgeUnreachable(BridgeFault):
    """No good answer within the deadline."""


class BridgeRefused(BridgeFault):
    """The bridge understood and said no."""

    def __init__(self, code: str, status: int, detail: str) -> None:
        super().__init__(f"{code} ({status}): {detail}")
        self.code = code
        self.status = status
        self.detail = detail


class OpeningGone(BridgeRefused):
    """Somebody else has it now."""

    nearest: tuple[OpeningView, ...] = ()


class HoldExpired(OpeningGone):
    """The visitor took longer than the hold lasts."""


_REFUSALS: Final[dict[str, type[OpeningGone]]] = {
    "opening_taken": OpeningGone,
    "hold_expired": HoldExpired,
}


class Bridge:
    """The bridge's internal API, one method a call. Made once a process; close it at the end."""

    def __init__(
        self, url: str, key: str, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/internal/v1/",
            headers={"Authorization": f"Bearer {key}"},
            timeout=DEADLINE_SECONDS,
            transport=transport,
            trust_env=False,
        )

    @classmethod
    def from_environment(cls) -> Self:
        """By USHER_BRIDGE_URL and USHER_INTERNAL_KEY. Raises KeyError when the key is missing."""
        url = os.environ.get("USHER_BRIDGE_URL", "http://127.0.0.1:8000")
        return cls(url, os.environ["USHER_INTERNAL_KEY"])

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    # -- the turn ---------------------------------------------------------------------------
    async def commit(self, turn: str, commit: TurnCommit) -> TurnCommitted:
        """Report what was learned and said; the same turn again changes nothing."""
        return TurnCommitted.model_validate(await self._post(f"turns/{turn}/commit", commit, turn))

    async def playbook(self, name: str, version: int) -> PlaybookView:
        """One published version; it never changes."""
        return PlaybookView.model_validate(await self._get(f"playbooks/{name}/{version}"))

    async def faq(self, language: str, text: str, topic: str | None = None) -> FaqView:
        """The best answer to a question, or none."""
        query = {"language": language, "text": text, **({"topic": topic} if topic else {})}
        return FaqView.model_validate(await self._get("faq", query))

    # -- the lead ---------------------------------------------------------------------------
    async def lookup(self, conversation: str, email: str, *, key: str) -> LookupView:
        """Look an address up; says only what the address itself tells."""
        request = LookupRequest(email=email)
        return LookupView.model_validate(
            await self._post(f"conversations/{conversation}/lookup", request, key)
        )

    async def qualify(
        self, conversation: str, request: QualifyRequest, *, key: str
    ) -> QualificationView:
        """Decide and store the outcome."""
        body = await self._post(f"conversations/{conversation}/qualify", request, key)
        return QualificationView.model_validate(body)

    async def hand_over(
        self, conversation: str, request: HandoverRequest, *, key: str
    ) -> HandoverView:
        """Open a ticket for a person."""
        body = await self._post(f"conversations/{conversation}/handover", request, key)
        return HandoverView.model_validate(body)

    async def erase(self, conversation: str, *, key: str) -> None:
        """Erase everything that the visitor said."""
        await self._post(f"conversations/{conversation}/erase", None, key)

    # -- the meeting ------------------------------------------------------------------------
    async def openings(self, conversation: str, start: datetime, end: datetime) -> OpeningsView:
        """Openings that start in [start, end)."""
        query = OpeningsQuery(start=start, end=end)
        # a search changes nothing: as safe to repeat as a GET
        body = await self._post(
            f"conversations/{conversation}/openings", query, f"search-{time.time_ns()}"
        )
        return OpeningsView.model_validate(body)

    async def hold(self, conversation: str, start: datetime, *, key: str) -> HoldView:
        """Keep an opening. Raises OpeningGone."""
        request = HoldRequest(start=start)
        return HoldView.model_validate(
            await self._post(f"conversations/{conversation}/holds", request, key)
        )

    async def book(self, conversation: str, hold: str, *, key: str) -> BookingView:
        """Turn a hold into a booking. Raises HoldExpired or OpeningGone."""
        body = await self._post(
            f"conversations/{conversation}/bookings", ConfirmRequest(hold=hold), key
        )
        return BookingView.model_validate(body)

    async def move(self, booking: str, start: datetime, *, key: str) -> BookingView:
        """Move a meeting, same advisor. Raises OpeningGone."""
        return BookingView.model_validate(
            await self._post(f"bookings/{booking}/move", MoveRequest(start=start), key)
        )

    async def cancel(self, booking: str, reason: str, *, key: str) -> BookingView:
        """Cancel a meeting."""
        body = await self._post(f"bookings/{booking}/cancel", CancelRequest(reason=reason), key)
        return BookingView.model_validate(body)

    # -- the wire ---------------------------------------------------------------------------
    async def _get(self, path: str, query: dict[str, str] | None = None) -> Any:
        return await self._call("GET", path, params=query)

    async def _post(self, path: str, body: BaseModel | None, key: str) -> Any:
        content = body.model_dump_json() if body is not None else "{}"
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return await self._call("POST", path, content=content, headers=headers)

    async def _call(self, method: str, path: str, **request: Any) -> Any:
        end = time.monotonic() + DEADLINE_SECONDS
        for number in range(1, MOST_TRIES + 1):
            cause: Exception | None = None
            try:
                async with asyncio.timeout(max(0.05, end - time.monotonic())):
                    answer = await self._http.request(method, path, **request)
            except (httpx.HTTPError, TimeoutError) as fault:
                reason, cause = f"{type(fault).__name__} at {path}", fault
            else:
                if answer.status_code not in TRY_AGAIN:
                    return _read(answer)
                reason = f"{answer.status_code} at {path}"
            pause = FIRST_PAUSE_SECONDS * 2**number * (0.5 + random.random() / 2)
            if number == MOST_TRIES or time.monotonic() + pause >= end:
                raise BridgeUnreachable(reason) from cause
            await asyncio.sleep(pause)
        raise AssertionError("unreachable")


def _read(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json() if answer.content else None
    try:
        body = answer.json()
    except ValueError:
        body = {}
    code = str(body.get("code", "http_error"))
    kind = _REFUSALS.get(code, BridgeRefused)
    refusal = kind(code, answer.status_code, str(body.get("detail", "")))
    if isinstance(refusal, OpeningGone):
        refusal.nearest = _nearest.validate_python(body.get("nearest", ()))
    raise refusal
