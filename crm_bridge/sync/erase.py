"""Erasure reaches the sync: what it knows of a person goes, and the CRM may be told."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.outbox import announce
from crm_bridge.sync import inbound, repository
from crm_bridge.sync.redact import Signs


async def erase(
    session: AsyncSession,
    record_ids: Sequence[str],
    *,
    addresses: Collection[str],
    numbers: Collection[str],
    now: datetime,
) -> None:
    """Forget these records, and what raw webhooks say about a person with these addresses and
    numbers; a tombstone with the CRM's id alone keeps the next pull from bringing them
    back. Announces crm.record_erased for each record that a CRM has."""
    links = await repository.forget(session, record_ids)
    records: dict[str, set[tuple[str, str]]] = {}
    for link in links:
        records.setdefault(link.connection_id, set()).add((link.kind, str(link.external_id)))
    await inbound.forget(session, records, Signs(addresses=addresses, numbers=numbers))
    for link in links:
        data = {"link_id": link.id}
        announce(session, "crm.record_erased", data, now=now, subject_id=link.id)
