"""What is done with activities."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.activities import repository
from crm_bridge.activities.models import Activity
from crm_bridge.core.errors import NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.insert import insert_now, insert_unless_there

Kind = Literal["note", "call", "mail", "chat", "meeting"]


class ActivityUnknown(NotFound):
    code = "activity_unknown"


async def get(session: AsyncSession, activity_id: str) -> Activity:
    """The activity of that id. Raises ActivityUnknown."""
    activity = await session.get(Activity, activity_id)
    if activity is None:
        raise ActivityUnknown(f"there is no activity {activity_id}")
    return activity


async def log_activity(
    session: AsyncSession,
    *,
    kind: Kind,
    subject: str,
    body: str = "",
    author: str = "bot",
    contact_id: str | None = None,
    conversation_id: str | None = None,
    deal_id: str | None = None,
    ticket_id: str | None = None,
    booking_id: str | None = None,
    at: datetime | None = None,
    now: datetime,
) -> Activity:
    """Write down what happened; `at` is when (default: now)."""
    activity = Activity(
        id=new_id("act"),
        kind=kind,
        subject=subject,
        body=body,
        author=author,
        contact_id=contact_id,
        conversation_id=conversation_id,
        deal_id=deal_id,
        ticket_id=ticket_id,
        booking_id=booking_id,
        at=(at or now).astimezone(UTC),
        created_at=now,
    )
    await insert_now(session, activity)
    return activity


async def log_once(
    session: AsyncSession,
    activity_id: str,
    *,
    kind: Kind,
    subject: str,
    contact_id: str | None = None,
    conversation_id: str | None = None,
    deal_id: str | None = None,
    booking_id: str | None = None,
    now: datetime,
) -> bool:
    """Write down what an event told, under an id that the event gives; False when it was
    written down before."""
    values = {
        "id": activity_id,
        "kind": kind,
        "subject": subject,
        "body": "",
        "author": "bot",
        "contact_id": contact_id,
        "conversation_id": conversation_id,
        "deal_id": deal_id,
        "booking_id": booking_id,
        "at": now,
        "created_at": now,
    }
    return await insert_unless_there(session, Activity, values)


async def update(session: AsyncSession, activity_id: str, changes: Mapping[str, Any]) -> Activity:
    """Set columns of an activity by name. Raises ActivityUnknown."""
    activity = await get(session, activity_id)
    for field, value in changes.items():
        setattr(activity, field, value.astimezone(UTC) if field == "at" else value)
    await session.flush()
    return activity


async def erase(
    session: AsyncSession, conversation_ids: Sequence[str], contact_id: str | None
) -> None:
    """Delete the activities of these conversations and of a contact."""
    await repository.remove_of(session, conversation_ids, contact_id)
