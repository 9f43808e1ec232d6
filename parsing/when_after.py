"""Wishes counted from what was said just before: "not next week, the week after",
"this week is full, the next one?", "this week or next"."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from parsing.when_days import Days
from parsing.when_marks import Marks
from parsing.when_negation import negates
from parsing.when_periods import OutOfCalendar, Period, add_days, add_months, month_of
from parsing.when_phrase import Phrase, hours_of
from parsing.when_resolve import Outlook, resolve

_WEEK = 7
_REACH = 8  # small words between what is ruled out and the next one
_LONGEST_MONTH = 31
_NOUNS = ("unit", "weekday", "weekday_each", "month", "season", "ordinal", "int", "day", "holiday")
_BETWEEN = ("cant", "not", "but", "or", "and", "fill", "on", "the", "of", "more", "known", "book")
_BEHIND = ("fill", "book", "or", "and", "but", "the", "known")


def read_next(marks: Marks, at: int, before: Phrase, look: Outlook) -> Phrase | None:
    """The "next" that names no unit, beside a period that is ruled out or one of a choice;
    None where it is anything else ("what happens next?")."""
    place = marks.skip(at, "on", "the", "this", most=2, until=("next", "next_one"))
    if not marks.has(place, "next", "next_one") or before.days is None or before.until:
        return None
    between = range(before.end, at)
    if len(between) > _REACH:
        return None
    if not all(_is_small(marks, one) for one in between):
        return None
    denied = any(negates(marks, one) for one in range(max(0, before.start - 2), at))
    if not denied and not any(marks.has(one, "or") for one in between):
        return None
    end = place + 1
    end += marks.has(place, "next") and marks.get(end, "number") == 1  # "next one"
    if marks.has(end, *_NOUNS) or (marks[end].text.isalnum() and not marks.has(end, *_BEHIND)):
        return None
    period = _one_on(before.days, look)
    if period is None:
        return None
    return Phrase(at, end, days=Days(period=period), weak=False, pieces=1)


def _is_small(marks: Marks, at: int) -> bool:
    """A word that may stand between: a link, a sign, or what says how busy one is."""
    return marks.has(at, *_BETWEEN) or not marks[at].text.isalnum() or marks.has(at + 1, "cant")


def _one_on(days: Days, look: Outlook) -> Period | None:
    """The period of the same kind behind that of the days."""
    period = resolve(days, look).period
    if period is None:
        return None
    if period.grain == "month":
        following = add_months(period.first, 1)
        return month_of(following.year, following.month)
    span = (period.last - period.first).days + 1
    if span > _WEEK:
        return None
    step = 1 if span == 1 and days.weekday is None else _WEEK
    return Period(add_days(period.first, step), add_days(period.last, step), period.grain)


def counted_from(before: Phrase, phrase: Phrase, look: Outlook) -> Phrase:
    """The phrase with "the week after" and its like dated from what was said before it, and
    another hour with its day ("Tuesday at 9 is too early, 11?"); as it is where that cannot
    be."""
    if (hour := _same_day(before, phrase)) is not None:
        return hour
    shift = phrase.shift
    if shift is None or phrase.days is not None or before.days is None or not shift.days:
        return phrase
    try:
        period = _behind(before.days, shift, look)
    except OutOfCalendar:
        return phrase
    if period is None:
        return phrase
    return replace(phrase, anchor=None, shift=None, days=Days(period=period), weak=False)


def _same_day(before: Phrase, phrase: Phrase) -> Phrase | None:
    days = before.days
    if days is None or before.hours is None or before.until or not days.narrow:
        return None
    hours = phrase.hours or hours_of(phrase.loose)
    if hours is None or phrase.days is not None or phrase.anchor:
        return None
    return replace(phrase, days=days, hours=hours, loose=(), weak=False)


def _behind(days: Days, shift: timedelta, look: Outlook) -> Period | None:
    period = resolve(days, look).period
    if period is None:
        return None
    step = shift.days
    span = (period.last - period.first).days + 1
    if span <= _WEEK and (span == 1 or step % _WEEK == 0):
        return Period(add_days(period.first, step), add_days(period.last, step), period.grain)
    if step < 0 or span > _LONGEST_MONTH:
        return None
    return Period(add_days(period.last, 1), add_days(period.last, step), "day")


def apart(phrase: Phrase, look: Outlook) -> Iterator[Phrase]:
    """What is ruled out, and the wish behind it that counts from it: "(not) next week, the
    week after"."""
    if phrase.shift is None or phrase.days is None:
        yield phrase
        return
    denied = replace(phrase, anchor=None, shift=None)
    yield denied
    counted = counted_from(denied, replace(phrase, days=None), look)
    if counted.days is not None:
        yield counted
