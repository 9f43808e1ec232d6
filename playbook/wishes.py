"""A wish for a time: read from the visitor's words, made whole beside another time, searched.

What is kept of it between turns are the words and the moment they were said; read again
they give the same wish.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from babel import Locale

from parsing import when as when_parser
from parsing import wish as wish_parser
from parsing.values import Clock, Parsed, Unclear, When
from parsing.wish import but_in_week_shown, in_week_shown
from playbook.dates import locale_of, say_day, say_moment
from playbook.scene import Opening

AROUND = timedelta(days=8)  # searched before and after a wish, for the nearest alternatives
LONGEST_WORDS = 300
MIDDAY = time(12)
SEVERAL = 2  # days shown, whose hours "later" is about
PART_MIDDLES = {
    "early_morning": time(7),
    "morning": time(9, 30),
    "noon": time(12),
    "afternoon": time(15),
    "evening": time(18),
    "night": time(21),
}


@dataclass(frozen=True, slots=True)
class Beside:
    """What a wish may be measured against (aware, local): the meeting that is `booked`, the
    time that is `held`, the starts that were `shown`, the hours that were wished for before
    (`clock`) and the weekdays that were not (`ruled_out`)."""

    booked: datetime | None = None
    held: datetime | None = None
    shown: tuple[datetime, ...] = ()
    clock: Clock | None = None
    ruled_out: frozenset[int] = frozenset()

    @property
    def spoken_of(self) -> tuple[datetime, ...]:
        """The starts offered before, the one talked about last at the end."""
        return (self.held,) if self.held is not None else self.shown


NOTHING = Beside()


@dataclass(frozen=True, slots=True)
class Wish:
    """`when` was wished for; `other` is a second way to read the same words (05/04).
    `said` is what is kept to read it again."""

    when: When
    other: When | None
    beside: Beside
    said: Mapping[str, Any]
    confidence: float = 1.0


def read_wish(
    text: str,
    *,
    language: str,
    now: datetime,
    locale: str | None = None,
    beside: Beside = NOTHING,
    asked: bool = True,
) -> Wish | None:
    """The wish in the words, None where there is none. `asked` tells that a time was just
    asked for. `locale` settles 05/04, and the other order is kept as the second reading."""
    words = text[:LONGEST_WORDS]
    found = when_parser.parse(words, language=language, now=now, day_first=None, asked=asked)
    if found is None:
        return None
    choices = [found] if isinstance(found, Parsed) else list(found.choices)
    if isinstance(found, Unclear) and found.why == "day_month_order":
        order = day_first(language, locale)
        settled = when_parser.parse(words, language=language, now=now, day_first=order, asked=asked)
        own = settled.value if isinstance(settled, Parsed) else None
        choices.sort(key=lambda one: one.value != own)
    if not choices:
        return None
    shown = beside.spoken_of
    weeks = [in_week_shown(one.value, shown, language=language) for one in choices[:2]]
    whole = [_whole(one, beside) for one in weeks]
    readings = [but_in_week_shown(one, shown, language=language, now=now) for one in whole]
    other = readings[1] if len(readings) > 1 else None
    said = _kept(words, language=language, now=now, locale=locale, beside=beside, asked=asked)
    return Wish(readings[0], other, beside, said, choices[0].confidence)


def _kept(
    words: str,
    *,
    language: str,
    now: datetime,
    locale: str | None,
    beside: Beside,
    asked: bool,
) -> dict[str, Any]:
    kept = {
        "text": words,
        "language": language,
        "now": now.isoformat(),
        "locale": locale,
        "asked": asked,
        "booked": beside.booked.isoformat() if beside.booked else None,
        "held": beside.held.isoformat() if beside.held else None,
        "shown": [start.isoformat() for start in beside.shown],
        "clock": _clock_kept(beside.clock),
        "ruled_out": sorted(beside.ruled_out),
    }
    return {key: value for key, value in kept.items() if value not in (None, [])}


def _clock_kept(clock: Clock | None) -> dict[str, Any] | None:
    if clock is None:
        return None
    written = {
        name: value.isoformat() if isinstance(value, time) else value
        for name, value in asdict(clock).items()
    }
    return {name: value for name, value in written.items() if value}


def _clock_read(kept: Mapping[str, Any] | None) -> Clock | None:
    if not kept:
        return None

    def read(name: str) -> time | None:
        return time.fromisoformat(kept[name]) if kept.get(name) else None

    return Clock(
        exact=read("exact"),
        not_before=read("not_before"),
        before=read("before"),
        part=kept.get("part"),
        about=bool(kept.get("about")),
    )


def recall(said: Mapping[str, Any] | None, *, zone: tzinfo) -> Wish | None:
    """The wish behind what was kept; None where nothing was, or it cannot be read."""
    if not said:
        return None

    def instant(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text).astimezone(zone) if text else None

    try:
        shown = (instant(text) for text in said.get("shown") or ())
        return read_wish(
            said["text"],
            language=said["language"],
            now=datetime.fromisoformat(said["now"]).astimezone(zone),
            locale=said.get("locale"),
            beside=Beside(
                booked=instant(said.get("booked")),
                held=instant(said.get("held")),
                shown=tuple(start for start in shown if start is not None),
                clock=_clock_read(said.get("clock")),
                ruled_out=frozenset(said.get("ruled_out") or ()),
            ),
            asked=bool(said.get("asked", True)),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _whole(when: When, beside: Beside) -> When:
    """What the words leave open, taken from what they were said beside.

    A booked meeting lends its hour and week; a time that is held lends its day to an hour
    alone, and "a week later" is counted from it and keeps the hours wished for before;
    "rather Wednesday" keeps about those.
    """
    if beside.clock is not None and not has_clock(when):
        if when.shift is not None:
            when = replace(when, clock=beside.clock)
        elif when.floating and beside.booked is None:
            when = replace(when, clock=replace(beside.clock, about=True))
    narrows = has_clock(when) or (when.anchor is not None and when.shift is None)
    if beside.ruled_out and narrows and not has_day(when) and beside.booked is None:
        when = replace(when, excluded_weekdays=when.excluded_weekdays | beside.ruled_out)
    if (hours := _other_hours(when, beside)) is not None:
        return hours
    if _only_rules_out(when) and beside.booked is None:
        return _elsewhere_in_the_week(when, beside)
    if beside.booked is not None:
        if when.first is None and when.last is not None:  # nb "flytte til torsdag"
            when = replace(when, first=when.last)
        return wish_parser.beside(when, beside.booked)
    if when.shift is not None and beside.held is not None:
        return wish_parser.beside(when, beside.held)
    days = {start.date() for start in beside.spoken_of}
    exactly = when.anchor in ("earlier", "later") and when.clock.exact is not None
    of_the_day = when.anchor is None or exactly  # "earlier, like 10:30"
    if has_clock(when) and not has_day(when) and of_the_day and len(days) == 1:
        (day,) = days
        exact = datetime.combine(day, when.clock.exact) if when.clock.exact else None
        return replace(when, first=day, last=day, instant=exact)
    return when


def _other_hours(when: When, beside: Beside) -> When | None:
    """ "Too early", "anything later?" of mornings on several days: later hours of these days,
    and earlier ones of afternoons; None where it says or means another time."""
    days = {start.date() for start in beside.shown}
    bare = when == When(when.grain, anchor=when.anchor, excluded_weekdays=when.excluded_weekdays)
    if not bare or beside.held is not None or beside.booked is not None or len(days) < SEVERAL:
        return None
    times = [start.time() for start in beside.shown]
    if when.anchor == "later" and max(times) < MIDDAY:
        behind = datetime.combine(min(days), max(times)) + timedelta(minutes=1)
        clock = Clock(not_before=behind.time())
    elif when.anchor == "earlier" and min(times) >= MIDDAY:
        clock = Clock(before=min(times))
    else:
        return None
    return replace(when, anchor=None, first=min(days), last=max(days), clock=clock)


def _only_rules_out(when: When) -> bool:
    """ "Not on Tuesday", and nothing else."""
    ruled = when.excluded_weekdays or when.excluded_dates
    return bool(ruled) and not (has_day(when) or has_clock(when) or when.shift or when.anchor)


def _elsewhere_in_the_week(when: When, beside: Beside) -> When:
    """What was wished for before stays: about the hours, and the week where one day was shown."""
    if beside.clock is not None:
        about = beside.clock.about or beside.clock.exact is not None
        when = replace(when, clock=replace(beside.clock, about=about))
    days = {start.date() for start in beside.spoken_of}
    if len(days) != 1:
        return when
    (day,) = days
    monday = day - timedelta(days=day.weekday())
    return replace(when, first=monday, last=monday + timedelta(days=6))


def day_first(language: str, locale: str | None) -> bool:
    """Whether the visitor writes the day before the month (CLDR's short date)."""
    pattern = str(locale_of(language, locale).date_formats["short"].pattern)
    return pattern.find("d") < pattern.find("M")


def is_instant(when: When) -> bool:
    """Whether one day and one time of day were said, and nothing else."""
    one_day = when.first is not None and when.first == when.last
    exact = when.clock.exact is not None and not when.clock.about
    return one_day and exact and not when.also


def has_day(when: When) -> bool:
    """Whether the wish names days at all."""
    return when.first is not None or when.last is not None or when.weekdays is not None


def rules_out(when: When) -> bool:
    """Whether the wish says which weekdays or times are not to be offered."""
    return bool(when.excluded_weekdays or when.excluded or when.excluded_clock)


def has_clock(when: When) -> bool:
    """Whether the wish narrows the time of day."""
    return when.clock != Clock()


def fitting(wished: Wish, openings: Sequence[Opening], *, zone: tzinfo) -> tuple[Opening, ...]:
    """The openings that fit the wish (in its first reading), in order."""
    if wished.when.past:
        return ()
    spoken_of = wished.beside.spoken_of
    return wish_parser.matching(wished.when, openings, zone=zone, offered=spoken_of)


def search_window(wished: Wish, *, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """What to search for a wish: its days (in both readings) with some around them, inside
    [start, end). `start` is now, in the visitor's zone."""
    readings = [wished.when] if wished.other is None else [wished.when, wished.other]
    spoken_of = wished.beside.spoken_of
    spans = [wish_parser.window(one, start, offered=spoken_of) for one in readings]
    first = datetime.combine(min(span[0] for span in spans), time(), start.tzinfo) - AROUND
    last = datetime.combine(max(span[1] for span in spans), time(), start.tzinfo) + AROUND
    first, last = max(start, first), min(end, last)
    return (first, last) if first < last else (start, end)


def target(when: When, now: datetime, *, beside: Beside = NOTHING) -> datetime:
    """The moment that alternatives should be near to: the one wished for, else the one that
    was spoken of last."""
    zone = now.tzinfo
    if when.instant is not None:
        return when.instant.replace(tzinfo=zone)
    clock = when.clock
    at = clock.exact or clock.not_before or clock.before or PART_MIDDLES.get(clock.part or "")
    day = when.first or when.last
    if day is None:
        spoken_of = beside.spoken_of if when.anchor is not None else ()
        return max(now, spoken_of[-1]) if spoken_of else now
    return max(now, datetime.combine(day, at or MIDDAY, zone))


def say_wish(when: When, *, now: datetime, locale: Locale) -> str:
    """One moment or one day spelled out in full; "" for a wider wish."""
    if is_instant(when):
        return say_moment(target(when, now), locale=locale)
    if when.first is not None and when.first == when.last and not when.also:
        return say_day(when.first, locale=locale)
    return ""
