"""A wish for a time: kept as JSON, turned into a search, made whole beside another time."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from babel import Locale

from parsing.values import Clock, When
from playbook.dates import say_day, say_moment

AROUND = timedelta(days=8)  # searched before and after a wish, for the nearest alternatives
PART_MIDDLES = {
    "early_morning": time(7),
    "morning": time(9, 30),
    "noon": time(12),
    "afternoon": time(15),
    "evening": time(18),
    "night": time(21),
}
MIDDAY = time(12)


def dump_when(when: When) -> dict[str, Any]:
    """The wish as JSON."""
    found = {key: _plain(value) for key, value in asdict(when).items() if value}
    return {**found, "grain": when.grain}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(entry) for entry in value]
    return value


def read_when(stored: dict[str, Any]) -> When | None:
    """The wish from JSON; None where it cannot be read."""
    try:
        return When(
            grain=stored["grain"],
            first=_read(date, stored.get("first")),
            last=_read(date, stored.get("last")),
            clock=_clock(stored.get("clock") or {}),
            excluded_weekdays=frozenset(stored.get("excluded_weekdays") or ()),
            excluded_dates=tuple(
                (date.fromisoformat(first), date.fromisoformat(last))
                for first, last in stored.get("excluded_dates") or ()
            ),
            excluded_clock=tuple(_clock(clock) for clock in stored.get("excluded_clock") or ()),
            soonest=bool(stored.get("soonest")),
            past=bool(stored.get("past")),
            instant=_read(datetime, stored.get("instant")),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _read(kind: Any, text: str | None) -> Any:
    return kind.fromisoformat(text) if text else None


def _clock(stored: dict[str, Any]) -> Clock:
    return Clock(
        exact=_read(time, stored.get("exact")),
        not_before=_read(time, stored.get("not_before")),
        before=_read(time, stored.get("before")),
        part=stored.get("part"),
    )


def is_instant(when: When) -> bool:
    """Whether one day and one time of day were said."""
    return when.clock.exact is not None and when.first is not None and when.first == when.last


def has_day(when: When) -> bool:
    """Whether the wish names days at all."""
    return when.first is not None or when.last is not None


def has_clock(when: When) -> bool:
    """Whether the wish narrows the time of day."""
    clock = when.clock
    return any((clock.exact, clock.not_before, clock.before, clock.part))


def search_window(when: When, *, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """What to search for a wish: its days with some around them, inside [start, end)."""
    zone = start.tzinfo or UTC
    first, last = start, end
    if when.first is not None:
        first = datetime.combine(when.first, time(), zone) - AROUND
    if when.last is not None:
        last = datetime.combine(when.last, time(), zone) + AROUND
    elif when.first is not None and not when.soonest:
        last = end
    first, last = max(start, first), min(end, last)
    return (first, last) if first < last else (start, end)


def target(when: When, now: datetime) -> datetime:
    """The moment that alternatives should be near to."""
    zone = now.tzinfo
    if when.instant is not None:
        return when.instant.replace(tzinfo=zone)
    clock = when.clock
    at = clock.exact or clock.not_before or clock.before or PART_MIDDLES.get(clock.part or "")
    day = when.first or when.last
    if day is None:
        return now
    return max(now, datetime.combine(day, at or MIDDAY, zone))


def beside(when: When, base: datetime) -> When:
    """A wish that means something only beside another time ("later that day", "a week
    later", "Thursday instead"), made whole with `base`, a local time."""
    if when.anchor is None:
        if has_day(when) and not has_clock(when) and not when.soonest:
            return replace(when, clock=Clock(exact=base.time(), not_before=base.time()))
        if not has_day(when) and has_clock(when):
            return replace(when, first=base.date(), last=base.date())
        return when
    if when.shift is not None:
        sign = -1 if when.anchor.startswith("earlier") else 1
        return _at(when, base + sign * abs(when.shift))
    day, at = base.date(), base.time()
    match when.anchor:
        case "later_same_day":
            clock = replace(when.clock, not_before=when.clock.not_before or _after(at))
            return replace(when, first=day, last=day, clock=clock, anchor=None)
        case "earlier_same_day":
            clock = replace(when.clock, before=when.clock.before or at)
            return replace(when, first=day, last=day, clock=clock, anchor=None)
        case "later":
            return replace(when, first=when.first or day + timedelta(days=1), anchor=None)
    return replace(when, last=when.last or day - timedelta(days=1), anchor=None)


def _at(when: When, moment: datetime) -> When:
    """The wish for that moment, or for its day at the hour said."""
    at = when.clock.exact or moment.time()
    clock = Clock(exact=at, not_before=at)
    return replace(
        when, first=moment.date(), last=moment.date(), clock=clock, anchor=None, shift=None,
        instant=datetime.combine(moment.date(), at),
    )


def _after(at: time) -> time:
    minutes = min(at.hour * 60 + at.minute + 1, 23 * 60 + 59)
    return time(minutes // 60, minutes % 60)


def say_wish(when: When, *, now: datetime, locale: Locale) -> str:
    """One moment or one day spelled out in full; "" for a wider wish."""
    if is_instant(when) or when.instant is not None:
        return say_moment(target(when, now) if when.instant is None else when.instant, locale=locale)
    if when.first is not None and when.first == when.last:
        return say_day(when.first, locale=locale)
    return ""
