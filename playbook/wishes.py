"""A wish for a time: read from the visitor's words, made whole beside another time, searched.

What is kept of it between turns are the words and the moment they were said; read again
they give the same wish.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from babel import Locale

from parsing import when as when_parser
from parsing.values import Clock, Parsed, Unclear, When
from playbook.dates import locale_of, say_day, say_moment

AROUND = timedelta(days=8)  # searched before and after a wish, for the nearest alternatives
LONGEST_WORDS = 300
MIDDAY = time(12)
PART_MIDDLES = {
    "early_morning": time(7),
    "morning": time(9, 30),
    "noon": time(12),
    "afternoon": time(15),
    "evening": time(18),
    "night": time(21),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """`when` was wished for; `other` is a second way to read the same words (05/04).
    `said` is what is kept to read it again; `whole` tells that the words were only that."""

    when: When
    other: When | None
    said: Mapping[str, Any]
    confidence: float = 1.0
    start: int = 0
    end: int = 0


def read_wish(
    text: str,
    *,
    language: str,
    now: datetime,
    locale: str | None = None,
    base: datetime | None = None,
    moving: bool = False,
    asked: bool = True,
) -> Wish | None:
    """The wish in the words. `base` is the time (aware, local) it may be meant beside,
    `moving` that it is a meeting to be moved, so that its hour stays if none is said;
    `asked` tells that a time was just asked for. `locale` settles 05/04, and the other
    order is kept as the second reading."""
    words = text[:LONGEST_WORDS]
    said = {
        "text": words,
        "language": language,
        "now": now.isoformat(),
        "locale": locale,
        "base": base.isoformat() if base else None,
        "moving": moving,
        "asked": asked,
    }
    found = when_parser.parse(words, language=language, now=now, day_first=None, asked=asked)
    if found is None:
        return None
    choices = [found] if isinstance(found, Parsed) else list(found.choices)
    if isinstance(found, Unclear) and found.why == "day_month_order":
        order = day_first(language, locale)
        settled = when_parser.parse(words, language=language, now=now, day_first=order, asked=asked)
        choices.sort(key=lambda one: settled is None or one.value != settled_value(settled))
    if not choices:
        return None
    first = choices[0]
    readings = [
        beside(one.value, base, moving=moving, now=now) if base else one.value
        for one in choices[:2]
    ]
    other = readings[1] if len(readings) > 1 else None
    return Wish(readings[0], other, said, first.confidence, first.start, first.end)


def settled_value(found: Parsed[When] | Unclear[When]) -> When | None:
    """The reading that a locale's order of day and month leaves."""
    return found.value if isinstance(found, Parsed) else None


def day_first(language: str, locale: str | None) -> bool:
    """Whether the visitor writes the day before the month (CLDR's short date)."""
    pattern = str(locale_of(language, locale).date_formats["short"].pattern)
    return pattern.find("d") < pattern.find("M")


def recall(said: Mapping[str, Any] | None, *, zone: Any) -> Wish | None:
    """The wish behind what was kept; None where nothing was, or it cannot be read."""
    if not said:
        return None
    try:
        base = said.get("base")
        return read_wish(
            said["text"],
            language=said["language"],
            now=datetime.fromisoformat(said["now"]).astimezone(zone),
            locale=said.get("locale"),
            moving=bool(said.get("moving")),
            asked=bool(said.get("asked", True)),
            base=datetime.fromisoformat(base).astimezone(zone) if base else None,
        )
    except (KeyError, TypeError, ValueError):
        return None


def is_instant(when: When) -> bool:
    """Whether one day and one time of day were said, and nothing else."""
    one_day = when.first is not None and when.first == when.last
    return one_day and when.clock.exact is not None and not when.also


def has_day(when: When) -> bool:
    """Whether the wish names days at all."""
    return when.first is not None or when.last is not None or when.weekdays is not None


def has_clock(when: When) -> bool:
    """Whether the wish narrows the time of day."""
    clock = when.clock
    return any((clock.exact, clock.not_before, clock.before, clock.part))


def search_window(wish: Wish, *, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """What to search for a wish: its days (in both readings) with some around them, inside
    [start, end)."""
    zone = start.tzinfo or UTC
    readings = [wish.when] if wish.other is None else [wish.when, wish.other]
    every = [one for reading in readings for one in (reading, *reading.also)]
    firsts, lasts = [one.first for one in every], [one.last for one in every]
    first, last = start, end
    if all(firsts):
        first = datetime.combine(min(day for day in firsts if day), time(), zone) - AROUND
    if all(lasts):
        last = datetime.combine(max(day for day in lasts if day), time(), zone) + AROUND
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


def beside(when: When, base: datetime, *, moving: bool, now: datetime) -> When:
    """A wish that means something only beside another time ("later that day", "a week
    later", "Thursday instead"), made whole with `base`, a local time."""
    if moving and when.first is None and when.last is not None:  # nb "flytte til torsdag"
        when = replace(when, first=when.last)
    if when.anchor is None:
        if moving and when.floating and when.first is not None and when.first == when.last:
            when = _in_week_of(when, base, now)
        if moving and has_day(when) and not has_clock(when) and not when.soonest and not when.also:
            return replace(when, clock=Clock(exact=base.time(), not_before=base.time()))
        if not has_day(when) and has_clock(when) and not when.also:
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


def _in_week_of(when: When, base: datetime, now: datetime) -> When:
    """The weekday said, in the meeting's week, unless that is over."""
    if when.first is None:
        return when
    day = base.date() + timedelta(days=when.first.weekday() - base.weekday())
    return replace(when, first=day, last=day) if day >= now.date() else when


def _at(when: When, moment: datetime) -> When:
    """The wish for that moment, or for its day at the hour said."""
    at = when.clock.exact or moment.time()
    return replace(
        when,
        first=moment.date(),
        last=moment.date(),
        clock=Clock(exact=at, not_before=at),
        anchor=None,
        shift=None,
        instant=datetime.combine(moment.date(), at),
    )


def _after(at: time) -> time:
    minutes = min(at.hour * 60 + at.minute + 1, 23 * 60 + 59)
    return time(minutes // 60, minutes % 60)


def say_wish(when: When, *, now: datetime, locale: Locale) -> str:
    """One moment or one day spelled out in full; "" for a wider wish."""
    if when.instant is not None:
        return say_moment(when.instant, locale=locale)
    if is_instant(when):
        return say_moment(target(when, now), locale=locale)
    if when.first is not None and when.first == when.last and not when.also:
        return say_day(when.first, locale=locale)
    return ""
