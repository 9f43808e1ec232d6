"""An advisor's internal calendar: what the house notes for them is all that is in it."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars import service
from crm_bridge.calendars.internal.calendar import InternalCalendar
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.port import Calendar
from crm_bridge.core.database import Database, make_engine
from tests.crm_bridge.calendars.places.place import OWNER, Event, NotAsked, Seen

NOW = datetime(2026, 3, 9, tzinfo=UTC)


class InternalPlace:
    """Notes and takes back time off, as `usher advisor away` and `back` do."""

    def __init__(self, database: Database, url: str) -> None:
        self.database = database
        self.url = url
        self.noted: dict[str, str] = {}
        self.id: str = self._do(self._furnish)

    def _do(self, work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        """In a transaction of a connection of its own, as the command line has."""

        async def run() -> Any:
            database = Database(make_engine(self.url))
            async with database.transaction() as session:
                found = await work(session)
            await database.close()
            return found

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, run()).result()

    async def _furnish(self, session: AsyncSession) -> str:
        await service.create_advisor(
            session, id="maja", name="Maja", email="maja@polaris.test",
            timezone=OWNER.zone.key, now=NOW,
        )  # fmt: skip
        return await service.internal_calendar_id(session, "maja")

    def calendar(self) -> Calendar:
        return InternalCalendar(self.database, self.id)

    def put(self, event: Event) -> None:
        if event.free or event.declined:  # nobody notes that they are there
            return
        if event.name in self.noted:
            self.delete(event.name)
        start, end = event.start, event.end
        if event.whole_day:
            start, end = (each.replace(tzinfo=OWNER.zone) for each in (start, end))
        away = Interval(start.astimezone(UTC), end.astimezone(UTC))
        self.noted[event.name] = self._do(
            lambda session: service.add_time_off(session, "maja", away, now=NOW)
        )

    def delete(self, name: str) -> None:
        entry = self.noted.pop(name)
        self._do(lambda session: service.remove_time_off(session, "maja", entry))

    def forget(self) -> None:
        raise NotAsked

    def limit(self) -> None:
        raise NotAsked

    def stumble(self) -> None:
        raise NotAsked

    def refuse(self) -> None:
        raise NotAsked

    def written(self) -> list[Seen]:
        raise NotAsked

    def move_written(self, start: datetime, end: datetime) -> None:
        raise NotAsked

    def delete_written(self) -> None:
        raise NotAsked
