"""One piece of a phrase: a date, a time, a length counted from now, a part of day.

What can be two things is read by what announces it: a clock's preposition makes "10.12" a
time, else it is a date; "3" before a month is a day.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from parsing.when_clock import read_clock, read_hour
from parsing.when_dates import (
    read_day_of_month,
    read_month_day,
    read_numeric,
    read_year_alone,
)
from parsing.when_days import Days
from parsing.when_found import Found
from parsing.when_hours import PARTS, Hours, Tick
from parsing.when_marks import Marks
from parsing.when_periods import OutOfCalendar, Period, add_days, week_of
from parsing.when_phrase import Phrase
from parsing.when_relative import read_relative
from parsing.when_resolve import Outlook, resolve
from parsing.when_units import (
    WHICH,
    period_named,
    read_day_within,
    read_holiday,
    read_month,
    read_season,
    read_section,
    read_unit,
)
from parsing.when_weekdays import read_nth, read_weekday, read_weekday_part

_ANCHORS = {
    "same_day_later": ("later_same_day", None),
    "same_day_earlier": ("earlier_same_day", None),
    "day_later": ("later", 1),
    "day_earlier": ("earlier", -1),
    "week_later": ("later", 7),
    "week_earlier": ("earlier", -7),
    "later": ("later", None),
    "earlier": ("earlier", None),
    "other_day": ("other_day", None),
    "same_day": ("same_day", None),
}


def read_piece(marks: Marks, at: int, look: Outlook, *, sofar: Phrase) -> Phrase | None:
    """The piece that begins at a mark, None where there is none."""
    if not marks.near(at, CONTENT):
        return None
    try:
        piece = (
            _hours_on(marks, at, look)
            or _clock_first(marks, at, sofar)
            or read_counted(marks, at, look)
            or _dates(marks, at, look)
            or _clock(marks, at, sofar)
            or _part(marks, at, look)
            or _flag(marks, at)
            or read_number(marks, at)
        )
    except OutOfCalendar:
        return None
    if piece is None and marks.has(at, "about"):  # "around Friday"
        return read_piece(marks, at + 1, look, sofar=sofar)
    return piece


def read_dates(marks: Marks, at: int, look: Outlook) -> Found | None:
    """A date in any form but a bare number."""
    for needed, reader in _FIRST_DATES:
        if marks.near(at, needed) and (found := reader(marks, at, look)) is not None:
            return found
    start = marks.skip(at, "on", "the", "at_weak", "fill", most=3)
    found = read_numeric(marks, start, look) or _relative_day(marks, start, look)
    if found is not None:
        return found
    for needed, reader in _FURTHER_DATES:
        if marks.near(at, needed) and (found := reader(marks, at, look)) is not None:
            return found
    return None


def _week_with(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "the week of October 7th"."""
    start = marks.skip(at, "on", "the", most=2)
    start += marks.get(start, "number") == 1  # "čez en teden od jutri"
    if not marks.has(start, "week_of"):
        return None
    found = read_dates(marks, start + 1, look)
    if found is None or found.days is None:
        return None
    period = resolve(found.days, look).period
    counted = marks.is_text(start, *(marks.words.setting("week_from") or ()))
    if period and counted and marks.has(start + 1, "day"):  # "za tydzień od jutra"
        day = add_days(period.first, 7)
        return Found(found.end, Days(period=Period(day, day)))
    return Found(found.end, Days(period=week_of(period.first, look.week_start))) if period else None


def _dates(marks: Marks, at: int, look: Outlook) -> Phrase | None:
    found = read_dates(marks, at, look)
    return _phrase(marks, at, found) if found is not None else None


def _phrase(marks: Marks, at: int, found: Found) -> Phrase:
    typo = any(marks[place].typo for place in range(at, found.end))
    return Phrase(
        at, found.end, days=found.days, hours=found.hours, weak=found.weak, typo=typo, pieces=1
    )


def _relative_day(marks: Marks, at: int, look: Outlook) -> Found | None:
    step = marks.get(at, "day")
    if step is not None:
        day = add_days(look.today, step)
        weak = "day" in marks[at].weak
        return Found(at + 1, Days(period=Period(day, day), past=step < 0), weak=weak)
    value = marks.get(at, "day_part")
    if value is not None:
        step, part = str(value).split()
        day = add_days(look.today, int(step))
        days = Days(period=Period(day, day), past=int(step) < 0)
        return Found(at + 1, days, Hours(part=part))  # type: ignore[arg-type]
    word = marks.get(at, "period")
    if word is not None and not (marks.has(at, "unit") and marks.has(at + 1, *WHICH)):
        weak = "period" in marks[at].weak
        return Found(at + 1, Days(period=period_named(word, look)), weak=weak)
    return None


