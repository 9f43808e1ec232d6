"""Advisors' busy minutes kept in memory, by the digest of what is stored.

The digest is read with each advisor; the bitmaps themselves only where it is a new one. What
was fetched is kept under its own digest, so that a change between the two reads is never
kept under the wrong one.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Final, cast

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars.bitmap import Minutes
from crm_bridge.calendars.busy_bits import digest_of, unpack
from crm_bridge.calendars.models import BusyBits
from crm_bridge.core.one_of import one_of
from crm_bridge.core.prepared import Prepared

MOST: Final = 1024
"""How many are kept: about 28 kilobytes each for 122 days."""

_NONE: Final = Minutes(0, 0)
_bits = cast("Table", BusyBits.__table__)
_STORED: Final = Prepared(
    select(_bits.c.advisor_id, _bits.c.stretch, _bits.c.bits).where(
        one_of(_bits.c.advisor_id, "advisors")
    )
)
_kept: OrderedDict[str, Minutes] = OrderedDict()


async def busy_minutes(session: AsyncSession, digests: Mapping[str, str]) -> dict[str, Minutes]:
    """The busy minutes of each advisor, all that is stored; `digests` are what `Advisor` says
    their bitmaps are."""
    found: dict[str, Minutes] = {}
    missing: list[str] = []
    for advisor, digest in digests.items():
        kept = _NONE if not digest else _kept.get(digest)
        if kept is None:
            missing.append(advisor)
        else:
            found[advisor] = kept
    if missing:
        found.update(await _fetched(session, missing))
    return found


async def _fetched(session: AsyncSession, advisor_ids: list[str]) -> dict[str, Minutes]:
    stored: dict[str, dict[int, bytes]] = {advisor: {} for advisor in advisor_ids}
    for advisor, stretch, bits in await _STORED.all(session, {"advisors": advisor_ids}):
        stored[advisor][stretch] = bytes(bits)
    found: dict[str, Minutes] = {}
    for advisor, packed in stored.items():
        digest = digest_of(packed)
        minutes = _kept.get(digest) or unpack(packed.items())
        found[advisor] = _kept[digest] = minutes
        _kept.move_to_end(digest)
    while len(_kept) > MOST:
        _kept.popitem(last=False)
    return found
