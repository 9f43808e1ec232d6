"""Write what changed here into the CRM: read, merge, write, remember, in that order.

Before a write the CRM's record is read and merged like a pulled one, so nothing newer is
written over. What is about to be written is kept first: a write whose answer was lost is
known again as our own, also after the next edit here. The write may happen twice after a crash, and then writes nothing: the record
read back is already as wanted. A record is made under our id as its key, once for ever.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.connectors.forms import Value
from crm_bridge.connectors.port import Crm, OutsideRecord, Write, Written
from crm_bridge.connectors.vocabulary import DENIED
from crm_bridge.core.database import Database
from crm_bridge.sync import repository
from crm_bridge.sync.absorb import Channel, absorb_page, is_mere_claim, read
from crm_bridge.sync.echo import hash_of
from crm_bridge.sync.home import HomeRecord
from crm_bridge.sync.merge import same
from crm_bridge.sync.models import CrmLink

BATCH = 100  # HubSpot's largest
MOST_ATTEMPTS = 6
MOST_SENT = 5  # values of a field that may still arrive
FIRST_PAUSE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class _Plan:
    """One write: the link as it was read, the values in our words, and the write itself."""

    link_id: str
    generation: int
    values: Mapping[str, Value]
    write: Write


async def push(database: Database, channel: Channel, crm: Crm, *, now: datetime) -> int:
    """Push one batch of what is due; how many records were looked at (0: nothing is due).

    Raises what `Crm` raises; what was due stays due then.
    """
    async with database.reading() as session:
        links = await repository.due(
            session, channel.connection_id, channel.kind, now=now, limit=BATCH
        )
    if not links:
        return 0
    theirs: Mapping[str, OutsideRecord] = {}
    known = [link.external_id for link in links if link.external_id is not None]
    if known and crm.can_read:
        theirs = await crm.fetch(channel.kind, known)
    plans = await _plan(database, channel, links, theirs, can_read=crm.can_read, now=now)
    written = await crm.write(channel.kind, [plan.write for plan in plans]) if plans else []
    await _remember(database, channel, plans, written, now=now)
    return len(links)


async def _plan(
    database: Database,
    channel: Channel,
    links: Sequence[CrmLink],
    theirs: Mapping[str, OutsideRecord],
    *,
    can_read: bool,
    now: datetime,
) -> list[_Plan]:
    """Take over what the CRM has, and see what is left to write."""
    plans = []
    async with database.transaction() as session:
        await absorb_page(session, channel, list(theirs.values()), now=now)
        ids = [link.record_id for link in links if link.record_id]
        fresh = await repository.links_by_record(session, channel.connection_id, channel.kind, ids)
        records = await channel.home.read(session, ids, channel.fields)
        for link in (fresh[one] for one in ids if one in fresh):
            record = records.get(link.record_id or "")
            outside = theirs.get(link.external_id or "")
            if record is None or link.state != "linked":
                link.next_at = None
            elif link.external_id is not None and outside is None and can_read:
                link.state, link.next_at = "gone", None
            elif (values := unsaid(channel, link, record, outside)) or link.external_id is None:
                plans.append(_planned(channel, link, record.id, values))
                link.sent = on_its_way(link.sent, values)  # stored first: see CrmLink
            else:
                link.next_at = None
    return plans


def on_its_way(
    before: Mapping[str, Sequence[Value]], values: Mapping[str, Value]
) -> dict[str, list[Value]]:
    """What may still arrive there: a process that died may have sent words that come in
    after the ones of now."""
    return {
        name: [*before.get(name, ()), *([values[name]] if name in values else [])][-MOST_SENT:]
        for name in {**before, **values}
    }


def unsaid(
    channel: Channel, link: CrmLink, record: HomeRecord, outside: OutsideRecord | None
) -> dict[str, Value]:
    """The values of a record of ours that the CRM should have and has not. Call it once
    `outside` was absorbed; without it, what was last agreed stands for the CRM."""
    there = read(channel.rule, outside).values if outside is not None else link.base
    wanted: dict[str, Value] = {}
    for rule in channel.rule.fields:
        name, value = rule.home, record.values.get(rule.home)
        if rule.direction == "pull" or value is None or not rule.can_write(value):
            continue
        # what is only pushed is never read: what was last told stands for it
        has = (link.base if rule.direction == "push" else there).get(name)
        if is_mere_claim(link, record, name) or same(value, has):
            continue
        is_new = not same(value, link.base.get(name))
        if is_new or has is None or value == DENIED:
            wanted[name] = value
    return wanted


def _planned(channel: Channel, link: CrmLink, key: str, values: dict[str, Value]) -> _Plan:
    fields: dict[str, object] = {}
    for rule in channel.rule.fields:
        if rule.home in values:
            fields |= rule.written(values[rule.home])
        elif link.external_id is None:
            fields |= rule.blanked()
    write = Write(key=key, fields=fields, id=link.external_id, version=link.version)
    return _Plan(link.id, link.generation, values, write)


async def _remember(
    database: Database,
    channel: Channel,
    plans: Sequence[_Plan],
    written: Sequence[Written],
    *,
    now: datetime,
) -> None:
    async with database.transaction() as session:
        for plan, answer in zip(plans, written, strict=True):
            link = await session.get(CrmLink, plan.link_id, with_for_update=True)
            if link is None or link.record_id is None:
                continue  # erased meanwhile
            if answer.fault is None:
                _settle(link, plan, answer)
                continue
            link.error = f"{answer.fault.kind}: {answer.fault.detail}"[:500]
            if answer.fault.kind == "gone":
                link.state, link.next_at = "gone", None
            elif answer.fault.kind == "taken" and answer.fault.id is not None:
                await _adopt(session, channel, link, answer.fault.id, now=now)
            else:
                _again(link, plan, is_race=answer.fault.kind == "changed", now=now)


def _settle(link: CrmLink, plan: _Plan, answer: Written) -> None:
    link.external_id = answer.id or link.external_id
    link.version = answer.version
    link.base = {**link.base, **plan.values}
    link.seen = {**link.seen, **{k: hash_of(v) for k, v in plan.write.fields.items()}}
    link.sent, link.attempts, link.error = {}, 0, None
    if link.generation == plan.generation:
        link.next_at = None


def _again(link: CrmLink, plan: _Plan, *, is_race: bool, now: datetime) -> None:
    """Later, and not for ever: a new edit of the record begins anew."""
    link.attempts += 1
    if link.attempts >= MOST_ATTEMPTS and link.generation == plan.generation:
        link.state, link.next_at = "poison", None
    else:
        link.next_at = now if is_race else now + FIRST_PAUSE * 2**link.attempts


async def _adopt(
    session: AsyncSession, channel: Channel, link: CrmLink, external_id: str, *, now: datetime
) -> None:
    """The CRM has a record with our unique value: it is ours, unless it is another's."""
    others = await repository.links_by_external(
        session, channel.connection_id, channel.kind, [external_id]
    )
    if external_id in others and others[external_id].id != link.id:
        link.state, link.next_at = "poison", None
        link.error = f"taken: {external_id} is linked to {others[external_id].record_id}"
        return
    link.external_id, link.adopted, link.next_at = external_id, True, now
