"""Webhooks out: who is told of what, what is on its way, and telling it again."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from urllib.parse import urlsplit

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import AnyRow
from crm_bridge.core.errors import Invalid, NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.core.pagination import Page, PageRequest, fetch_page
from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.core.sealed import Seal
from crm_bridge.webhooks.models import Webhook, WebhookDelivery
from crm_bridge.webhooks.sign import new_secret

SECRET_BYTES = 32

_webhook = cast("Table", Webhook.__table__)
_delivery = cast("Table", WebhookDelivery.__table__)
_OPEN: Final = Prepared(
    select(_webhook.c.id, _webhook.c.events)
    .where(_webhook.c.stopped.is_(None))
    .order_by(_webhook.c.id)
)
_ADD: Final = Prepared(
    insert(_delivery), columns=("id", "webhook_id", "event_id", "attempts", "next_at")
)


class WebhookUnknown(NotFound):
    code = "webhook_unknown"


class BadWebhookAddress(Invalid):
    code = "bad_webhook_address"


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A webhook just made; its secret is shown this once."""

    webhook: Webhook
    secret: str


async def add(
    session: AsyncSession, url: str, *, events: Sequence[str], seal: Seal, now: datetime
) -> NewWebhook:
    """Have somebody told from now on. Raises BadWebhookAddress."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise BadWebhookAddress(f"{url} is no http or https address without a password")
    webhook_id, secret = new_id("whk"), new_secret(secrets.token_bytes(SECRET_BYTES))
    row = Webhook(
        id=webhook_id,
        url=url,
        events=list(events) or ["*"],
        secret=seal.seal(secret, purpose=f"webhook:{webhook_id}"),
        created_at=now,
    )
    session.add(row)
    await session.flush()
    return NewWebhook(row, secret)


async def every(session: AsyncSession) -> Sequence[Webhook]:
    """Every webhook, oldest first."""
    return (await session.scalars(select(Webhook).order_by(Webhook.id))).all()


async def get(session: AsyncSession, webhook_id: str) -> Webhook:
    """A webhook. Raises WebhookUnknown."""
    row = await session.get(Webhook, webhook_id)
    if row is None:
        raise WebhookUnknown(f"there is no webhook {webhook_id}")
    return row


async def remove(session: AsyncSession, webhook_id: str) -> None:
    """Tell somebody no more. Raises WebhookUnknown."""
    await session.delete(await get(session, webhook_id))


async def fan_out(on: Runner, events: Sequence[AnyRow], now: datetime) -> None:
    """In the transaction that hands events to their handlers: one delivery for each
    webhook that wants it. The one path by which an event can leave the house."""
    for webhook in await _OPEN.all(on, {}):
        for event in events:
            if wants(webhook.events, event.name):
                delivery = {"webhook_id": webhook.id, "event_id": event.id, "next_at": now}
                await _ADD.run(on, {"id": new_id("whd"), "attempts": 0, **delivery})


def wants(patterns: Sequence[str], name: str) -> bool:
    """Whether one of the patterns names the event: its name, `subject.*` or `*`."""
    subject = name.partition(".")[0]
    return any(pattern in (name, f"{subject}.*", "*") for pattern in patterns)


async def deliveries(
    session: AsyncSession, webhook_id: str, page: PageRequest
) -> Page[WebhookDelivery]:
    """What was sent to a webhook, or will be; newest first."""
    wanted = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    return await fetch_page(session, wanted, page, by=[WebhookDelivery.id])


async def replay(
    session: AsyncSession,
    webhook_id: str,
    *,
    delivery_id: str | None = None,
    since: datetime | None = None,
    now: datetime,
) -> int:
    """Send again one delivery, or everything that happened since; how many. A stopped
    webhook begins again. Raises WebhookUnknown."""
    webhook = await get(session, webhook_id)
    chosen = select(WebhookDelivery.id).where(WebhookDelivery.webhook_id == webhook_id)
    if delivery_id is not None:
        chosen = chosen.where(WebhookDelivery.id == delivery_id)
    if since is not None:
        happened = select(DomainEvent.id).where(DomainEvent.at >= since)
        chosen = chosen.where(WebhookDelivery.event_id.in_(happened))
    again = await session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.id.in_(chosen))
        .values(next_at=now, attempts=0, done_at=None, error=None, status=None)
        .returning(WebhookDelivery.id)
    )
    webhook.stopped = None
    return len(again.all())