def read_counted(marks: Marks, at: int, look: Outlook) -> Phrase | None:
    """A point or stretch counted from now or from a date."""
    if not marks.near(
        at, _COUNTED if marks.words.setting("quarter_hours") is None else _COUNTED_TOO
    ):
        return None
    read = read_relative(marks, at, look, read_dates)
    if read is None:
        return None
    found = read.found
    return Phrase(
        at,
        found.end,
        days=found.days,
        hours=found.hours,
        anchor=read.anchor,
        shift=read.shift,
        weak=False,
        pieces=1,
    )


def _hours_on(marks: Marks, at: int, look: Outlook) -> Phrase | None:
    """ "שעה אחת קודם": an hour earlier, though the same words announce one o'clock."""
    if not (marks.has(at, "at") and marks.has(at, "unit")):
        return None
    counted = read_counted(marks, at, look)
    return counted if counted is not None and counted.anchor is not None else None


def _clock_first(marks: Marks, at: int, sofar: Phrase) -> Phrase | None:
    """A time before a date where a clock is announced, or where the date is already said."""
    if marks.has(at, "at"):
        return _clock(marks, at, sofar)
    days = sofar.days
    dated = days is not None and (days.day is not None or (days.period is not None and days.narrow))
    if dated and marks.has(at, "clock"):
        found = read_clock(marks, at, bare=True)
        return _timed(at, found)
    return None


def _clock(marks: Marks, at: int, sofar: Phrase) -> Phrase | None:
    if not marks.near(at, _CLOCKS):
        return None
    start = marks.skip(at, "on", "the", "fill", most=2, until=("at", "about"))
    if start > at and marks.has(start, "at", "at_weak", "about"):
        at = start
    found = read_clock(marks, at)
    if found is None and start > at:
        found = read_clock(marks, start)
    if found is None and marks.asked and sofar.empty:
        found = read_clock(marks, at, bare=True)
    phrase = _timed(at, found)
    if phrase is not None and (day := _day_before_hour(marks, phrase)) is not None:
        return day
    if phrase is not None and _counts_a_stranger(marks, phrase):
        return replace(phrase, weak=True)
    return phrase


def _day_before_hour(marks: Marks, phrase: Phrase) -> Phrase | None:
    """ "ב-18 בשעה 11": a bare number that an hour with its own word follows is a day."""
    number = phrase.end - 1
    lone = number == phrase.start + 1 and marks.has(phrase.start, "at_weak")
    if not lone or not marks.has(number, "int") or marks.has(phrase.start, "at"):
        return None
    following = marks.has(phrase.end, "at") and marks.has(phrase.end + 1, "int", "clock", "number")
    following = following or (
        marks.has(phrase.end, "at_weak") and marks.has(phrase.end + 1, "number")
    )
    day = marks.get(number, "int")[0]
    if not following or not 1 <= day <= 31:
        return None
    return Phrase(phrase.start, phrase.end, days=Days(day=day), weak=False, pieces=1)


def _counts_a_stranger(marks: Marks, phrase: Phrase) -> bool:
    """ "at 7 sites": a bare number before a word that the lexicon does not know."""
    behind = marks[phrase.end]
    number = marks.has(phrase.end - 1, "int", "number") and not marks.has(phrase.end - 1, "clock")
    return number and not behind.known and behind.text[:1].isalpha()


def _timed(at: int, found: tuple[Hours, int] | None) -> Phrase | None:
    if found is None:
        return None
    return Phrase(at, found[1], hours=found[0], weak=False, pieces=1)


def _part(marks: Marks, at: int, look: Outlook) -> Phrase | None:
    """A part of day; with "this" it is today's."""
    early = _early(marks, at)
    if early is not None or not marks.near(at, _PARTS):
        return early
    start = marks.skip(at, "on", "the", "each", "at", "about", "fill", most=4)
    today = marks.has(start, "this")
    start = marks.skip(start + 1, "on", most=1) if today else start
    value = marks.get(start, "part")
    if value in PARTS:
        days = Days(period=Period(look.today, look.today)) if today else None
        weak = "part" in marks[start].weak and start == at
        return Phrase(at, start + 1, days=days, hours=Hours(part=value), weak=weak, pieces=1)
    span = marks.get(start, "hours")
    if span is not None:
        return Phrase(at, start + 1, hours=_span(str(span)), weak=False, pieces=1)
    return None


