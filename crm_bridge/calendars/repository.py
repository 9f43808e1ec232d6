"""The SQL of advisors, calendars and busy times."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.models import Advisor, BusyInterval, ConnectedCalendar


async def list_advisors(
    session: AsyncSession, ids: Sequence[str] | None = None, *, active_only: bool = False
) -> list[Advisor]:
    """The advisors of those ids (None: all), by id."""
    statement = select(Advisor).order_by(Advisor.id)
    if ids is not None:
        statement = statement.where(Advisor.id.in_(ids))
    if active_only:
        statement = statement.where(Advisor.active.is_(True))
    return list(await session.scalars(statement))


async def lock_advisors(session: AsyncSession, ids: Iterable[str]) -> list[Advisor]:
    """The advisors of those ids, their rows locked in the order of their ids until the end
    of the transaction, and read again after the lock was had."""
    statement = (
        select(Advisor)
        .where(Advisor.id.in_(sorted(set(ids))))
        .order_by(Advisor.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    advisors = list(await session.scalars(statement))
    for advisor in advisors:
        advisor.lock_version += 1
    return advisors


async def calendars_of(
    session: AsyncSession, advisor_ids: Iterable[str]
) -> list[ConnectedCalendar]:
    """Every calendar of the advisors, the oldest first."""
    return list(
        await session.scalars(
            select(ConnectedCalendar)
            .where(ConnectedCalendar.advisor_id.in_(list(advisor_ids)))
            .order_by(ConnectedCalendar.id)
        )
    )


async def busy_between(
    session: AsyncSession, advisor_ids: Iterable[str], window: Interval
) -> list[tuple[str, Interval]]:
    """The busy times of the advisors that overlap `window`, as (advisor id, interval)."""
    rows = await session.execute(
        select(BusyInterval.advisor_id, BusyInterval.start_at, BusyInterval.end_at).where(
            BusyInterval.advisor_id.in_(list(advisor_ids)),
            BusyInterval.end_at > window.start,
            BusyInterval.start_at < window.end,
        )
    )
    return [(advisor, Interval(start, end)) for advisor, start, end in rows]


async def replace_busy(
    session: AsyncSession,
    calendar: ConnectedCalendar,
    events: Iterable[tuple[str, Sequence[Interval]]],
    *,
    all_events: bool = False,
) -> None:
    """Store the times of events in place of what was stored for them (`all_events`: in place
    of everything of that calendar)."""
    if all_events:
        await session.execute(delete(BusyInterval).where(BusyInterval.calendar_id == calendar.id))
    for event, intervals in events:
        if not all_events:
            await forget_event(session, calendar.id, event)
        session.add_all(
            BusyInterval(
                advisor_id=calendar.advisor_id,
                calendar_id=calendar.id,
                source_event=event,
                start_at=each.start,
                end_at=each.end,
            )
            for each in intervals
            if not each.empty
        )
    await session.flush()


async def forget_event(session: AsyncSession, calendar_id: str, event: str) -> None:
    """Remove the times of one event."""
    await session.execute(
        delete(BusyInterval).where(
            BusyInterval.calendar_id == calendar_id, BusyInterval.source_event == event
        )
    )


async def forget_busy_before(session: AsyncSession, before: datetime) -> None:
    """Drop busy times that were over by `before`."""
    await session.execute(delete(BusyInterval).where(BusyInterval.end_at < before))
