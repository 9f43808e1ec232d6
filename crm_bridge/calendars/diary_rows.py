"""What diaries are made of, as plain columns: of a thousand advisors in a few milliseconds,
where whole objects take a hundred."""

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, Text, bindparam, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars.models import Advisor, ConnectedCalendar
from crm_bridge.calendars.port import INTERNAL
from crm_bridge.core.database import Instant
from crm_bridge.core.one_of import one_of
from crm_bridge.core.prepared import Prepared

_advisor = cast("Table", Advisor.__table__)
_calendar = cast("Table", ConnectedCalendar.__table__)

_ADVISORS: Final = Prepared(
    select(
        _advisor.c.id,
        _advisor.c.busy_digest,
        _advisor.c.active,
        _advisor.c.timezone,
        as_type(_advisor.c.working_hours, Text).label("hours"),
        _advisor.c.buffer_before_minutes,
        _advisor.c.buffer_after_minutes,
        _advisor.c.notice_hours,
        _advisor.c.daily_limit,
        _advisor.c.weekly_limit,
    ).where(one_of(_advisor.c.id, "advisors"))
)
_UNREAD: Final = Prepared(
    select(
        _calendar.c.advisor_id,
        _calendar.c.kind,
        _calendar.c.name,
        _calendar.c.limit_minutes,
        _calendar.c.synced_at,
        _calendar.c.created_at,
    )
    .where(
        one_of(_calendar.c.advisor_id, "advisors"),
        _calendar.c.kind != INTERNAL,
        or_(
            _calendar.c.synced_at.is_(None),
            _calendar.c.synced_at <= bindparam("since", type_=Instant()),
        ),
    )
    .order_by(_calendar.c.id)
)


async def advisor_rows(session: AsyncSession, advisor_ids: list[str]) -> list[Any]:
    """The advisors of those ids: id, busy_digest, active, timezone, hours (as JSON),
    buffers, notice and limits; in no order."""
    return await _ADVISORS.all(session, {"advisors": advisor_ids})


async def unread_since(session: AsyncSession, advisor_ids: list[str], since: datetime) -> list[Any]:
    """The outside calendars of the advisors that were not read after an instant, the oldest
    first: advisor_id, kind, name, limit_minutes, synced_at, created_at."""
    return await _UNREAD.all(session, {"advisors": advisor_ids, "since": since})
