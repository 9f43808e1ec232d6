"""Advisors' rows, calendars and meetings put together as the diaries that openings are
found in, and the sentences a rep reads about an advisor who offers nothing."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars import busy, diary_rows
from crm_bridge.calendars.busy import Readable
from crm_bridge.calendars.busy_cache import busy_minutes
from crm_bridge.calendars.hours import WorkingHours
from crm_bridge.calendars.hours_document import read_hours
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.openings import Diary, Limit, Taken, Why

WEEK = timedelta(days=8)


_CLOSED: Mapping[Why, str] = {
    "inactive": "is not active",
    "no_hours": "works no hours in this time",
    "too_short": "has no working period long enough for the meeting",
    "notice": "could only be met sooner than the notice allows",
    "busy": "is busy by their calendar whenever they work",
    "booked": "is booked or held whenever they are free",
    "limit": "has reached their limit of meetings",
    "grid": "has free time, but none that a meeting of the grid fits into",
    "calendar_stale": "has a calendar that cannot be trusted now",
}


def sentence(why: Why) -> str:
    """Why an advisor offers nothing, for a rep: "<name> …"."""
    return _CLOSED[why]


def reach(window: Interval) -> Interval:
    """The time around `window` in which meetings matter: buffers, and limits of a week."""
    return Interval(window.start - WEEK, window.end + WEEK)


async def read_diaries(
    session: AsyncSession,
    advisor_ids: Sequence[str],
    *,
    meetings: Mapping[str, Sequence[Taken]],
    notice: timedelta,
    now: datetime,
) -> tuple[list[Diary], dict[str, str]]:
    """The diaries of the advisors, in their order (those who are not known are left out);
    and, for whoever is closed whatever the time, the sentence that says why."""
    ids = list(advisor_ids)
    rows = {row.id: row for row in await diary_rows.advisor_rows(session, ids)}
    digests = {id: row.busy_digest for id, row in rows.items()}
    minutes = await busy_minutes(session, digests)
    stale = await busy.stale_calendars(session, ids, now=now)
    diaries, closed = [], {}
    for id in ids:
        row = rows.get(id)
        if row is None:
            continue
        why: Why | None = None
        if not row.active:
            why = "inactive"
            closed[id] = sentence(why)
        elif id in stale:
            why = "calendar_stale"
            closed[id] = _stale(*stale[id])
        taken = meetings.get(id, ())
        diaries.append(
            Diary(
                advisor=id,
                zone=ZoneInfo(row.timezone),
                hours=_hours(row.hours),
                earliest=now + max(notice, timedelta(hours=row.notice_hours)),
                buffer_before=row.buffer_before_minutes,
                buffer_after=row.buffer_after_minutes,
                busy_minutes=minutes[id],
                taken=taken,
                limits=_limits(row, taken),
                closed=why,
            )
        )
    return diaries, closed


def _stale(calendar: Readable, since: datetime) -> str:
    return (
        f"has a calendar ({calendar.kind} {calendar.name}".rstrip()
        + f") that was last read {since:%Y-%m-%d %H:%M} UTC;"
        f" it must be read every {calendar.limit_minutes} minutes"
    )


@lru_cache(maxsize=1024)
def _hours(document: str) -> WorkingHours:
    """The same hours for the same document, so that what follows from them is shared."""
    return read_hours(json.loads(document))


def _limits(row: Any, meetings: Sequence[Taken]) -> tuple[Limit, ...]:
    if row.daily_limit is None and row.weekly_limit is None:
        return ()
    counted = tuple(Interval(each.start, each.end) for each in meetings)
    limits = []
    if row.daily_limit is not None:
        limits.append(Limit("day", meetings=row.daily_limit, counted=counted))
    if row.weekly_limit is not None:
        limits.append(Limit("week", meetings=row.weekly_limit, counted=counted))
    return tuple(limits)
