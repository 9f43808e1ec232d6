"""Odoo's External JSON-2 API: call a method of a model, and tell its errors apart.

Source: https://www.odoo.com/documentation/19.0/developer/reference/external_api.html
"""

from collections.abc import Mapping
from typing import Any, Final

import httpx

from crm_bridge.connectors.errors import CrmMisunderstood
from crm_bridge.connectors.transport import Transport, body_of

_EVEN_ARCHIVED: Final = {"active_test": False}


class OdooRefused(Exception):
    """Odoo's answer is an error: `status` is HTTP's, `said` what it tells a user."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.said = said


def is_refusal(answer: httpx.Response) -> bool:
    """Odoo says 500 of a call that it cannot make sense of, with the exception's name; a
    fault of the house (its database, a proxy) has another name, or none."""
    try:
        body = answer.json()
    except ValueError:
        return False
    name = body.get("name") if isinstance(body, dict) else None
    return isinstance(name, str) and not name.startswith(("psycopg", "werkzeug"))


class Api:
    """Calls methods of Odoo's models; each call is one transaction there."""

    def __init__(self, transport: Transport, database: str) -> None:
        self._transport = transport
        self._headers = {"X-Odoo-Database": database} if database else {}

    async def call(self, model: str, method: str, *, idempotent: bool = True, **body: Any) -> Any:
        """The result of a method. Archived records count. Raises OdooRefused, and what
        Transport does."""
        answer = await self._transport.ask(
            "POST",
            f"/json/2/{model}/{method}",
            json={**body, "context": _EVEN_ARCHIVED},
            headers=self._headers,
            idempotent=idempotent,
        )
        if answer.status_code == 200:
            return body_of(answer)
        said = body_of(answer) if "json" in answer.headers.get("content-type", "") else {}
        if not isinstance(said, Mapping) or "message" not in said:
            raise CrmMisunderstood(f"{model}.{method} is answered {answer.status_code}")
        raise OdooRefused(answer.status_code, str(said["message"])[:300])

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()
