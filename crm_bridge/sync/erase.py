"""Erasure reaches the sync: what it knows of a person goes, and the CRM may be told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.outbox import announce
from crm_bridge.sync import inbound, repository


async def erase(session: AsyncSession, record_ids: Sequence[str], *, now: datetime) -> None:
    """Forget these records; a tombstone with the CRM's id alone keeps the next pull from
    bringing a person back. Announces crm.record_erased for each record that a CRM has."""
    links = await repository.forget(session, record_ids)
    await inbound.forget(session, {link.connection_id for link in links})
    for link in links:
        data = {"link_id": link.id}
        announce(session, "crm.record_erased", data, now=now, subject_id=link.id)
