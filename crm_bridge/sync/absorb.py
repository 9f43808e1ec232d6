"""Take records of the CRM over: link, merge, store here, and note what must go there.

Everything happens in the caller's transaction, so a page and its cursor are kept together
or not at all. Absorbing a record twice is absorbing it once.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.connectors.forms import Unreadable, Value
from crm_bridge.connectors.mapping import ObjectRule
from crm_bridge.connectors.port import OutsideRecord
from crm_bridge.connectors.vocabulary import CONSENT, DENIED
from crm_bridge.core.errors import UsherError
from crm_bridge.core.ids import new_id
from crm_bridge.sync import repository
from crm_bridge.sync.echo import hashes, is_echo
from crm_bridge.sync.home import Home, HomeRecord, normalised
from crm_bridge.sync.merge import Conflict, Merge, agreed, merge, same
from crm_bridge.sync.models import CrmLink


@dataclass(frozen=True, slots=True)
class Channel:
    """One kind over one connection: what to read it by."""

    connection_id: str
    name: str
    rule: ObjectRule
    home: Home

    @property
    def kind(self) -> str:
        """The kind of record."""
        return self.rule.kind

    @property
    def by(self) -> str:
        """Who sets values here on the CRM's behalf."""
        return f"crm:{self.name}"

    @property
    def fields(self) -> tuple[str, ...]:
        """Our fields that are mapped."""
        return tuple(rule.home for rule in self.rule.fields)


@dataclass(frozen=True, slots=True)
class Theirs:
    """A record of the CRM in our words; `unread` are fields that we cannot hold, and why."""

    values: Mapping[str, Value]
    unread: Mapping[str, str]


def read(rule: ObjectRule, record: OutsideRecord) -> Theirs:
    """The mapped fields of a record, except those that are only pushed."""
    values: dict[str, Value] = {}
    unread: dict[str, str] = {}
    for field in rule.fields:
        if field.direction == "push":
            continue
        try:
            values[field.home] = normalised(rule.kind, field.home, field.read(record.fields))
        except Unreadable as fault:
            unread[field.home] = str(fault)
    return Theirs(values, unread)


async def absorb_page(
    session: AsyncSession,
    channel: Channel,
    records: Sequence[OutsideRecord],
    *,
    now: datetime,
    pass_id: str | None = None,
) -> int:
    """Take a page over; how many records were new or changed here.

    A record that cannot be taken over is noted as poison and holds nobody else up.
    """
    try:
        async with session.begin_nested():
            return await _absorb_all(session, channel, records, now=now, pass_id=pass_id)
    except (UsherError, ValueError, TypeError, KeyError):
        taken = 0
        for record in records:
            taken += await _absorb_alone(session, channel, record, now=now, pass_id=pass_id)
        return taken


async def _absorb_alone(
    session: AsyncSession,
    channel: Channel,
    record: OutsideRecord,
    *,
    now: datetime,
    pass_id: str | None,
) -> int:
    try:
        async with session.begin_nested():
            return await _absorb_all(session, channel, [record], now=now, pass_id=pass_id)
    except (UsherError, ValueError, TypeError, KeyError) as fault:
        known = await repository.links_by_external(
            session, channel.connection_id, channel.kind, [record.id]
        )
        link = known.get(record.id)
        if link is not None:
            link.pass_id = pass_id or link.pass_id
        error = f"{getattr(fault, 'code', type(fault).__name__)}: {fault}"
        await _poison(session, channel, record.id, link, error, now=now)
        return 0


async def _absorb_all(
    session: AsyncSession,
    channel: Channel,
    records: Sequence[OutsideRecord],
    *,
    now: datetime,
    pass_id: str | None,
) -> int:
    links = await repository.links_by_external(
        session, channel.connection_id, channel.kind, [record.id for record in records]
    )
    names = channel.rule.outside_names
    taken, clean = 0, []
    for record in records:
        link = links.get(record.id)
        if link is not None:
            link.pass_id = pass_id or link.pass_id
            if link.state == "erased" or _is_old_news(link, record, names):
                continue
            if link.state == "duplicate" and await _ours(session, channel, link) is None:
                continue
        absorbed = await absorb(session, channel, record, link, now=now)
        if absorbed is not None:
            absorbed.pass_id = pass_id or absorbed.pass_id
            links[record.id] = absorbed
            taken += 1
            if absorbed.error is None:
                clean.append(record.id)
            else:
                await _poison(session, channel, record.id, absorbed, absorbed.error, now=now)
    await repository.clear_poison(session, channel.connection_id, channel.kind, clean)
    return taken


