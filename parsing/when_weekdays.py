"""Weekdays in a row of marks: "next Tuesday", "on Mondays", "the first Monday of May",
"3 Fridays from now", "poniedziałek po następnym"."""

from parsing.when_days import Days
from parsing.when_found import Found
from parsing.when_hours import PARTS, Hours
from parsing.when_marks import Marks
from parsing.when_periods import OutOfCalendar, Period, add_days, nth_week, nth_weekday
from parsing.when_resolve import Outlook
from parsing.when_units import (
    WHICH,
    read_container,
    read_section_whole,
    read_which,
    read_which_behind,
)

_STEP = {"next": "next", "upcoming": "next", "this": "this", "coming": "coming", "last": "last"}


def weekday_at(marks: Marks, at: int) -> int | None:
    """The weekday that a mark names, in whatever case."""
    value = marks.get(at, "weekday")
    return int(value) if value is not None else None


def read_weekday(marks: Marks, at: int, look: Outlook) -> Found | None:
    """A weekday with what says which one."""
    start = marks.skip(at, "on", "the", "at_weak", most=2, until=WHICH)
    start = marks.skip(start, "each", most=1) if marks.has(start + 1, "workday") else start
    if marks.has(start, "workday"):
        return Found(start + 1, Days(weekdays=_working_days(look)))
    if marks.has(start, "weekends"):
        return Found(start + 1, Days(weekdays=weekend(look)))
    each = marks.get(start, "weekday_each")
    if each is not None:
        return Found(start + 1, Days(weekdays=frozenset({each})))
    if marks.has(start, "each"):
        return _each(marks, start + 1, look)
    counted = _counted(marks, start, look)
    if counted is not None:
        return counted
    which, behind = read_which(marks, start)
    behind = marks.skip(behind, "dayword", most=1)
    names = marks.get(behind, "either_name")
    if names is not None:
        return Found(behind + 1, Days(names=names))
    weekday = weekday_at(marks, behind)
    if weekday is None:
        return None
    end = marks.skip(behind + 1, "dot", most=1) if not marks[behind + 1].spaced else behind + 1
    after, end = read_which_behind(marks, end)
    if after == "this" and which is None and not marks.words.setting("which_behind"):
        after, end = None, end - 1
    which = which or after
    if marks.has(end, "after_next") and which is None:
        which, end = "after_next", end + 1
    if which is None and marks.words.setting("weekday_week") and marks.is_text(end, "week"):
        which, end = "after_next", end + 1  # British "Monday week"
    step = "after_next" if which == "after_next" else _STEP.get(which or "")
    announced = any(marks.has(one, "on") for one in range(at, start))  # "the sun" is no Sunday
    told = which is not None or behind > start or (announced and not marks.has(at, "at_weak"))
    weak = "weekday" in marks[behind].weak and not told
    days = Days(weekday=weekday, which=step, past=which == "last")  # type: ignore[arg-type]
    return Found(end, days, weak=weak)


def _working_days(look: Outlook) -> frozenset[int]:
    """Monday to Friday; Sunday to Thursday where the week begins on Sunday."""
    return frozenset((look.week_start + day) % 7 for day in range(5))


def _each(marks: Marks, at: int, look: Outlook) -> Found | None:
    at = marks.skip(at, "dayword", most=1)
    weekday = weekday_at(marks, at)
    if weekday is None:
        weekday = marks.get(at, "weekday_each")
    if weekday is not None:
        return Found(at + 1, Days(weekdays=frozenset({weekday})))
    if marks.get(at, "unit") == "weekend":
        return Found(at + 1, Days(weekdays=weekend(look)))
    return None


def weekend(look: Outlook) -> frozenset[int]:
    """The days of a week that are no working days."""
    return frozenset(range(7)) - _working_days(look)


