"""What is done with playbooks: publish, read, parse, seed."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import Database
from crm_bridge.core.errors import Conflict, NotFound
from crm_bridge.core.outbox import announce
from crm_bridge.playbooks import repository
from crm_bridge.playbooks.models import PlaybookVersion
from crm_bridge.playbooks.parse import MOST_PARSED, parse, parsed_before
from playbook.check import check
from playbook.fault import PlaybookFaults
from playbook.load import load
from playbook.model import Playbook

log = logging.getLogger(__name__)


class PlaybookUnknown(NotFound):
    code = "playbook_unknown"


class PublishedMeanwhile(Conflict):
    code = "playbook_published_meanwhile"


@dataclass(frozen=True, slots=True)
class Published:
    """A playbook and the version under which it was published."""

    version: int
    playbook: Playbook


def sound(source: str, *, filename: str) -> Playbook:
    """The playbook written in `source`, proved to be whole and to make sense.

    Raises PlaybookFaults with every fault and its place.
    """
    playbook = load(source, filename=filename)
    faults = check(playbook)
    if faults:
        raise PlaybookFaults(faults)
    return playbook


async def publish(
    session: AsyncSession, source: str, *, filename: str = "playbook.yml", now: datetime
) -> PlaybookVersion:
    """Make `source` the version that new conversations get; running ones keep theirs.

    The same source as the newest version publishes nothing and gives that one. Raises
    PlaybookFaults, leaving the running version as it is, and PublishedMeanwhile when
    somebody else published at the same moment.
    """
    playbook = sound(source, filename=filename)
    sha256 = hashlib.sha256(source.encode()).hexdigest()
    newest = await repository.latest(session, playbook.name)
    if newest is not None and newest.sha256 == sha256:
        return newest
    row = PlaybookVersion(
        name=playbook.name,
        version=newest.version + 1 if newest else 1,
        source=source,
        sha256=sha256,
        published_at=now,
    )
    if not await repository.add(session, row):
        raise PublishedMeanwhile(f"{row.name} was published by somebody else; look, and try again")
    announce(session, "playbook.published", {"name": row.name, "version": row.version}, now=now)
    return row


async def latest(session: AsyncSession, name: str) -> PlaybookVersion:
    """The newest version. Raises PlaybookUnknown."""
    found = await repository.latest(session, name)
    if found is None:
        raise PlaybookUnknown(f"no playbook {name} was published")
    return found


async def get(session: AsyncSession, name: str, version: int) -> PlaybookVersion:
    """One version. Raises PlaybookUnknown."""
    found = await repository.get(session, name, version)
    if found is None:
        raise _unknown(name, version)
    return found


def _unknown(name: str, version: int) -> PlaybookUnknown:
    return PlaybookUnknown(f"there is no version {version} of the playbook {name}")


async def parsed(session: AsyncSession, name: str, version: int) -> Playbook:
    """One version as typed values, parsed once a process. Raises PlaybookUnknown."""
    source = await repository.source(session, name, version)
    if source is None:
        raise _unknown(name, version)
    if (known := parsed_before(source, name)) is not None:
        return known
    # half a second for a long one: other requests go on meanwhile
    return await asyncio.to_thread(parse, source, name)


class Library:
    """Published playbooks, parsed and kept: versions never change, so nothing is stale."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], Playbook] = OrderedDict()

    async def latest(self, session: AsyncSession, name: str) -> Published:
        """The newest version, in force at once after a publish. Raises PlaybookUnknown."""
        number = await repository.latest_number(session, name)
        if number is None:
            raise PlaybookUnknown(f"no playbook {name} was published")
        return await self.get(session, name, number)

    def kept(self, name: str, version: int) -> Published | None:
        """One version, if it is at hand."""
        playbook = self._kept.get((name, version))
        return Published(version, playbook) if playbook is not None else None

    async def get(self, session: AsyncSession, name: str, version: int) -> Published:
        """One version. Raises PlaybookUnknown."""
        playbook = self._kept.get((name, version))
        if playbook is None:
            playbook = await parsed(session, name, version)
            self._kept[name, version] = playbook
            if len(self._kept) > MOST_PARSED:
                self._kept.popitem(last=False)
        return Published(version, playbook)


def files(folder: Path) -> dict[str, str]:
    """The playbook files of a folder: path -> source, in order of their names."""
    return {str(path): path.read_text("utf-8") for path in sorted(folder.glob("*.yml"))}


async def seed(
    session: AsyncSession, sources: Mapping[str, str], *, now: datetime
) -> Sequence[PlaybookVersion]:
    """Publish the playbooks among `sources` (path -> source) that were never published.

    A faulty file is logged and left out: the others must come up.
    """
    known = set(await repository.names(session))
    seeded = []
    for path, source in sources.items():
        if Path(path).stem in known:
            continue
        try:
            if sound(source, filename=path).name not in known:
                seeded.append(await publish(session, source, filename=path, now=now))
        except PlaybookFaults as fault:
            log.error("%s was not published:\n%s", path, fault)  # noqa: TRY400 - places, no trace
    return seeded


async def seed_at_first_start(database: Database, folder: Path, *, now: datetime) -> None:
    """Publish what was never published, in a transaction of its own; a database that is
    away or without tables is logged, and costs the process nothing."""
    try:
        async with database.transaction() as session:
            for row in await seed(session, files(folder), now=now):
                log.info("playbook %s was published as version %d", row.name, row.version)
    except SQLAlchemyError as fault:
        log.error("playbooks were not looked after: %s", type(fault).__name__)  # noqa: TRY400