def _early(marks: Marks, at: int) -> Phrase | None:
    """ "early on Friday (morning)"."""
    if not marks.has(at, "early"):
        return None
    day = marks.skip(at + 1, "on", "the", most=2)
    part = marks.get(day + 1, "part") or "morning"
    if not marks.has(day, "weekday", "day") or part not in ("morning", "early_morning"):
        return None
    return Phrase(at, at + 1, hours=Hours(part="early_morning"), weak=False, pieces=1)


def _span(written: str) -> Hours:
    """Hours from a lexicon value "13:00-17:00"; either end may be left out."""
    lower, upper = (
        Tick(int(end[:2]), int(end[3:]), sure=True) if end else None for end in written.split("-")
    )
    return Hours(lower=lower, upper=upper)


def _flag(marks: Marks, at: int) -> Phrase | None:
    """ "as soon as possible", "any time", "later that day"."""
    mark = marks[at]
    for kind in ("now", "soonest", "anytime"):
        if kind in mark.values:
            weak = kind in mark.weak
            return Phrase(
                at,
                at + 1,
                soonest=kind != "anytime",
                now=kind == "now",
                anytime=kind == "anytime",
                weak=weak,
                pieces=1,
            )
    for kind, (anchor, days) in _ANCHORS.items():
        if kind in mark.values:
            shift = timedelta(days=days) if days is not None else None
            weak = kind in mark.weak or kind in ("later", "earlier")
            return Phrase(at, at + 1, anchor=anchor, shift=shift, weak=weak, pieces=1)
    return None


def read_number(marks: Marks, at: int) -> Phrase | None:
    """A bare number: an hour or a day, if anything."""
    start = marks.skip(at, "on", "the", "at_weak", "fill", "about", most=3)
    about = any(marks.has(place, "about") for place in range(at, start))
    if marks.has(start + 1, "unit", "unit_short", "count_unit"):
        return None
    values = marks[start].values
    number = None
    if "int" in values and values["int"][1] <= 2:
        number = values["int"][0]
    elif "number" in values and values["number"] % 1 == 0:
        number = int(values["number"])
    elif "number" in values and values["number"] > 1:
        return _broken_hour(marks, at, start)
    broken = _broken_hour(marks, at, start)
    if broken is not None and broken.end > start + 1:
        return broken  # "nine and twenty"
    if number is None or not 1 <= number <= 31:
        return None
    return Phrase(at, start + 1, loose=(number,), about=about, pieces=1)


def _broken_hour(marks: Marks, at: int, start: int) -> Phrase | None:
    """ "three and a quarter": a time of day only beside other evidence."""
    read = read_hour(marks, start)
    if read is None:
        return None
    return Phrase(at, read[1], hours=Hours(exact=read[0]), pieces=1)


# what must stand near for a reader to be tried ---------------------------------------------

_UNITS = frozenset({"unit", "count_unit", "unit_short"})
_COUNTED = _UNITS | {"in_post"}
_COUNTED_TOO = _COUNTED | {"quarter"}  # "om et kvarter"
_CLOCKS = frozenset(
    {"int", "number", "clock", "noon", "midnight", "hour_word", "ordinal", "half_before", "quarter"}
)
_PARTS = frozenset({"part", "hours"})
_FLAGS = frozenset({"now", "soonest", "anytime", *_ANCHORS})
_DATES = frozenset(
    {
        *("weekday", "weekday_each", "weekday_part", "workday", "weekends", "either_name"),
        *("month", "season"),
        *("day", "day_part", "period", "holiday", "ymd", "dmy", "ym", "my", "dm", "week_of"),
        *("quarter_letter", "few"),
    }
)
CONTENT = _UNITS | _CLOCKS | _PARTS | _FLAGS | _DATES

Reader = Callable[[Marks, int, Outlook], Found | None]
_FIRST_DATES: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset({"month"}), read_month_day),
    (frozenset({"unit"}), read_day_within),
    (frozenset({"ordinal", "last"}), read_nth),
    (frozenset({"start", "middle", "end", "early", "late", "rest"}), read_section),
    (frozenset({"week_of"}), _week_with),
)
_WEEKDAYS = frozenset({"weekday", "weekday_each", "each", "either_name", "workday", "weekends"})
_FURTHER_DATES: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset({"holiday"}), read_holiday),
    (_WEEKDAYS, read_weekday),
    (frozenset({"unit", "quarter_letter"}), read_unit),
    (frozenset({"season"}), read_season),
    (frozenset({"month"}), read_month),
    (frozenset({"weekday_part"}), read_weekday_part),
    (frozenset({"int"}), read_year_alone),
    (frozenset({"ordinal", "int"}), read_day_of_month),
)
