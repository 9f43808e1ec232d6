"""Tryton's JSON-RPC: sign in, call a method, its dates and its errors.

Source: https://docs.tryton.org/latest/server/topics/rpc.html and trytond/protocols/jsonrpc.py
"""

import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import httpx

from crm_bridge.connectors.errors import CrmMisunderstood, CrmRevoked, CrmUnreachable
from crm_bridge.connectors.sign_in import Grant, SignIn
from crm_bridge.connectors.transport import Transport, body_of

_READS: Final = ("read", "search", "search_read", "search_count", "fields_get")


class TrytonRefused(Exception):
    """Tryton's answer is an error: `name` is its class, `said` what it tells a user."""

    def __init__(self, name: str, said: str) -> None:
        super().__init__(f"{name}: {said}")
        self.name = name
        self.said = said


class Session(SignIn):
    """A session of a user, renewed when Tryton has ended it."""

    def shown(self, grant: Grant) -> Mapping[str, str]:
        """See `SignIn`."""
        return {"Authorization": f"Session {grant.access}"}


def login(
    client: httpx.AsyncClient, url: str, *, user: str, password: str
) -> Callable[[Grant | None], Awaitable[Grant]]:
    """Sign in by name and password."""

    async def ask(_refused: Grant | None) -> Grant:
        body = {
            "id": 0,
            "method": "common.db.login",
            "params": [user, {"password": password}, "en"],
        }
        try:
            answer = await client.post(url, json=body)
        except httpx.TransportError as fault:
            raise CrmUnreachable(f"{type(fault).__name__} at sign-in") from fault
        if answer.status_code >= 500 or answer.status_code == 429:
            raise CrmUnreachable(f"Tryton says {answer.status_code} at sign-in")
        given = body_of(answer) if answer.status_code == 200 else {}
        result = given.get("result") if isinstance(given, dict) else None
        if not result:
            raise CrmRevoked("Tryton does not accept this user and password")
        session = f"{user}:{result[0]}:{result[1]}"
        return Grant(base64.b64encode(session.encode()).decode())

    return ask


class Rpc:
    """Calls methods of Tryton's models."""

    def __init__(self, transport: Transport, url: str) -> None:
        self._transport = transport
        self._url = url

    async def call(
        self, method: str, *params: Any, context: Mapping[str, Any] | None = None
    ) -> Any:
        """The result of `model.NAME.METHOD`. Raises TrytonRefused, and what Transport does."""
        body = {"id": 1, "method": method, "params": [*params, dict(context or {})]}
        again = method.rpartition(".")[2] in _READS
        answer = await self._transport.ask("POST", self._url, json=body, idempotent=again)
        given = body_of(answer) if answer.status_code == 200 else None
        if not isinstance(given, dict) or not ("result" in given or "error" in given):
            raise CrmMisunderstood(f"{method} is answered {answer.status_code}")
        if given.get("error"):
            raise _refusal(given["error"])
        return given["result"]

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()


def _refusal(error: Any) -> TrytonRefused:
    parts: Sequence[Any] = error if isinstance(error, list) else [error]
    said = parts[1] if len(parts) > 1 else ""
    text = " ".join(str(line) for line in said if line) if isinstance(said, list) else str(said)
    return TrytonRefused(str(parts[0]), text[:300])


def instant(value: Any) -> datetime:
    """An instant of Tryton's JSON (UTC, microseconds)."""
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return datetime(*(int(value[name]) for name in names), tzinfo=UTC)  # type: ignore[misc,arg-type]


def as_instant(value: datetime) -> dict[str, Any]:
    """An instant as Tryton's JSON wants it."""
    names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    utc = value.astimezone(UTC)
    return {"__class__": "datetime", **{name: getattr(utc, name) for name in names}}
