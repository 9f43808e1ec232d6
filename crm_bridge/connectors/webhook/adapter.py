"""Tells any system of our records by a signed webhook; it tells us by another.

Nothing can be read there, so what was last agreed stands for what it has. A request that
is repeated carries the same webhook-id: a receiver that has seen it drops it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from crm_bridge.connectors.port import (
    ChangePage,
    EveryPage,
    OutsideRecord,
    Position,
    Write,
    WriteFault,
    Written,
)
from crm_bridge.connectors.sign_in import Grant, SignIn
from crm_bridge.connectors.transport import Transport, body_of
from crm_bridge.connectors.webhook import message
from crm_bridge.core.errors import UsherError
from crm_bridge.webhooks.sign import headers


class NoSignIn(SignIn):
    """The signature is all that is shown."""

    def __init__(self) -> None:
        async def never(_grant: Grant | None) -> Grant:
            return Grant("")

        super().__init__(never)

    def shown(self, grant: Grant) -> Mapping[str, str]:
        """See `SignIn`."""
        return {}


class WebhookCrm:
    """See `Crm`."""

    can_read: ClassVar[bool] = False

    def __init__(self, transport: Transport, *, url: str, secret: str) -> None:
        self._transport = transport
        self._url = url
        self._secret = secret

    def streams(self, kind: str) -> Sequence[str]:
        """None: it tells us by itself."""
        return ()

    async def changes(
        self, kind: str, stream: str, *, after: Position | None, limit: int
    ) -> ChangePage:
        """See `Crm`."""
        return ChangePage((), None, more=False)

    async def fetch(self, kind: str, ids: Sequence[str]) -> Mapping[str, OutsideRecord]:
        """See `Crm`."""
        return {}

    async def every(self, kind: str, *, after: str | None) -> EveryPage:
        """See `Crm`."""
        return EveryPage((), None)

    async def write(self, kind: str, writes: Sequence[Write]) -> Sequence[Written]:
        """See `Crm`. A 2xx is taken; an `id` in its JSON is kept, else our own id stands."""
        return [await self._write(kind, one) for one in writes]

    async def _write(self, kind: str, write: Write) -> Written:
        body = message.out(kind, write)
        message_id = f"msg_{hashlib.sha256(body).hexdigest()[:32]}"
        signed = headers(self._secret, message_id=message_id, now=datetime.now(UTC), body=body)
        answer = await self._transport.ask(
            "POST",
            self._url,
            content=body,
            headers={**signed, "content-type": "application/json"},
            idempotent=True,
        )
        if answer.status_code == 410:
            return Written(write.key, fault=WriteFault("gone"))
        if answer.status_code >= 300:
            said = f"answered {answer.status_code}"
            return Written(write.key, fault=WriteFault("refused", said))
        try:
            given = body_of(answer)
        except UsherError:
            given = None  # whatever it says, it took the record
        own = given.get("id") if isinstance(given, Mapping) else None
        # the version is of what it told us last, and stays
        return Written(write.key, str(own or write.id or write.key), write.version)

    async def remove(self, kind: str, external_id: str) -> None:
        """See `Crm`."""

    async def check(self) -> str:
        """See `Crm`."""
        return f"{self._url} will be told"

    async def close(self) -> None:
        """See `Crm`."""
        await self._transport.close()