async def _poison(
    session: AsyncSession,
    channel: Channel,
    external_id: str,
    link: CrmLink | None,
    error: str,
    *,
    now: datetime,
) -> None:
    await repository.set_poison(
        session,
        channel.connection_id,
        channel.kind,
        external_id,
        record_id=link.record_id if link else None,
        error=error,
        now=now,
    )


def _is_old_news(link: CrmLink, record: OutsideRecord, names: Sequence[str]) -> bool:
    if record.deleted or link.state != "linked" or not is_echo(link.seen, record.fields, names):
        return False
    link.version = record.version
    return True


async def absorb(
    session: AsyncSession,
    channel: Channel,
    record: OutsideRecord,
    link: CrmLink | None,
    *,
    now: datetime,
) -> CrmLink | None:
    """Take one record over; its link, or None for one that was deleted and never ours."""
    if record.deleted:
        if link is not None:
            link.state, link.next_at, link.version = "gone", None, record.version
        return link
    theirs = read(channel.rule, record)
    if link is None:
        link = await _linked(session, channel, record, theirs)
    ours = await _ours(session, channel, link)
    if ours is None and link is not None:
        if await _is_second(session, channel, link, theirs):
            return link
        ours = await _ours(session, channel, link)
    if ours is None or link is None:
        link, ours = await _brought_in(session, channel, record, link, theirs, now=now)
    _in_step(link, record)
    merged = _merged(channel, link, ours, theirs, record)
    refused = await _apply(session, channel, ours.id, merged, now=now)
    for conflict in merged.conflicts:
        await _keep(session, channel, link, conflict, now=now)
    settled = agreed(theirs.values, ours.values, merged)
    # what could not be set here is not ours to say there either
    link.base = {**link.base, **settled, **{name: ours.values[name] for name in refused}}
    link.seen = hashes(record.fields, channel.rule.outside_names)
    if merged.there:
        link.next_at = link.next_at or now
    unread = {**theirs.unread, **refused}
    link.error = "; ".join(f"{name}: {why}" for name, why in sorted(unread.items())) or None
    return link


async def _ours(session: AsyncSession, channel: Channel, link: CrmLink | None) -> HomeRecord | None:
    if link is None or link.record_id is None:
        return None
    found = await channel.home.read(session, [link.record_id], channel.fields)
    return found.get(link.record_id)


async def _is_second(
    session: AsyncSession, channel: Channel, link: CrmLink, theirs: Theirs
) -> bool:
    """Whether our record of this link went into another one, which the CRM has too: its
    record is then a duplicate there, and a person's to merge. One that the CRM has not
    takes the link over."""
    other = await channel.home.find(session, theirs.values)
    if other is None:
        return False
    known = await repository.links_by_record(session, channel.connection_id, channel.kind, [other])
    if known:
        link.state, link.next_at = "duplicate", None
        return True
    link.record_id = other
    return False


def _in_step(link: CrmLink, record: OutsideRecord) -> None:
    link.external_id, link.version, link.state = record.id, record.version, "linked"


async def _linked(
    session: AsyncSession, channel: Channel, record: OutsideRecord, theirs: Theirs
) -> CrmLink | None:
    """The link of a record that is new to us: ours by the key that it carries, or ours by
    what surely names it, unless that record of ours has another one in the CRM."""
    key, adopted = record.key, False
    if key is None or not await channel.home.read(session, [key], ()):
        key, adopted = await channel.home.find(session, theirs.values), True
    if key is None:
        return None
    known = await repository.links_by_record(session, channel.connection_id, channel.kind, [key])
    link = known.get(key)
    if link is None:
        link = _new_link(channel, key)
        session.add(link)
    elif link.external_id not in (None, record.id):
        return None
    link.adopted = link.adopted or adopted
    return link


def _new_link(channel: Channel, record_id: str) -> CrmLink:
    return CrmLink(
        id=new_id("lnk"),
        connection_id=channel.connection_id,
        kind=channel.kind,
        record_id=record_id,
        state="linked",
        adopted=False,
        base={},
        seen={},
        sent={},
        generation=0,
        attempts=0,
    )


