"""Compare everything with everything: the nightly proof that both sides are in step.

A complete pass over the CRM's own tables takes over what the pulls missed; then what was
not met is gone there, but only when the pass was complete and few are missing: a filter
that hides half of the CRM from us must not look like half of it deleted. Last, whatever
here differs from what was agreed, or has no record there, goes into the outbox.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.connectors.errors import CrmMisunderstood
from crm_bridge.connectors.port import Crm
from crm_bridge.core.database import Database
from crm_bridge.core.errors import Conflict
from crm_bridge.core.ids import new_id
from crm_bridge.sync import repository
from crm_bridge.sync.absorb import Channel, absorb_page
from crm_bridge.sync.models import CrmLink
from crm_bridge.sync.push import unsaid

FEWEST_DROPS: Final = 10  # this many may always be gone at once
MOST_DROPPED: Final = 0.05  # of all links, beyond that
_STREAM: Final = "reconcile"
_OURS_AT_ONCE: Final = 500


class DropGuard(Conflict):
    """Too many records are missing from the CRM to believe that they were deleted."""

    code = "crm_drop_guard"


@dataclass(frozen=True, slots=True)
class Report:
    """What one reconciliation of a kind found. `drifted` are records of ours that differ
    from what was agreed and were put into the outbox."""

    kind: str
    seen: int
    taken: int
    gone: int
    drifted: int


async def reconcile(
    database: Database,
    channel: Channel,
    crm: Crm,
    *,
    clock: Callable[[], datetime],
    allow_drop: bool = False,
) -> Report:
    """One complete pass. It goes on where a pass that was cut off stood. Raises DropGuard."""
    if not crm.can_read:  # nothing to compare with: what was agreed stands for it
        drifting = await _drift(database, channel, clock=clock)
        return Report(channel.kind, 0, 0, 0, drifting)
    place = (channel.connection_id, channel.kind, _STREAM)
    async with database.reading() as session:
        document = await repository.cursor_document(session, *place)
    # a listing that came to its end is not gone on with, whatever became of it: who was met
    # in it need not be there any more
    if not document or document["after"] is None:
        document = {"pass": new_id("pas"), "after": None, "seen": 0, "taken": 0}
    while True:
        try:
            page = await crm.every(channel.kind, after=document["after"])
        except CrmMisunderstood:  # it knows the place no more: the next pass begins anew
            async with database.transaction() as session:
                await repository.save_cursor(
                    session, *place, {**document, "after": None}, now=clock()
                )
            raise
        now = clock()
        async with database.transaction() as session:
            taken = await absorb_page(
                session, channel, page.records, now=now, pass_id=document["pass"]
            )
            document = {
                **document,
                "after": page.next,
                "seen": document["seen"] + len(page.records),
                "taken": document["taken"] + taken,
            }
            await repository.save_cursor(session, *place, document, now=now)
        if page.next is None:
            break
    gone = await _drop(database, channel, crm, document["pass"], allow_drop=allow_drop, clock=clock)
    drifted = await _drift(database, channel, clock=clock)
    return Report(channel.kind, document["seen"], document["taken"], gone, drifted)


async def _drop(
    database: Database,
    channel: Channel,
    crm: Crm,
    pass_id: str,
    *,
    allow_drop: bool,
    clock: Callable[[], datetime],
) -> int:
    async with database.reading() as session:
        missing = await repository.not_in_pass(
            session, channel.connection_id, channel.kind, pass_id
        )
        counts = await repository.count_links(session, channel.connection_id)
    # one that was made while the pass went by is there: ask for each by its id
    ids = [link.external_id for link in missing if link.external_id]
    there = await crm.fetch(channel.kind, ids) if ids else {}
    gone = [link for link in missing if link.external_id not in there]
    linked = counts.get((channel.kind, "linked"), 0)
    if len(gone) > max(FEWEST_DROPS, MOST_DROPPED * linked) and not allow_drop:
        raise DropGuard(
            f"{len(gone)} of {linked} {channel.kind} are missing from the CRM; if they were"
            " deleted, say `usher crm reconcile --allow-drop`",
            missing=len(gone),
            of=linked,
        )
    async with database.transaction() as session:
        await absorb_page(session, channel, list(there.values()), now=clock())
        for link in gone:
            row = await session.get(CrmLink, link.id)
            if row is not None and row.state == "linked":
                row.state, row.next_at = "gone", None
    return len(gone)


async def _drift(database: Database, channel: Channel, *, clock: Callable[[], datetime]) -> int:
    """Put every record of ours that is not as agreed into the outbox."""
    after: str | None = None
    count = 0
    while True:
        async with database.transaction() as session:
            ids = await channel.home.ids_after(session, after, limit=_OURS_AT_ONCE)
            if not ids:
                return count
            for record_id in await drifted(session, channel, list(ids)):
                marked = await repository.mark(
                    session, channel.connection_id, channel.kind, record_id, now=clock()
                )
                count += marked
        after = ids[-1]


async def drifted(session: AsyncSession, channel: Channel, record_ids: list[str]) -> list[str]:
    """Which of these records of ours the CRM should be told of and was not."""
    links = await repository.links_by_record(
        session, channel.connection_id, channel.kind, record_ids
    )
    records = await channel.home.read(session, record_ids, channel.fields)
    return [
        record_id
        for record_id, record in records.items()
        if record_id not in links
        or (
            links[record_id].state in ("linked", "poison")
            and unsaid(channel, links[record_id], record, None)
        )
    ]
