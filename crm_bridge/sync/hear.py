"""Handles a webhook that was let in: HubSpot's name records, which are then read by their
id (its search lags); the generic one brings the records themselves."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from crm_bridge.connectors.port import OutsideRecord
from crm_bridge.connectors.webhook.message import BadMessage, heard
from crm_bridge.core.database import Database
from crm_bridge.sync import repository
from crm_bridge.sync.absorb import absorb_page
from crm_bridge.sync.connections import Opened
from crm_bridge.sync.redact import HUBSPOT_KINDS


def named(body: str) -> dict[str, list[str]]:
    """Kind -> the ids that a webhook of HubSpot names. Raises BadMessage."""
    try:
        events = json.loads(body)
        pairs = [
            (HUBSPOT_KINDS.get(str(one["subscriptionType"]).partition(".")[0]), one["objectId"])
            for one in events
        ]
    except (ValueError, KeyError, TypeError) as fault:
        raise BadMessage(f"{type(fault).__name__}: {fault}") from fault
    found: dict[str, list[str]] = {}
    for kind, object_id in pairs:
        if kind is not None and str(object_id) not in found.setdefault(kind, []):
            found[kind].append(str(object_id))
    return found


async def hear(
    database: Database, opened: Opened, system: str, body: str, *, now: datetime
) -> None:
    """Take over what a webhook tells. Idempotent. Raises BadMessage and what `Crm` raises."""
    if system != "hubspot":
        kind, records = heard(body.encode())
        await _absorb(database, opened, kind, await _news(database, opened, kind, records), now=now)
        return
    for kind, ids in named(body).items():
        there = await opened.crm.fetch(kind, ids)
        await _absorb(database, opened, kind, list(there.values()), now=now)
        await _gone(database, opened, kind, ids, there)


async def _news(
    database: Database, opened: Opened, kind: str, records: Sequence[OutsideRecord]
) -> list[OutsideRecord]:
    """The records that are not older than what was heard of them before: webhooks overtake
    one another."""
    async with database.reading() as session:
        known = await repository.links_by_external(
            session, opened.id, kind, [record.id for record in records]
        )
    heard_of = {i: link.version for i, link in known.items() if link.version}
    newest: dict[str, OutsideRecord] = {}
    for record in records:
        before = newest[record.id].version if record.id in newest else heard_of.get(record.id)
        if before is None or record.version is None or record.version >= before:
            newest[record.id] = record
    return list(newest.values())


async def _absorb(
    database: Database,
    opened: Opened,
    kind: str,
    records: Sequence[OutsideRecord],
    *,
    now: datetime,
) -> None:
    channel = next((one for one in opened.channels if one.kind == kind), None)
    if channel is None:
        return
    async with database.transaction() as session:
        await absorb_page(session, channel, records, now=now)


async def _gone(
    database: Database,
    opened: Opened,
    kind: str,
    ids: Sequence[str],
    there: Mapping[str, OutsideRecord],
) -> None:
    async with database.transaction() as session:
        links = await repository.links_by_external(
            session, opened.id, kind, [one for one in ids if one not in there]
        )
        for link in links.values():
            if link.state == "linked":
                link.state, link.next_at = "gone", None
