"""Connecting an advisor's calendars: stored sealed, opened when they are read or written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars import busy, repository, service
from crm_bridge.calendars.kinds import KINDS, Access, owner_of
from crm_bridge.calendars.models import Advisor, ConnectedCalendar
from crm_bridge.calendars.port import INTERNAL, Calendar
from crm_bridge.calendars.secrets import open_secret, seal_secret
from crm_bridge.core.database import Database
from crm_bridge.core.egress import Egress
from crm_bridge.core.errors import Invalid, NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.sealed import Seal
from crm_bridge.settings import Settings


class CalendarUnknown(NotFound):
    code: ClassVar[str] = "calendar_unknown"


class PlainHttp(Invalid):
    """A password or a private address would travel unencrypted."""

    code: ClassVar[str] = "plain_http"


@dataclass(frozen=True, slots=True)
class Connection:
    """A connected calendar as people see it: nothing of its secret."""

    id: str
    advisor: str
    kind: str
    name: str
    writes: bool
    limit_minutes: int
    read_at: datetime | None
    status: str  # ok | waiting (never read) | stale | revoked
    problem: str | None


class Connections:
    """Stores what lets us in, and opens calendars with it."""

    def __init__(self, settings: Settings, egress: Egress, database: Database) -> None:
        self._settings = settings
        self._egress = egress
        self._database = database
        self._open: dict[str, tuple[str, Calendar]] = {}

    async def connect(
        self,
        session: AsyncSession,
        advisor_id: str,
        kind: str,
        *,
        name: str,
        secret: Mapping[str, Any],
        writes: bool = False,
        limit_minutes: int = 15,
        now: datetime,
    ) -> ConnectedCalendar:
        """Connect a calendar; one of the same kind and name is connected anew.

        It is read for the first time by the next turn of the syncer, and offers nothing
        until then. Raises AdvisorUnknown, NoKey, PlainHttp.
        """
        await service.get(session, advisor_id)
        self.check_address(secret.get("url"))
        seal = self._seal()
        known = await repository.calendars_of(session, [advisor_id])
        calendar = next((each for each in known if (each.kind, each.name) == (kind, name)), None)
        if calendar is None:
            calendar = ConnectedCalendar(
                id=new_id("cal"), advisor_id=advisor_id, kind=kind, name=name, created_at=now
            )
            session.add(calendar)
        calendar.secret = seal_secret(seal, calendar.id, secret)
        calendar.writes, calendar.limit_minutes = writes, limit_minutes
        calendar.cursor, calendar.revoked, calendar.failures = None, False, 0
        calendar.next_sync_at, calendar.problem = now, None
        await session.flush()
        return calendar

    async def disconnect(self, session: AsyncSession, calendar_id: str) -> ConnectedCalendar:
        """Forget a calendar, what lets us in and what it told. Raises CalendarUnknown."""
        calendar = await session.get(ConnectedCalendar, calendar_id)
        if calendar is None or calendar.kind == INTERNAL:
            raise CalendarUnknown(f"there is no connected calendar {calendar_id}")
        await repository.forget_calendar(session, calendar_id)
        self._open.pop(calendar_id, None)
        return calendar

    async def listed(
        self, session: AsyncSession, advisor_id: str | None = None, *, now: datetime
    ) -> list[Connection]:
        """The outside calendars of an advisor (None: of everybody)."""
        ids = [advisor_id] if advisor_id else None
        advisors = [each.id for each in await repository.list_advisors(session, ids)]
        found = await repository.calendars_of(session, advisors)
        return [shown(each, now) for each in found if each.kind != INTERNAL]

    def open(self, calendar: ConnectedCalendar, advisor: Advisor) -> Calendar:
        """The calendar, ready to be read and written. Raises SealBroken, NoKey,
        ProviderNotSet."""
        key = f"{calendar.secret} {calendar.writes} {advisor.timezone} {advisor.email}"
        known = self._open.get(calendar.id)
        if known is not None and known[0] == key:
            return known[1]
        secret = open_secret(self._seal(), calendar)

        async def keep(refresh_token: str) -> None:
            secret["refresh_token"] = refresh_token
            await self._keep(calendar.id, secret)

        access = Access(
            self._egress, self._settings, owner_of(advisor), secret, calendar.writes, keep
        )
        opened = KINDS[calendar.kind](access)
        self._open[calendar.id] = (key, opened)
        return opened

    def check_address(self, url: str | None) -> None:
        """Refuse to send secrets in the clear, but to servers of one's own."""
        if not url:
            return
        at = urlsplit(url)
        own = {each.lower() for each in self._settings.egress.allowed}
        if at.scheme == "http" and not {at.hostname or "", at.netloc.lower()} & own:
            raise PlainHttp("the address has to begin with https://")

    async def _keep(self, calendar_id: str, secret: Mapping[str, Any]) -> None:
        """Store a refresh token that took the place of another."""
        async with self._database.transaction() as session:
            calendar = await session.get(ConnectedCalendar, calendar_id)
            if calendar is not None:
                calendar.secret = seal_secret(self._seal(), calendar_id, secret)

    def _seal(self) -> Seal:
        return Seal(self._settings.secret_key.get_secret_value())


def shown(calendar: ConnectedCalendar, now: datetime) -> Connection:
    """A calendar as people see it."""
    status = "ok"
    if calendar.revoked:
        status = "revoked"
    elif calendar.synced_at is None:
        status = "waiting"
    elif busy.stale_since(calendar, now) is not None:
        status = "stale"
    return Connection(
        calendar.id,
        calendar.advisor_id,
        calendar.kind,
        calendar.name,
        calendar.writes,
        calendar.limit_minutes,
        calendar.synced_at,
        status,
        calendar.problem,
    )
