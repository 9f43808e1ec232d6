"""Sends what is on its way to webhooks: signed, again with growing pauses, never lost.

A receiver has arrived at a delivery when it answers 2xx. 410 stops its webhook. The id of
a request is the event's: a receiver that has seen it may drop it.
"""

import asyncio
import json
import logging
import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, Instant
from crm_bridge.core.egress import Answer, Egress
from crm_bridge.core.errors import UsherError
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.core.prepared import Prepared
from crm_bridge.core.sealed import Seal
from crm_bridge.webhooks.models import Webhook, WebhookDelivery
from crm_bridge.webhooks.sign import headers

log = logging.getLogger(__name__)

# Standard Webhooks' schedule: about three days in all
PAUSES: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
TIMEOUT_SECONDS: Final = 15.0
LEASE: Final = timedelta(seconds=60)
POLL_SECONDS: Final = 2.0
AT_ONCE: Final = 20
_MOST_ANSWER_BYTES: Final = 64 * 1024
_GONE: Final = 410

_delivery = cast("Table", WebhookDelivery.__table__)
_webhook = cast("Table", Webhook.__table__)
_ANY_DUE: Final = Prepared(
    select(_delivery.c.id)
    .join(_webhook, _webhook.c.id == _delivery.c.webhook_id)
    .where(_delivery.c.next_at <= bindparam("now", type_=Instant()), _webhook.c.stopped.is_(None))
    .limit(1)
)


class Caller(Protocol):
    """Who makes the request: `Egress`, or its like in a test."""

    async def request(
        self, method: str, url: str, *, headers: dict[str, str], body: bytes
    ) -> Answer:
        """The answer, whatever its status."""
        ...


@dataclass(frozen=True, slots=True)
class _Due:
    """One delivery, with all that the request is made of."""

    delivery_id: str
    url: str
    secret: str
    event_id: str
    name: str
    body: bytes


def body_of(event: DomainEvent) -> bytes:
    """What is sent of an event: its name, when it happened, and the ids it is about."""
    document = {
        "type": event.name,
        "timestamp": event.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": event.data,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


class WebhookSender:
    """The background work of one bridge process."""

    def __init__(
        self, database: Database, clock: Clock, *, secret_key: str, egress: Egress
    ) -> None:
        self._database = database
        self._clock = clock
        self._secret_key = secret_key
        self._egress = egress
        self._wake = asyncio.Event()
        database.on_announced(self._wake.set)

    async def run(self) -> None:
        """Send for ever; a fault of the database is logged and tried again."""
        while True:
            try:
                while await self.send_due():
                    pass
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("webhooks could not be sent; trying again")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            self._wake.clear()

    async def send_due(self) -> int:
        """Send what is due now; how many were tried."""
        due = await self._lease()
        await asyncio.gather(*(self._send(one) for one in due))
        return len(due)

    async def _lease(self) -> list[_Due]:
        now = self._clock.now()
        async with self._database.quick(readonly=True) as quick:
            if await _ANY_DUE.one(quick, {"now": now}) is None:
                return []
        wanted = (
            select(WebhookDelivery, Webhook, DomainEvent)
            .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
            .join(DomainEvent, DomainEvent.id == WebhookDelivery.event_id)
            .where(WebhookDelivery.next_at <= now, Webhook.stopped.is_(None))
            .order_by(DomainEvent.bulk, WebhookDelivery.next_at, WebhookDelivery.id)
            .limit(AT_ONCE)
        )
        async with self._database.transaction() as session:
            locked = wanted.with_for_update(skip_locked=True, of=WebhookDelivery)
            rows = (await session.execute(locked)).all()
            for delivery, _, _ in rows:
                delivery.attempts += 1
                delivery.next_at = now + LEASE
            return [
                _Due(d.id, w.url, self._opened(w), e.id, e.name, body_of(e)) for d, w, e in rows
            ]

    def _opened(self, webhook: Webhook) -> str:
        return Seal(self._secret_key).unseal(webhook.secret, purpose=f"webhook:{webhook.id}")

    async def _send(self, due: _Due) -> None:
        signed = headers(due.secret, message_id=due.event_id, now=datetime.now(UTC), body=due.body)
        answer: Answer | None = None
        error: str | None = None
        try:
            answer = await self._egress.request(
                "POST",
                due.url,
                headers={**signed, "content-type": "application/json"},
                body=due.body,
                most_bytes=_MOST_ANSWER_BYTES,
                seconds=TIMEOUT_SECONDS,
            )
        except UsherError as fault:
            error = f"{fault.code}: {fault.detail}"[:300]
        if answer is not None and not 200 <= answer.status < 300:
            error = f"answered {answer.status}"
        async with self._database.transaction() as session:
            await self._settle(session, due, answer, error)

    async def _settle(
        self, session: AsyncSession, due: _Due, answer: Answer | None, error: str | None
    ) -> None:
        delivery = await session.get(WebhookDelivery, due.delivery_id)
        if delivery is None:
            return  # erased, or the webhook was removed
        now = self._clock.now()
        delivery.status, delivery.error = answer.status if answer else None, error
        if error is None:
            delivery.done_at, delivery.next_at = now, None
            return
        if delivery.attempts > len(PAUSES):
            delivery.next_at = None
            log.error("webhook delivery %s given up", delivery.id)
        else:
            pause = PAUSES[delivery.attempts - 1] * random.uniform(0.9, 1.1)
            asked = timedelta(seconds=answer.retry_after_seconds or 0) if answer else timedelta()
            delivery.next_at = now + max(pause, min(asked, PAUSES[-1]))
        if answer is not None and answer.status == _GONE:
            webhook = await session.get(Webhook, delivery.webhook_id)
            if webhook is not None:
                webhook.stopped = "its receiver says that it is gone (410)"
