"""Mail that came back: its address counts as stale until its owner proves it anew."""

import email
from collections.abc import Iterable
from datetime import datetime
from email import policy
from email.message import Message

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts.claim import as_email
from crm_bridge.contacts.models import ContactEmail
from crm_bridge.core.outbox import announce


async def note_bounces(
    session: AsyncSession, addresses: Iterable[str], *, now: datetime
) -> list[str]:
    """Note that mail to these addresses came back for good; the contacts that have them.
    Announces contact.changed for each."""
    wanted = {form for address in addresses if (form := as_email(address))}
    noted = await session.scalars(
        update(ContactEmail)
        .where(ContactEmail.address.in_(wanted))
        .values(bounced_at=now)
        .returning(ContactEmail.contact_id)
    )
    found = sorted(set(noted))
    for contact_id in found:
        data = {"contact_id": contact_id, "fields": ["emails"]}
        announce(session, "contact.changed", data, now=now, subject_id=contact_id)
    return found


def failed_recipients(report: bytes) -> list[str]:
    """The addresses that a report on delivery says cannot be reached, ever. What is delayed
    counts for nothing, and so does a mail that is no such report.

    Source: RFC 3464 sections 2.3.2 (Final-Recipient), 2.3.3 (Action), 2.3.4 (Status).
    """
    message = email.message_from_bytes(report, policy=policy.default)
    if message.get_content_type() != "multipart/report":
        return []
    parts = [part for part in message.walk() if part.get_content_type() == _STATUS]
    return [
        address
        for part in parts
        for block in part.get_payload()
        if isinstance(block, Message) and (address := _failed(block)) is not None
    ]


_STATUS = "message/delivery-status"


def _failed(block: Message) -> str | None:
    action = str(block.get("Action", "")).strip().lower()
    status = str(block.get("Status", "")).strip()
    if action != "failed" or not status.startswith("5"):
        return None
    recipient = block.get("Original-Recipient") or block.get("Final-Recipient") or ""
    kind, _, address = str(recipient).partition(";")
    return address.strip().strip("<>") if kind.strip().lower() in ("rfc822", "utf-8") else None
