"""How each outside calendar is, for /readyz."""

from collections.abc import Awaitable, Callable
from functools import partial

from crm_bridge.calendars import busy, repository
from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.calendars.port import INTERNAL, CalendarUnreachable
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database

Check = Callable[[], Awaitable[str]]


def calendar_checks(database: Database, clock: Clock) -> Callable[[], Awaitable[dict[str, Check]]]:
    """A check for each calendar that is connected at the time: how old what we know of it is."""

    async def several() -> dict[str, Check]:
        async with database.reading() as session:
            advisors = [each.id for each in await repository.list_advisors(session)]
            calendars = await repository.calendars_of(session, advisors)
        return {
            f"calendar of {each.advisor_id} ({each.kind})": partial(_check, each, clock)
            for each in calendars
            if each.kind != INTERNAL
        }

    return several


async def _check(calendar: ConnectedCalendar, clock: Clock) -> str:
    since = busy.stale_since(calendar, clock.now())
    if since is not None:
        raise CalendarUnreachable(f"last read {since:%Y-%m-%d %H:%M} UTC")
    return calendar.problem or "ok"
