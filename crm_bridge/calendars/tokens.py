"""Access tokens of OAuth 2.0, and calls with them: refreshed when they run out or are refused.

Source: RFC 6749 sections 5 and 6. A refresh token that came with a new one is kept by
`keep`, which stores it sealed.
"""

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from crm_bridge.calendars.port import CalendarRevoked, CalendarUnreachable
from crm_bridge.core.egress import Answer, Egress, EgressFailed

EARLY_SECONDS: Final = 60.0
WAIT_SECONDS: Final = 30.0  # after a refusal that names no time
_LIMITS: Final = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "ApplicationThrottled"}
)

Keep = Callable[[str], Awaitable[None]]
"""Stores a new refresh token."""


@dataclass(frozen=True, slots=True)
class Client:
    """How this installation is registered with a provider."""

    token_url: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave. `lives_seconds` is of the access token."""

    access: str
    refresh: str
    lives_seconds: float


async def fetch_tokens(egress: Egress, client: Client, **asked: str) -> Tokens:
    """Ask the token endpoint (`asked` is the grant). Raises CalendarRevoked, CalendarUnreachable."""
    form = {"client_id": client.client_id, "client_secret": client.client_secret, **asked}
    try:
        answer = await egress.request(
            "POST",
            client.token_url,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
        )
    except EgressFailed as fault:
        raise CalendarUnreachable(fault.detail) from fault
    document = read_json(answer)
    if answer.status in (400, 401, 403):
        raise CalendarRevoked(f"the permission is gone ({document.get('error', answer.status)})")
    if answer.status != 200 or not isinstance(document.get("access_token"), str):
        raise unreachable(answer)
    return Tokens(
        document["access_token"],
        str(document.get("refresh_token") or asked.get("refresh_token") or ""),
        float(document.get("expires_in") or 0),
    )


class Authorized:
    """Calls an API as an advisor who allowed it."""

    def __init__(self, egress: Egress, client: Client, refresh_token: str, *, keep: Keep) -> None:
        self._egress = egress
        self._client = client
        self._refresh_token = refresh_token
        self._keep = keep
        self._access = ""
        self._good_until = 0.0

    async def call(
        self,
        method: str,
        url: str,
        *,
        document: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call; a 401 is tried again with a new token.

        Raises CalendarUnreachable (network, 429 and 5xx, limits) or CalendarRevoked.
        """
        if time.monotonic() >= self._good_until:
            await self._renew()
        answer = await self._once(method, url, document, headers)
        if answer.status == 401:
            await self._renew()
            answer = await self._once(method, url, document, headers)
        if answer.status == 401:
            raise CalendarRevoked("the calendar does not let us in any more")
        if answer.status == 429 or answer.status >= 500 or _limited(answer):
            raise unreachable(answer)
        return answer

    async def _once(
        self,
        method: str,
        url: str,
        document: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        sent = {"Authorization": f"Bearer {self._access}", "Accept": "application/json"}
        sent.update(headers or {})
        body = b""
        if document is not None:
            sent["Content-Type"] = "application/json"
            body = json.dumps(document).encode()
        try:
            return await self._egress.request(method, url, headers=sent, body=body)
        except EgressFailed as fault:
            raise CalendarUnreachable(fault.detail) from fault

    async def _renew(self) -> None:
        tokens = await fetch_tokens(
            self._egress,
            self._client,
            grant_type="refresh_token",
            refresh_token=self._refresh_token,
        )
        self._access = tokens.access
        self._good_until = time.monotonic() + tokens.lives_seconds - EARLY_SECONDS
        if tokens.refresh and tokens.refresh != self._refresh_token:
            self._refresh_token = tokens.refresh
            await self._keep(tokens.refresh)


def read_json(answer: Answer) -> dict[str, Any]:
    """The object that an answer holds; an empty one where it holds none."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def unreachable(answer: Answer) -> CalendarUnreachable:
    """What to raise where trying later may help, after as long as the answer asks for."""
    wait = answer.retry_after_seconds
    return CalendarUnreachable(
        f"the calendar's server answers {answer.status}",
        retry_after_seconds=WAIT_SECONDS if wait is None else wait,
    )


def _limited(answer: Answer) -> bool:
    """Google tells limits as 403 too: the reason says which it is."""
    if answer.status != 403:
        return False
    error = read_json(answer).get("error")
    errors = error.get("errors", []) if isinstance(error, dict) else []
    reasons = {each.get("reason") for each in errors if isinstance(each, dict)}
    return bool(reasons & _LIMITS)
