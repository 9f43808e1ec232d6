"""What is done with advisors: made, listed, their hours set, their time off noted."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.languages import LANGUAGES
from crm_bridge.calendars import repository
from crm_bridge.calendars.hours_document import read_hours
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import Advisor, ConnectedCalendar
from crm_bridge.calendars.port import INTERNAL
from crm_bridge.core.errors import Conflict, Invalid, NotFound
from crm_bridge.core.ids import new_id

LONGEST_BUFFER_MINUTES = 12 * 60
OFFICE_HOURS: Mapping[str, Any] = {
    "weekly": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:00"}]
}


class AdvisorUnknown(NotFound):
    code = "advisor_unknown"


class TimeOffUnknown(NotFound):
    code = "time_off_unknown"


class AdvisorExists(Conflict):
    code = "advisor_exists"


class AdvisorInvalid(Invalid):
    code = "advisor_invalid"


async def create_advisor(
    session: AsyncSession,
    *,
    id: str,
    name: str,
    email: str,
    timezone: str,
    working_hours: Mapping[str, Any] = OFFICE_HOURS,
    languages: Sequence[str] = ("en",),
    language: str = "en",
    buffer_before_minutes: int = 0,
    buffer_after_minutes: int = 0,
    notice_hours: int = 0,
    daily_limit: int | None = None,
    weekly_limit: int | None = None,
    now: datetime,
) -> Advisor:
    """Make an advisor with an internal calendar.

    `id` is the slug that playbooks name; `working_hours` as in `hours_document`.
    Raises AdvisorExists, AdvisorInvalid or HoursInvalid.
    """
    if await session.get(Advisor, id) is not None:
        raise AdvisorExists(f"there is an advisor {id} already")
    advisor = Advisor(
        id=id,
        name=name.strip(),
        email=email.strip(),
        timezone=timezone,
        language=language,
        languages=list(languages),
        working_hours=dict(working_hours),
        buffer_before_minutes=buffer_before_minutes,
        buffer_after_minutes=buffer_after_minutes,
        notice_hours=notice_hours,
        daily_limit=daily_limit,
        weekly_limit=weekly_limit,
        created_at=now,
        updated_at=now,
    )
    _check(advisor)
    session.add(advisor)
    await session.flush()
    session.add(
        ConnectedCalendar(id=new_id("cal"), advisor_id=id, kind=INTERNAL, name="", created_at=now)
    )
    await session.flush()
    return advisor


async def get(session: AsyncSession, advisor_id: str) -> Advisor:
    """The advisor of that id. Raises AdvisorUnknown."""
    advisor = await session.get(Advisor, advisor_id)
    if advisor is None:
        raise AdvisorUnknown(f"there is no advisor {advisor_id}")
    return advisor


async def list_advisors(session: AsyncSession, ids: Sequence[str] | None = None) -> list[Advisor]:
    """The advisors of those ids (None: all), by id."""
    return await repository.list_advisors(session, ids)


async def set_hours(
    session: AsyncSession, advisor_id: str, working_hours: Mapping[str, Any], *, now: datetime
) -> Advisor:
    """Give an advisor other working hours. Raises AdvisorUnknown or HoursInvalid."""
    advisor = await get(session, advisor_id)
    read_hours(working_hours)
    advisor.working_hours = dict(working_hours)
    advisor.updated_at = now
    return advisor


async def set_active(
    session: AsyncSession, advisor_id: str, active: bool, *, now: datetime
) -> Advisor:
    """Let an advisor be offered, or no longer. Raises AdvisorUnknown."""
    advisor = await get(session, advisor_id)
    advisor.active = active
    advisor.updated_at = now
    return advisor


async def add_time_off(
    session: AsyncSession, advisor_id: str, away: Interval, *, now: datetime
) -> str:
    """Note in the advisor's internal calendar that they are away; the id of the entry.

    Raises AdvisorUnknown, or AdvisorInvalid where the time has no length.
    """
    await get(session, advisor_id)
    if away.empty:
        raise AdvisorInvalid("time off must end after it begins")
    calendar = await _internal(session, advisor_id, now=now)
    entry = new_id("off")
    await repository.replace_busy(session, calendar, [(entry, [away])])
    return entry


async def time_off(
    session: AsyncSession, advisor_id: str, window: Interval
) -> dict[str, tuple[Interval, ...]]:
    """The advisor's time off that overlaps `window`, by entry. Raises AdvisorUnknown."""
    await get(session, advisor_id)
    calendar_id = await internal_calendar_id(session, advisor_id)
    return await repository.busy_events(session, calendar_id, window)


async def remove_time_off(session: AsyncSession, advisor_id: str, entry: str) -> None:
    """Take time off back. Raises AdvisorUnknown or TimeOffUnknown."""
    whole = Interval(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    if entry not in await time_off(session, advisor_id, whole):
        raise TimeOffUnknown(f"{advisor_id} has no time off {entry}")
    calendar_id = await internal_calendar_id(session, advisor_id)
    calendar = await session.get_one(ConnectedCalendar, calendar_id)
    await repository.replace_busy(session, calendar, [(entry, [])])


async def internal_calendar_id(session: AsyncSession, advisor_id: str) -> str:
    """The id of the calendar that the advisor's time off is in."""
    calendars = await repository.calendars_of(session, [advisor_id])
    return next((each.id for each in calendars if each.kind == INTERNAL), "")


async def _internal(session: AsyncSession, advisor_id: str, *, now: datetime) -> ConnectedCalendar:
    for calendar in await repository.calendars_of(session, [advisor_id]):
        if calendar.kind == INTERNAL:
            return calendar
    calendar = ConnectedCalendar(
        id=new_id("cal"), advisor_id=advisor_id, kind=INTERNAL, name="", created_at=now
    )
    session.add(calendar)
    await session.flush()
    return calendar


def zone_of(advisor: Advisor) -> ZoneInfo:
    """The advisor's time zone."""
    return ZoneInfo(advisor.timezone)


def _check(advisor: Advisor) -> None:
    if not advisor.id or not all(each.isalnum() or each in "-_" for each in advisor.id):
        raise AdvisorInvalid(f"{advisor.id!r} is not an id: letters, digits, - and _")
    if not advisor.name:
        raise AdvisorInvalid("an advisor needs a name")
    local, at, domain = advisor.email.partition("@")
    if not (local and at and domain) or any(each in advisor.email for each in " \r\n<>,;"):
        raise AdvisorInvalid(f"{advisor.email!r} is not a mail address")
    if advisor.timezone not in available_timezones():
        raise AdvisorInvalid(f"{advisor.timezone!r} is not an IANA time zone, e.g. Europe/Oslo")
    unknown = [each for each in (advisor.language, *advisor.languages) if each not in LANGUAGES]
    if unknown:
        raise AdvisorInvalid(f"languages are {', '.join(LANGUAGES)}, not {', '.join(unknown)}")
    for minutes in (advisor.buffer_before_minutes, advisor.buffer_after_minutes):
        if not 0 <= minutes <= LONGEST_BUFFER_MINUTES:
            raise AdvisorInvalid(f"a buffer is 0 to {LONGEST_BUFFER_MINUTES} minutes")
    if advisor.notice_hours < 0:
        raise AdvisorInvalid("a notice is not negative")
    for limit in (advisor.daily_limit, advisor.weekly_limit):
        if limit is not None and limit < 1:
            raise AdvisorInvalid(
                "a limit is at least 1; to offer nothing, set the advisor inactive"
            )
    read_hours(advisor.working_hours)
