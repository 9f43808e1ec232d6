"""Openings: what can be offered to somebody, who cannot be met and why, and what is
nearest to a time that is gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.booking import OpeningsView, OpeningView, StartsView, UnavailableView
from crm_bridge.booking.scope import Scope
from crm_bridge.booking.taken_time import standing_between
from crm_bridge.calendars.diaries import reach, read_diaries, sentence
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.openings import (
    Diary,
    Opening,
    Wanted,
    openings_and_who,
    openings_of_all,
    openings_of_any,
    starts,
    why_none,
)
from crm_bridge.core.errors import Invalid
from playbook.model import LONGEST_WINDOW_DAYS

KNOWN_AHEAD: Final = timedelta(days=LONGEST_WINDOW_DAYS)
LONGEST_SEARCH: Final = timedelta(days=62)
NEAREST: Final = 6
NEAR: Final = (timedelta(days=7), timedelta(days=14))  # how far before and after one looks


class SpanTooLong(Invalid):
    code = "span_too_long"


@dataclass(frozen=True, slots=True)
class Offer:
    """Openings in order of time, and (advisor, sentence) for those who have none."""

    openings: tuple[Opening, ...]
    unavailable: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Ignored:
    """What does not stand in the way: the visitor's own hold, the booking being moved."""

    conversation_id: str | None = None
    bookings: tuple[str, ...] = ()


NOTHING: Final = Ignored()


async def find(
    session: AsyncSession,
    scope: Scope,
    window: Interval,
    *,
    now: datetime,
    ignored: Ignored = NOTHING,
) -> Offer:
    """The openings that begin within `window`. Raises SpanTooLong."""
    if window.end - window.start > LONGEST_SEARCH:
        raise SpanTooLong(f"openings are searched in {LONGEST_SEARCH.days} days at most")
    diaries, closed = await diaries_of(session, scope, window, now=now, ignored=ignored)
    known = {diary.advisor for diary in diaries}
    wanted = wanted_of(scope, window, now=now)
    if wanted is None:
        last = f"{now + min(scope.window, KNOWN_AHEAD):%Y-%m-%d}"
        return Offer(
            (), tuple((diary.advisor, f"is offered from now to {last} alone") for diary in diaries)
        )
    missing = [each for each in scope.advisors if each not in known]
    openings, offering = _openings(diaries, wanted, scope, complete=not missing)
    unavailable = [(each, "is not known here") for each in missing]
    told_of = set(offering)
    for diary in diaries:
        if diary.advisor not in told_of:
            told = closed.get(diary.advisor) or _why_left_out(diary, wanted, scope, openings)
            unavailable.append((diary.advisor, told))
    return Offer(tuple(openings), tuple(unavailable))


def _openings(
    diaries: Sequence[Diary], wanted: Wanted, scope: Scope, *, complete: bool
) -> tuple[list[Opening], Sequence[str]]:
    """By the rule of the scope: of everybody at once, of the owner or else the team, of any;
    and who is offered."""
    if scope.rule == "all":
        together = openings_of_all(diaries, wanted) if complete else []
        return together, together[0].advisors if together else ()
    if scope.owner is not None:
        owner = [diary for diary in diaries if diary.advisor == scope.owner]
        first = openings_of_any(owner, wanted)
        if first:
            return first, [scope.owner]
    return openings_and_who(diaries, wanted)


def _why_left_out(diary: Diary, wanted: Wanted, scope: Scope, openings: Sequence[Opening]) -> str:
    why = why_none(diary, wanted)
    if why is None and openings:
        return "is free, but the owner of the contact is offered first"
    if why is None:
        return "is free at no time at which all the others are"
    return sentence(why)


async def diaries_of(
    session: AsyncSession,
    scope: Scope,
    window: Interval,
    *,
    now: datetime,
    ignored: Ignored = NOTHING,
) -> tuple[list[Diary], dict[str, str]]:
    """The advisors' diaries for openings within `window` (see `calendars.diaries`)."""
    meetings = await standing_between(
        session,
        scope.advisors,
        reach(window),
        now=now,
        without=ignored.bookings,
        without_holds_of=ignored.conversation_id,
    )
    return await read_diaries(
        session, scope.advisors, meetings=meetings, notice=scope.notice, now=now
    )


def wanted_of(scope: Scope, window: Interval, *, now: datetime) -> Wanted | None:
    """The wanted meeting, its beginning cut to the time the campaign allows; None when
    nothing of `window` is left."""
    cut = window.clipped(Interval(now, now + min(scope.window, KNOWN_AHEAD)))
    return None if cut.empty else Wanted(scope.length_minutes, scope.grid, cut)


async def free_at(
    session: AsyncSession,
    scope: Scope,
    start: datetime,
    *,
    now: datetime,
    ignored: Ignored = NOTHING,
) -> tuple[list[str], list[tuple[str, str]]]:
    """The advisors with an opening exactly at `start`; and (advisor, why) of the others.
    Where all are wanted: everybody or nobody."""
    moment = Interval(start, start + timedelta(minutes=1))
    diaries, closed = await diaries_of(session, scope, moment, now=now, ignored=ignored)
    wanted = wanted_of(scope, moment, now=now)
    if scope.rule == "all":
        complete = len(diaries) == len(scope.advisors)
        together = openings_of_all(diaries, wanted) if wanted and complete else []
        if any(each.start == start for each in together):
            return [diary.advisor for diary in diaries], []
    free, others = [], []
    for diary in diaries:
        if wanted and scope.rule != "all" and start in starts(diary, wanted):
            free.append(diary.advisor)
        else:
            others.append((diary.advisor, closed.get(diary.advisor) or _why(diary, wanted)))
    return free, others


def _why(diary: Diary, wanted: Wanted | None) -> str:
    why = why_none(diary, wanted) if wanted else None
    return sentence(why) if why else "is not offered so far ahead, or so late"


async def nearest(
    session: AsyncSession,
    scope: Scope,
    start: datetime,
    *,
    now: datetime,
    ignored: Ignored = NOTHING,
) -> tuple[Opening, ...]:
    """The openings closest to `start`, the closest first."""
    before, later = NEAR
    middle = min(max(start, now), now + scope.window)
    window = Interval(max(now, middle - before), middle + later)
    offer = await find(session, scope, window, now=now, ignored=ignored)
    found = offer.openings
    if not found:
        whole = Interval(now, now + min(scope.window, LONGEST_SEARCH))
        found = (await find(session, scope, whole, now=now, ignored=ignored)).openings
    return tuple(sorted(found, key=lambda each: (abs(each.start - start), each.start))[:NEAREST])


def opening_view(opening: Opening) -> OpeningView:
    """As it travels."""
    return OpeningView(start=opening.start, end=opening.end, advisors=opening.advisors)


def starts_view(offer: Offer) -> StartsView:
    """As it travels to the dialogue. The openings of one search are equally long."""
    if not offer.openings:
        return StartsView(minutes=0)
    first = offer.openings[0]
    minutes = (first.end - first.start) // timedelta(minutes=1)
    return StartsView(minutes=minutes, starts=tuple(each.start for each in offer.openings))


def offer_view(offer: Offer) -> OpeningsView:
    """As it travels."""
    return OpeningsView(
        openings=tuple(opening_view(each) for each in offer.openings),
        unavailable=tuple(
            UnavailableView(advisor=advisor, why=why) for advisor, why in offer.unavailable
        ),
    )
