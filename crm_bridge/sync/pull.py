"""Read what changed in the CRM, page by page, each page kept together with its cursor."""

from collections.abc import Callable, Sequence, Set
from datetime import datetime

from crm_bridge.connectors.port import Crm, MeteredCrm, Position
from crm_bridge.core.database import Database
from crm_bridge.sync import repository
from crm_bridge.sync.absorb import Channel, absorb_page
from crm_bridge.sync.cursor import advance, of_document, start, to_document

PAGE = 200


async def pull(
    database: Database, channel: Channel, crm: Crm, *, clock: Callable[[], datetime]
) -> int:
    """Read every stream of a kind to its end; how many records were new or changed here."""
    taken = 0
    for stream in crm.streams(channel.kind):
        taken += await _pull_stream(database, channel, crm, stream, clock=clock)
    return taken


async def to_read(
    database: Database, channels: Sequence[Channel], crm: Crm, *, now: datetime
) -> Set[str]:
    """The kinds that are to be pulled now: all, or those of which a CRM that counts its
    requests says that something changed."""
    kinds = {channel.kind for channel in channels}
    if not isinstance(crm, MeteredCrm):
        return kinds
    places: dict[str, Position | None] = {}
    async with database.reading() as session:
        for channel in channels:
            streams = crm.streams(channel.kind)
            stored = [
                await repository.cursor_document(
                    session, channel.connection_id, channel.kind, stream
                )
                for stream in streams
            ]
            cursors = [of_document(one) for one in stored]
            if len(cursors) == 1 and cursors[0].place is None:  # no pass is under way
                places[channel.kind] = start(cursors[0], now).place
    return (kinds - places.keys()) | await crm.changed(places)


async def _pull_stream(
    database: Database, channel: Channel, crm: Crm, stream: str, *, clock: Callable[[], datetime]
) -> int:
    place = (channel.connection_id, channel.kind, stream)
    async with database.reading() as session:
        stored = await repository.cursor_document(session, *place)
    cursor, taken, more = start(of_document(stored), clock()), 0, True
    while more:
        page = await crm.changes(channel.kind, stream, after=cursor.place, limit=PAGE)
        now = clock()
        cursor = advance(cursor, page.last, now, more=page.more)
        document = to_document(cursor)
        if page.records or document != stored:
            async with database.transaction() as session:
                taken += await absorb_page(session, channel, page.records, now=now)
                await repository.save_cursor(session, *place, document, now=now)
            stored = document
        more = page.more
    return taken
