"""Webhooks in: verified, kept as they came, and only then handled.

What is not signed, or not now, leaves no trace. What came before is refused. What was let
in is stored whole in the transaction that announces it, and handled from the outbox: a
fault of ours loses nothing, and the sender is never kept waiting.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel
from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from crm_bridge.connectors.hubspot import signature as hubspot
from crm_bridge.core.database import Base
from crm_bridge.core.errors import Conflict, Invalid
from crm_bridge.core.ids import new_id
from crm_bridge.core.insert import insert_unless_there
from crm_bridge.core.outbox import announce
from crm_bridge.core.sealed import Seal
from crm_bridge.sync.connections import ConnectionUnknown
from crm_bridge.sync.models import CrmConnection
from crm_bridge.sync.redact import Signs, redacted
from crm_bridge.web.dependencies import Now, Transaction
from crm_bridge.webhooks.sign import SignatureRefused, verify

KEPT: Final = timedelta(days=7)  # raw bodies hold what people said
MOST_BYTES: Final = 1024 * 1024

router = APIRouter(prefix="/webhooks/in", include_in_schema=False)


class WebhookReplayed(Conflict):
    """This very request was let in before."""

    code = "webhook_replayed"


class WebhookTooLong(Invalid):
    code = "webhook_too_long"
    status = 413


class CrmReceived(Base):
    """A webhook of a CRM as it came, without what was about people who were erased since.
    `digest` is of its signature: none comes twice."""

    __tablename__ = "crm_received"

    id: Mapped[str] = mapped_column(primary_key=True)
    connection_id: Mapped[str] = mapped_column(
        ForeignKey("crm_connection.id", ondelete="CASCADE"), index=True
    )
    digest: Mapped[str] = mapped_column(unique=True)
    body: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    handled_at: Mapped[datetime | None]


class Accepted(BaseModel):
    """It was let in and kept."""

    id: str


@router.post("/{connection_id}", status_code=202)
async def receive(connection_id: str, request: Request, session: Transaction, now: Now) -> Accepted:
    """Let a CRM tell us of a change."""
    body = await _body(request)
    row = await session.get(CrmConnection, connection_id)
    if row is None:
        raise ConnectionUnknown("there is no such connection")
    settings = request.app.state.settings
    seal = Seal(settings.secret_key.get_secret_value())
    secrets: dict[str, Any] = json.loads(seal.unseal(row.secret, purpose=f"crm:{row.id}"))
    query = f"?{request.url.query}" if request.url.query else ""
    uri = f"{settings.public_url.rstrip('/')}{request.url.path}{query}"
    signed = check(row.system, secrets, dict(request.headers), uri=uri, body=body, now=now)
    return Accepted(id=await store(session, row.id, signed=signed, body=body, now=now))


async def _body(request: Request) -> bytes:
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > MOST_BYTES:
            raise WebhookTooLong("more than 1 MB")
        parts.append(part)
    return b"".join(parts)


def check(
    system: str,
    secrets: Mapping[str, Any],
    headers: Mapping[str, str],
    *,
    uri: str,
    body: bytes,
    now: datetime,
) -> str:
    """What makes this request the one it is: its id, or its signature. Raises
    SignatureRefused, also where a system has no secret to sign with."""
    secret = str(secrets.get("client_secret") or secrets.get("secret") or "")
    if not secret:
        raise SignatureRefused("this connection takes no webhooks: it has no secret for them")
    if system == "hubspot":
        hubspot.verify(secret, headers, method="POST", uri=uri, body=body, now=now)
        return headers[hubspot.SIGNATURE]
    return verify(secret, headers, body, now=now)


async def store(
    session: AsyncSession, connection_id: str, *, signed: str, body: bytes, now: datetime
) -> str:
    """Keep a verified webhook and have it handled; its id. Raises WebhookReplayed."""
    received_id = new_id("rcv")
    values = {
        "id": received_id,
        "connection_id": connection_id,
        "digest": hashlib.sha256(f"{connection_id}:{signed}".encode()).hexdigest(),
        "body": body.decode("utf-8", errors="replace"),
        "at": now,
    }
    if not await insert_unless_there(session, CrmReceived, values):
        raise WebhookReplayed("this webhook came before")
    await session.execute(delete(CrmReceived).where(CrmReceived.at < now - KEPT))
    announce(session, "crm.webhook_received", {"received_id": received_id}, now=now)
    return received_id


async def forget(
    session: AsyncSession, records: Mapping[str, set[tuple[str, str]]], signs: Signs
) -> None:
    """Take a person out of the raw webhooks. `records`: connection -> (kind, id) of what it
    has of them. What these connections' handled ones said is dropped whole, it is in the
    records; of the others, and of all that still wait, what is about the person. That they
    came stays known, or they could come again."""
    handled = CrmReceived.handled_at.is_not(None)
    await session.execute(
        update(CrmReceived).where(CrmReceived.connection_id.in_(records), handled).values(body="")
    )
    kept = select(CrmReceived.id, CrmReceived.connection_id, CrmReceived.body)
    rows = await session.stream(kept.where(CrmReceived.body != "").execution_options(yield_per=200))
    changed = [
        {"id": row.id, "body": body}
        async for row in rows
        if (body := redacted(row.body, replace(signs, records=records.get(row.connection_id, ()))))
        != row.body
    ]
    if changed:
        await session.execute(update(CrmReceived), changed)
