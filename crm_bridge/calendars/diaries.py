"""Advisors' rows, calendars and meetings put together as the diaries that openings are
found in, and the sentences a rep reads about an advisor who offers nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars import busy, repository
from crm_bridge.calendars.hours import WorkingHours
from crm_bridge.calendars.hours_document import read_hours
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import Advisor
from crm_bridge.calendars.openings import MARGIN_MINUTES, NO_MINUTES, Diary, Limit, Taken, Why

MARGIN = timedelta(minutes=2 * MARGIN_MINUTES)
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
    advisors: Sequence[Advisor],
    window: Interval,
    *,
    meetings: Mapping[str, Sequence[Taken]],
    notice: timedelta,
    now: datetime,
) -> tuple[list[Diary], dict[str, str]]:
    """The diaries of the advisors, in their order, for openings that begin in `window`;
    and, for whoever is closed whatever the time, the sentence that says why."""
    ids = [advisor.id for advisor in advisors]
    around = Interval(window.start - MARGIN, window.end + MARGIN)
    busy_minutes = await repository.bits_between(session, ids, around)
    stale = await busy.stale_calendars(session, ids, now=now)
    diaries, closed = [], {}
    for advisor in advisors:
        diary = _diary(advisor, meetings.get(advisor.id, ()), notice=notice, now=now)
        if not advisor.active:
            diary = replace(diary, closed="inactive")
            closed[advisor.id] = sentence("inactive")
        elif advisor.id in stale:
            calendar, since = stale[advisor.id]
            diary = replace(diary, closed="calendar_stale")
            closed[advisor.id] = (
                f"has a calendar ({calendar.kind} {calendar.name}".rstrip()
                + f") that was last read {since:%Y-%m-%d %H:%M} UTC;"
                f" it must be read every {calendar.limit_minutes} minutes"
            )
        diaries.append(replace(diary, busy_minutes=busy_minutes.get(advisor.id, NO_MINUTES)))
    return diaries, closed


@lru_cache(maxsize=1024)
def _hours(document: str) -> WorkingHours:
    """The same hours for the same document, so that what follows from them is shared."""
    return read_hours(json.loads(document))


def _diary(
    advisor: Advisor, meetings: Sequence[Taken], *, notice: timedelta, now: datetime
) -> Diary:
    counted = tuple(Interval(each.start, each.end) for each in meetings)
    limits = []
    if advisor.daily_limit is not None:
        limits.append(Limit("day", meetings=advisor.daily_limit, counted=counted))
    if advisor.weekly_limit is not None:
        limits.append(Limit("week", meetings=advisor.weekly_limit, counted=counted))
    return Diary(
        advisor=advisor.id,
        zone=ZoneInfo(advisor.timezone),
        hours=_hours(json.dumps(advisor.working_hours, sort_keys=True)),
        earliest=now + max(notice, timedelta(hours=advisor.notice_hours)),
        buffer_before=advisor.buffer_before_minutes,
        buffer_after=advisor.buffer_after_minutes,
        taken=tuple(meetings),
        limits=tuple(limits),
    )