def _counted(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "3 Fridays from now": the third one ahead."""
    count = _count(marks, at)
    if count is None:
        return None
    weekday = marks.get(at + 1, "weekday_each")
    if weekday is None:
        weekday = weekday_at(marks, at + 1)
    if weekday is None or not marks.has(at + 2, "in_post") or not 1 <= count <= 52:
        return None
    ahead = (weekday - look.today.weekday()) % 7 or 7
    day = add_days(look.today, ahead + 7 * (count - 1))
    return Found(at + 3, Days(period=Period(day, day)))


def _count(marks: Marks, at: int) -> int | None:
    value = marks.get(at, "number")
    if value is None and marks.has(at, "int"):
        value = marks.get(at, "int")[0]
    return int(value) if value is not None and value % 1 == 0 else None


def read_weekday_part(marks: Marks, at: int, _look: Outlook) -> Found | None:
    """ "maanantaiaamuna", "fredagskveld": a weekday and a part of day in one word."""
    at = marks.skip(at, "on", "the", most=2, until=WHICH)
    value = marks.get(at, "weekday_part")
    if value is None:
        return None
    weekday, part = str(value).split()
    if part not in PARTS:
        return None
    return Found(at + 1, Days(weekday=int(weekday)), Hours(part=part))  # type: ignore[arg-type]


# the nth of something ------------------------------------------------------------------


def read_nth(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "the first Monday of May", "last day of October 2027", "maaliskuun viimeinen maanantai"."""
    start = marks.skip(at, "on", "the", most=2, until=WHICH)
    core = _nth_core(marks, start)
    if core is not None:
        nth, kind, weekday, behind = core
        whole = read_section_whole(marks, behind + marks.is_text(behind, ","), look)
        behind = marks.skip(behind, "of", "on", "the", most=3, until=WHICH)
        container = whole or read_container(marks, behind, look)
        if container is None or container.weak:
            return None
        return _nth_in(container, nth, kind, weekday, look)
    counted_behind = _nth_behind(marks, start, look)
    if counted_behind is not None:
        return counted_behind
    container = read_section_whole(marks, at, look)  # "end of October, last week"
    link = container.end + marks.is_text(container.end, ",") if container is not None else at
    if container is None or not marks.has(marks.skip(link, "the", most=1), "last", "unit"):
        container = read_container(marks, at, look)
        link = container.end if container is not None else at
    if container is None:
        return None
    core = _nth_core(marks, marks.skip(link, "of", "the", most=1))
    if core is None:
        return None
    nth, kind, weekday, behind = core
    return _nth_in(Found(behind, container.days), nth, kind, weekday, look)


def _nth_behind(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "יום שני הראשון של מאי": the count behind what is counted."""
    weekday = weekday_at(marks, at)
    week = marks.get(at, "unit") == "week"  # "השבוע הראשון של מאי"
    if (weekday is None and not week) or not marks.words.setting("which_behind"):
        return None
    place = marks.skip(at + 1, "the", most=1, until=("last",))
    nth = -1 if marks.has(place, "last") else marks.get(place, "ordinal")
    linked = marks.skip(place + 1, "of", "on", "the", most=2)
    if nth is None or linked == place + 1:
        return None
    container = read_container(marks, linked, look)
    kind = "week" if weekday is None else "weekday"
    return _nth_in(container, nth, kind, weekday or 0, look) if container is not None else None


def _nth_core(marks: Marks, at: int) -> tuple[int, str, int, int] | None:
    """(nth, what is counted, the weekday, the place behind)."""
    nth = marks.get(at, "ordinal")
    if nth is None and marks.has(at, "last"):
        nth, at = -1, at + 1
    elif marks.get(at, "unit") in ("day", "week") and marks.words.setting("which_behind"):
        last = marks.skip(at + 1, "the", most=1, until=("last",))
        return (-1, marks.get(at, "unit"), 0, last + 1) if marks.has(last, "last") else None
    elif nth is not None:
        at += 1
        if marks.has(at, "nth_last"):
            nth, at = -nth, at + 1
    else:
        return None
    at = marks.skip(at, "dayword", most=1) if weekday_at(marks, at + 1) is not None else at
    weekday = weekday_at(marks, at)
    if weekday is not None:
        return nth, "weekday", weekday, at + 1
    if marks.has(at, "dayword"):
        return nth, "day", 0, at + 1
    if marks.has(at, "week_of"):
        return nth, "week", 0, at + 1
    unit = marks.get(at, "unit")
    return (nth, unit, 0, at + 1) if unit in ("day", "week", "weekend") else None


def _nth_in(container: Found, nth: int, kind: str, weekday: int, look: Outlook) -> Found | None:
    period = container.days.period if container.days is not None else None
    if period is None or not -60 <= nth <= 366:
        return None
    try:
        found = _place(period, nth, kind, weekday, look)
    except OutOfCalendar:
        return None
    return Found(container.end, Days(period=found))


def _place(period: Period, nth: int, kind: str, weekday: int, look: Outlook) -> Period:
    if kind == "week":
        return nth_week(period, nth, look.week_start)
    if kind == "weekend":
        saturday = nth_weekday(period, nth, 5)
        return Period(saturday, add_days(saturday, 1))
    if kind == "weekday":
        day = nth_weekday(period, nth, weekday)
    elif nth > 0:
        day = add_days(period.first, nth - 1)
    else:
        day = add_days(period.last, nth + 1)
    if not period.first <= day <= period.last:
        raise OutOfCalendar(nth)
    return Period(day, day)