async def _brought_in(
    session: AsyncSession,
    channel: Channel,
    record: OutsideRecord,
    link: CrmLink | None,
    theirs: Theirs,
    *,
    now: datetime,
) -> tuple[CrmLink, HomeRecord]:
    """Make our record of one that only the CRM has. Raises UsherError."""
    values = {name: value for name, value in theirs.values.items() if value is not None}
    try:
        async with session.begin_nested():
            made = await channel.home.create(session, values, by=channel.by, now=now)
    except UsherError:
        unique = {"email", "domain"} & set(values)
        if not unique:
            raise
        rest = {name: value for name, value in values.items() if name not in unique}
        made = await channel.home.create(session, rest, by=channel.by, now=now)
    if link is None:
        link = _new_link(channel, made)
        session.add(link)
    link.record_id, link.adopted = made, True
    found = await channel.home.read(session, [made], channel.fields)
    return link, found[made]


def is_mere_claim(link: CrmLink, ours: HomeRecord, name: str) -> bool:
    """Whether only an unproved visitor says this of a record that the CRM had first. A no
    to marketing counts whoever says it."""
    is_no = name == CONSENT and ours.values[name] == DENIED
    return link.adopted and name in ours.claimed and not is_no


def _merged(
    channel: Channel, link: CrmLink, ours: HomeRecord, theirs: Theirs, record: OutsideRecord
) -> Merge:
    """The merge. What a visitor merely claims counts for nothing where the CRM was first,
    except a no to marketing; what is only pulled is never ours to say."""
    values = dict(ours.values)
    for rule in channel.rule.fields:
        name = rule.home
        if name not in theirs.values or name not in values:
            continue
        is_theirs = rule.direction == "pull" and theirs.values[name] is not None
        if is_theirs or is_mere_claim(link, ours, name):
            values[name] = theirs.values[name]
    own = {
        name: theirs.values[name]
        for name, sent in link.sent.items()
        if name in theirs.values and any(same(each, theirs.values[name]) for each in sent)
    }
    merged = merge(
        {rule.home: rule.owner for rule in channel.rule.fields},
        base={**link.base, **own},
        ours=values,
        theirs=theirs.values,
        ours_at=ours.changed_at,
        theirs_at=record.modified,
    )
    final = {name: merged.here.get(name, values[name]) for name in theirs.values if name in values}
    here = {
        name: value
        for name, value in final.items()
        if value is not None and not same(value, ours.values[name])
    }
    pulled = {rule.home for rule in channel.rule.fields if rule.direction == "pull"}
    there = {name: value for name, value in merged.there.items() if name not in pulled}
    return Merge(here, there, merged.conflicts)


async def _apply(
    session: AsyncSession, channel: Channel, record_id: str, merged: Merge, *, now: datetime
) -> dict[str, str]:
    """Set what changed here; the fields that cannot be set, and why."""
    if not merged.here:
        return {}
    try:
        async with session.begin_nested():
            await channel.home.update(session, record_id, merged.here, by=channel.by, now=now)
    except UsherError:
        refused: dict[str, str] = {}
        for name, value in merged.here.items():
            try:
                async with session.begin_nested():
                    await channel.home.update(
                        session, record_id, {name: value}, by=channel.by, now=now
                    )
            except UsherError as fault:
                refused[name] = f"{fault.code}: {fault}"
        return refused
    return {}


async def _keep(
    session: AsyncSession, channel: Channel, link: CrmLink, conflict: Conflict, *, now: datetime
) -> None:
    values = {
        "base": conflict.base,
        "ours": conflict.ours,
        "theirs": conflict.theirs,
        "chosen": conflict.chosen,
    }
    said = json.dumps([link.id, conflict.field, values], sort_keys=True)
    await repository.add_conflict(
        session,
        {
            "connection_id": channel.connection_id,
            "kind": channel.kind,
            "record_id": link.record_id,
            "external_id": link.external_id,
            "field": conflict.field,
            "values": values,
            "owner": conflict.owner,
            "digest": hashlib.sha256(said.encode()).hexdigest(),
            "at": now,
        },
    )
