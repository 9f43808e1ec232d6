"""Webhooks in the public API."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from crm_bridge.core.sealed import Seal
from crm_bridge.web.auth import PROBLEMS, ApiKey
from crm_bridge.web.dependencies import Now, Reading, Transaction
from crm_bridge.web.pagination import PageView, Paging, page_view
from crm_bridge.webhooks import service
from crm_bridge.webhooks.models import Webhook, WebhookDelivery

router = APIRouter(
    prefix="/api/v1/webhooks", tags=["webhooks"], dependencies=[ApiKey], responses=PROBLEMS
)


class WebhookView(BaseModel):
    """Somebody who is told. `stopped` says why nothing is sent any more."""

    id: str
    url: str
    events: list[str]
    created_at: datetime
    stopped: str | None

    @classmethod
    def of(cls, row: Webhook) -> "WebhookView":
        """The view of a row."""
        return cls.model_validate(row, from_attributes=True)


class MadeWebhook(WebhookView):
    """A webhook just made, with the secret that signs what it gets. Shown this once."""

    secret: str


class WebhookWanted(BaseModel):
    """Whom to tell, and of what: names of events, `contact.*`, or `*`."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=8, max_length=2000)]
    events: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)] = ["*"]


class DeliveryView(BaseModel):
    """One event on its way. `next_at` is null when it arrived (`done_at`) or was given up."""

    id: str
    event_id: str
    attempts: int
    next_at: datetime | None
    done_at: datetime | None
    status: int | None
    error: str | None

    @classmethod
    def of(cls, row: WebhookDelivery) -> "DeliveryView":
        """The view of a row."""
        return cls.model_validate(row, from_attributes=True)


class Replayed(BaseModel):
    """How many deliveries are sent again."""

    count: int


@router.post("", status_code=201, summary="Be told of events")
async def add_webhook(
    wanted: WebhookWanted, request: Request, session: Transaction, now: Now
) -> MadeWebhook:
    """Have events sent to an address, signed after Standard Webhooks."""
    seal = Seal(request.app.state.settings.secret_key.get_secret_value())
    made = await service.add(session, wanted.url, events=wanted.events, seal=seal, now=now)
    return MadeWebhook(**WebhookView.of(made.webhook).model_dump(), secret=made.secret)


@router.get("", summary="Who is told")
async def list_webhooks(session: Reading) -> list[WebhookView]:
    """Every webhook."""
    return [WebhookView.of(row) for row in await service.every(session)]


@router.delete("/{webhook_id}", status_code=204, summary="Tell no more")
async def remove_webhook(webhook_id: str, session: Transaction) -> None:
    """Forget a webhook and what was on its way to it."""
    await service.remove(session, webhook_id)


@router.get("/{webhook_id}/deliveries", summary="What was sent")
async def list_deliveries(
    webhook_id: str, session: Reading, page: Paging
) -> PageView[DeliveryView]:
    """Deliveries of a webhook, newest first."""
    await service.get(session, webhook_id)
    return page_view(await service.deliveries(session, webhook_id, page), DeliveryView.of)


@router.post("/{webhook_id}/replay", summary="Send again")
async def replay(
    webhook_id: str,
    session: Transaction,
    now: Now,
    delivery: str | None = None,
    since: datetime | None = None,
) -> Replayed:
    """Send one delivery again, or everything that happened since an instant."""
    count = await service.replay(session, webhook_id, delivery_id=delivery, since=since, now=now)
    return Replayed(count=count)
