"""What a wish for a time means beside openings: does one fit, where to look, what is meant
when another meeting is already being talked about."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Protocol, TypeVar

from parsing.values import Clock, When
from parsing.when_words import words


class Starting(Protocol):
    """Anything that begins at an aware instant, such as an opening."""

    @property
    def start(self) -> datetime: ...


Opening = TypeVar("Opening", bound=Starting)

HORIZON_DAYS = 28  # how far an open wish looks ahead
_ABOUT = timedelta(minutes=30)
_EARLY = time(10)  # an "early morning" meeting may start until then


def matches(when: When, start: datetime, *, offered: Sequence[datetime] = ()) -> bool:
    """Whether an opening that begins at `start` (aware or naive, visitor's local time) fits.

    `offered` are the starts offered before, the one talked about last: "later",
    "later that day" and "a week later" are measured against them; without any they only
    narrow the day and the clock.
    """
    wishes = (replace(when, also=()), *when.also)
    return any(_fits(one, start, offered) for one in wishes) and not _ruled_out(when, start)


def matching(
    when: When, openings: Iterable[Opening], *, zone: tzinfo, offered: Sequence[datetime] = ()
) -> tuple[Opening, ...]:
    """The openings that fit, in the order given; `zone` is the visitor's."""
    return tuple(
        one for one in openings if matches(when, one.start.astimezone(zone), offered=offered)
    )


def nearest(moment: datetime, openings: Iterable[Opening], *, most: int) -> tuple[Opening, ...]:
    """At most so many openings, those that begin closest to an aware moment, in order of time."""
    close = sorted(openings, key=lambda one: (abs(one.start - moment), one.start))[:most]
    return tuple(sorted(close, key=lambda one: one.start))


def window(when: When, now: datetime, *, offered: Sequence[datetime] = ()) -> tuple[date, date]:
    """The first and last local date to search for openings, both included, never before
    today and never more than HORIZON_DAYS wide on an open side."""
    today = now.date()
    spans = [_span(one, today, offered) for one in (when, *when.also)]
    first = max(today, min(span[0] for span in spans))
    last = max(first, max(span[1] for span in spans))
    return first, last


def beside(when: When, booked: datetime) -> When:
    """The wish as meant while a meeting at `booked` (visitor's local time) is moved.

    "Thursday" is Thursday of the booked week or the next one after it that is still ahead
    of the booked day's week; a wish without a time keeps the booked time; "a week later"
    and "an hour later" become the date and time they lead to; a time alone is of that day.
    """
    if when.shift is not None and when.anchor is not None:
        return _shifted(when, booked)
    moved = _in_week_of(when, booked)
    if when.anchor in ("later_same_day", "earlier_same_day", "same_day"):
        moved = replace(moved, first=booked.date(), last=booked.date())
    bare = replace(When(moved.grain), clock=moved.clock, instant=moved.instant)
    if moved == bare and moved.clock != Clock() and moved.clock.part is None:
        exact = moved.clock.exact  # "1 pm instead" is of the booked day
        at_day = datetime.combine(booked.date(), exact) if exact is not None else None
        moved = replace(moved, first=booked.date(), last=booked.date(), instant=at_day)
    timeless = moved.clock == Clock() and moved.anchor in (None, "other_day")
    if timeless and not moved.anytime and not moved.soonest:
        at = booked.time().replace(tzinfo=None)
        moved = replace(moved, clock=Clock(exact=at, not_before=at))
        if moved.first is not None and moved.first == moved.last:
            moved = replace(moved, instant=datetime.combine(moved.first, at))
    return replace(moved, also=tuple(beside(one, booked) for one in moved.also))


def in_week_shown(when: When, shown: Sequence[datetime], *, language: str) -> When:
    """A bare weekday said to times of a later week as that week's: "next week" and then
    "Thursday". `shown` are the visitor's local times; raises UnknownLanguage."""
    if not shown:
        return when
    also = tuple(in_week_shown(one, shown, language=language) for one in when.also)
    when = replace(when, also=also)
    if not when.floating or when.first is None or when.first != when.last:
        return when
    begins = int(words(language).setting("week_start") or 0)
    day = min(_week_starts(shown, begins)) + timedelta(days=(when.first.weekday() - begins) % 7)
    if day <= when.first:
        return when
    moved = replace(when, first=day, last=day, floating=False)
    if when.instant is not None:
        moved = replace(moved, instant=datetime.combine(day, when.instant.time()))
    return moved


def but_in_week_shown(
    when: When, shown: Sequence[datetime], *, language: str, now: datetime
) -> When:
    """What only rules weekdays out, said to times of one later week, within that week: "next
    week" and then "not Friday"."""
    starts = _week_starts(shown, int(words(language).setting("week_start") or 0))
    dated = when.first or when.last or when.weekdays or when.anchor or when.soonest
    if dated or not when.excluded_weekdays or len(starts) != 1 or max(starts) <= now.date():
        return when
    (first,) = starts
    return replace(when, first=first, last=first + timedelta(days=6))


def _week_starts(shown: Sequence[datetime], begins: int) -> set[date]:
    return {start.date() - timedelta(days=(start.weekday() - begins) % 7) for start in shown}


# does it fit -------------------------------------------------------------------------------


def _fits(when: When, start: datetime, offered: Sequence[datetime]) -> bool:
    day = start.date()
    if when.anchor is not None and offered and not _beside_offered(when, start, offered):
        return False
    if when.shift is not None and offered:
        return _within_clock(when.clock, start)
    if when.first is not None and day < when.first:
        return False
    if when.last is not None and day > when.last:
        return False
    if when.weekdays is not None and day.weekday() not in when.weekdays:
        return False
    naive = start.replace(tzinfo=None)
    open_start = when.last is None and when.instant is not None and when.clock == Clock()
    if open_start and when.instant is not None and not when.soonest and naive < when.instant:
        return False
    if when.clock.exact is None and when.ends is not None and naive >= when.ends:
        return False
    return _within_clock(when.clock, start)


def _within_clock(clock: Clock, start: datetime) -> bool:
    at = start.time().replace(tzinfo=None)
    if clock.exact is not None:
        return _near(clock.exact, at) if clock.about else at == clock.exact
    before = clock.before
    if clock.part == "early_morning" and before is not None:
        before = max(before, _EARLY)
    if clock.not_before is not None and at < clock.not_before:
        return False
    return before is None or at < before


def _near(wanted: time, at: time) -> bool:
    return abs(_minutes(wanted) - _minutes(at)) <= _ABOUT.total_seconds() // 60


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _beside_offered(when: When, start: datetime, offered: Sequence[datetime]) -> bool:
    anchor, spoken_of = when.anchor, offered[-1]
    naive = start.replace(tzinfo=None)
    before = [one.replace(tzinfo=None) for one in offered]
    if when.shift is not None:
        target = spoken_of.replace(tzinfo=None) + when.shift
        if abs(when.shift) >= timedelta(days=1):
            return naive.date() == target.date()
        return abs(naive - target) <= _ABOUT
    if anchor == "other_day":
        return naive.date() not in {one.date() for one in before}
    same_day = [one for one in before if one.date() == spoken_of.date()]
    if anchor in ("later_same_day", "earlier_same_day", "same_day"):
        if naive.date() != spoken_of.date():
            return False
        before = same_day
    if anchor in ("later", "later_same_day"):
        return naive > max(before)
    if anchor in ("earlier", "earlier_same_day"):
        return naive < min(before)
    return True


def _ruled_out(when: When, start: datetime) -> bool:
    day = start.date()
    if day.weekday() in when.excluded_weekdays:
        return True
    if any(first <= day <= last for first, last in when.excluded_dates):
        return True
    if any(_within_clock(clock, start) for clock in when.excluded_clock):
        return True
    return any(_is_excluded(one, start) for one in when.excluded)


def _is_excluded(other: When, start: datetime) -> bool:
    if other.floating and other.first is not None:
        same_weekday = start.date().weekday() == other.first.weekday()
        return same_weekday and _within_clock(other.clock, start)
    return _fits(other, start, ())


# where to look -----------------------------------------------------------------------------


def _span(when: When, today: date, offered: Sequence[datetime]) -> tuple[date, date]:
    reach = timedelta(days=HORIZON_DAYS - 1)
    if when.anchor is not None and offered:
        anchored = _anchored_span(when, offered)
        if anchored is not None:
            return anchored
    first, last = when.first, when.last
    if first is None and last is None:
        return today, today + reach
    if first is None:
        return today, last or today
    if last is None:
        return first, max(first, today) + reach
    return first, last


def _anchored_span(when: When, offered: Sequence[datetime]) -> tuple[date, date] | None:
    day = offered[-1].date()
    if when.shift is not None:
        day = (offered[-1] + when.shift).date()
        return day, day
    if when.anchor in ("later_same_day", "earlier_same_day", "same_day"):
        return day, day
    return None


# beside a booked meeting ---------------------------------------------------------------------


def _shifted(when: When, booked: datetime) -> When:
    target = booked.replace(tzinfo=None) + (when.shift or timedelta())
    clock = when.clock
    if clock == Clock():
        clock = Clock(exact=target.time(), not_before=target.time())
    return When(
        "minute",
        first=target.date(),
        last=target.date(),
        clock=clock,
        instant=target if clock.exact == target.time() else None,
    )


def _in_week_of(when: When, booked: datetime) -> When:
    """A bare weekday in the week of the booked day, or the week after where it lies behind."""
    if not when.floating or when.first is None or when.first != when.last:
        return when
    monday = booked.date() - timedelta(days=booked.weekday())
    day = monday + timedelta(days=when.first.weekday())
    if day < when.first and day < booked.date():
        day += timedelta(days=7)
    if day < when.first:
        return when  # the booked week is over before the weekday comes
    moved = replace(when, first=day, last=day, floating=False)
    if when.instant is not None:
        moved = replace(moved, instant=datetime.combine(day, when.instant.time()))
    return moved
