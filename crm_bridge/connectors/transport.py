"""One way to ask any CRM over HTTP, so that every adapter rests, retries and gives up alike.

- A token bucket for each kind of request keeps below the CRM's limits.
- 429, or 503 with Retry-After, pauses the whole connection: whoever keeps asking makes
  the pause longer. Short pauses are waited for, long ones raise CrmPaused.
- A circuit breaker rests a connection that keeps failing.
- A refused token is renewed once (`sign_in`).
- What a CRM calls by other numbers is said by its `Customs`.
- What is idempotent is tried again, with jitter. What is not is never sent twice.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from crm_bridge.connectors.breaker import Breaker
from crm_bridge.connectors.bucket import Bucket
from crm_bridge.connectors.errors import CrmMisunderstood, CrmPaused, CrmRevoked, CrmUnreachable
from crm_bridge.connectors.retry_after import seconds_of
from crm_bridge.connectors.sign_in import SignIn

MOST_TRIES: Final = 3
FIRST_PAUSE_SECONDS: Final = 0.2
PAUSE_WITHOUT_WORD_SECONDS: Final = 10.0
LONGEST_WAIT_SECONDS: Final = 2.0  # a longer pause is the caller's to sleep over
TIMEOUT_SECONDS: Final = 30.0
MOST_ANSWER_BYTES: Final = 32 * 1024 * 1024

_TOO_MANY, _UNAVAILABLE, _UNAUTHORISED = 429, 503, 401


@dataclass(frozen=True, slots=True)
class Customs:
    """What a CRM does differently. `rest_seconds`: how long an answer below 500 that is not
    429 asks us to rest (None: it does not). `is_refusal`: whether an answer above 499 is its
    word on this one request, and no fault of the whole."""

    rest_seconds: Callable[[httpx.Response], float | None] = lambda _answer: None
    is_refusal: Callable[[httpx.Response], bool] = lambda _answer: False


class Transport:
    """Asks one CRM for one connection. `buckets` are by name; "" is for all else."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        sign_in: SignIn,
        *,
        buckets: Mapping[str, Bucket],
        breaker: Breaker | None = None,
        customs: Customs | None = None,
        seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._sign_in = sign_in
        self._buckets = buckets
        self._breaker = breaker or Breaker()
        self._customs = customs or Customs()
        self._seconds = seconds
        self._sleep = sleep
        self._paused_until = float("-inf")

    async def ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool | None = None,
        bucket: str = "",
    ) -> httpx.Response:
        """The CRM's answer, below 500 and neither 401 nor 429 (or `Customs` say otherwise):
        what it means is the adapter's to say. GET and PUT are idempotent unless said otherwise.

        Raises CrmUnreachable, CrmPaused or CrmRevoked.
        """
        again = idempotent if idempotent is not None else method in ("GET", "PUT")
        renewed, tries = False, 0
        while True:
            tries += 1
            await self._turn(bucket)
            shown, grant = await self._sign_in.headers()
            request = self._client.build_request(
                method,
                path,
                json=json,
                content=content,
                params=params,
                headers={**shown, **(headers or {})},
            )
            answer = await self._sent(request)
            if answer is not None and answer.status_code == _UNAUTHORISED:
                self._breaker.succeeded()
                if renewed:
                    raise CrmRevoked("the CRM refuses a fresh token; connect again")
                renewed, tries = True, tries - 1
                await self._sign_in.renew(grant)
                continue
            if answer is not None and self._is_word(answer):
                if self._rests(answer):
                    if tries < MOST_TRIES:  # it was not done: to ask again is safe
                        continue
                    raise CrmPaused("the CRM asks for rest", retry_after_seconds=self._left())
                self._breaker.succeeded()
                return answer
            self._note_failure(answer)
            if not again or tries >= MOST_TRIES:
                raise CrmUnreachable(_said(answer), retry_after_seconds=max(1.0, self._left()))
            pause = FIRST_PAUSE_SECONDS * 2 ** (tries - 1)
            await self._sleep(pause * random.uniform(0.5, 1.5))

    async def json(self, method: str, path: str, **how: Any) -> Any:
        """The body of an answer below 300. Raises CrmMisunderstood for any other."""
        answer = await self.ask(method, path, **how)
        if answer.status_code >= 300:
            raise CrmMisunderstood(f"{method} {path} is answered {answer.status_code}")
        return body_of(answer)

    async def _turn(self, bucket: str) -> None:
        """Wait for this request's turn. Raises CrmPaused when that would take long."""
        left = max(self._left(), self._breaker.wait(self._seconds()))
        if left > LONGEST_WAIT_SECONDS:
            raise CrmPaused("this connection rests", retry_after_seconds=left)
        if left > 0:
            await self._sleep(left)
        known = self._buckets.get(bucket) or self._buckets[""]
        wait = known.reserve(self._seconds())
        if wait > 0:
            await self._sleep(wait)

    async def _sent(self, request: httpx.Request) -> httpx.Response | None:
        """The answer, or None when none came."""
        try:
            answer = await self._client.send(request)
        except httpx.TransportError:
            return None
        if len(answer.content) > MOST_ANSWER_BYTES:
            raise CrmMisunderstood("an answer of more than 32 MB")
        return answer

    def _is_word(self, answer: httpx.Response) -> bool:
        return answer.status_code < 500 or self._customs.is_refusal(answer)

    def _rests(self, answer: httpx.Response) -> bool:
        """Whether an answer asks for rest; the connection then does."""
        if answer.status_code == _TOO_MANY:
            self._rest(answer)
            return True
        asked = self._customs.rest_seconds(answer)
        if asked is not None:
            self._paused_until = max(self._paused_until, self._seconds() + asked)
        return asked is not None

    def _note_failure(self, answer: httpx.Response | None) -> None:
        self._breaker.failed(self._seconds())
        if (
            answer is not None
            and answer.status_code == _UNAVAILABLE
            and "retry-after" in answer.headers
        ):
            self._rest(answer)

    def _rest(self, answer: httpx.Response) -> None:
        header = answer.headers.get("retry-after")
        now = datetime.now(UTC)
        pause = seconds_of(header, now=now, default=PAUSE_WITHOUT_WORD_SECONDS)
        self._paused_until = max(self._paused_until, self._seconds() + pause)

    def _left(self) -> float:
        return max(0.0, self._paused_until - self._seconds())

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def body_of(answer: httpx.Response) -> Any:
    """An answer's JSON. Raises CrmMisunderstood."""
    try:
        return answer.json() if answer.content else None
    except ValueError as fault:
        raise CrmMisunderstood(f"{answer.request.url.path} answers no JSON") from fault


def _said(answer: httpx.Response | None) -> str:
    return "the CRM does not answer" if answer is None else f"the CRM says {answer.status_code}"
