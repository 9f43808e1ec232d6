"""Dates with a day number in a row of marks: "3.4.", "2026-04-03", "3 April", "the 3rd of next month"."""

import re
from collections.abc import Iterator

from parsing.when_days import Days
from parsing.when_found import Found
from parsing.when_marks import Marks
from parsing.when_resolve import Outlook

_NTH = range(1, 6)  # so many Mondays a month can have
_LINKS = ("of", "the", "dot")
_BEHIND_AN_HOUR = ("unit", "unit_short", "am", "pm", "oclock")


def read_numeric(marks: Marks, at: int, look: Outlook) -> Found | None:
    """A date in digits. With a dot between two numbers a time is possible too: the caller
    reads a clock first where one is announced."""
    values = marks[at].values
    if "ymd" in values:
        year, month, day = values["ymd"]
        return Found(_behind_iso(marks, at + 1), Days(year=year, month=month, day=day))
    if "dmy" in values:
        first, second, year, separator = values["dmy"]
        days = _ordered(first, second, separator, marks, look)
        return Found(at + 1, Days(year=year, month=days.month, day=days.day, swapped=days.swapped))
    if "dm" in values and not _is_decimal(marks, at):
        first, second, separator = values["dm"]
        weak = separator == "-" or (separator == "." and not marks.words.setting("dot_dates"))
        if separator == "." and not marks.words.setting("dot_dates"):
            return None
        return Found(at + 1, _ordered(first, second, separator, marks, look), weak=weak)
    for kind in ("ym", "my"):
        if kind in values:
            year, month = values[kind]
            return Found(at + 1, Days(year=year, month=month))
    return None


def _behind_iso(marks: Marks, at: int) -> int:
    """Behind the "T" of 2026-04-03T15:00."""
    return at + 1 if marks.is_text(at, "t") and marks.has(at + 1, "clock") else at


def _is_decimal(marks: Marks, at: int) -> bool:
    return marks.has(at + 1, "unit", "unit_short") and not marks.has(at + 1, "oclock")


def _ordered(first: int, second: int, separator: str, marks: Marks, look: Outlook) -> Days:
    """Day and month by the language's order, the other way where only that is a date."""
    if first > 12:
        return Days(day=first, month=second)
    if second > 12:
        return Days(day=second, month=first)
    settled = marks.words.setting("day_first") or (separator[:1] == "." and look.day_first is None)
    if settled or look.day_first:
        return Days(day=first, month=second)
    if look.day_first is None:
        return Days(day=first, month=second, swapped=first != second)
    return Days(day=second, month=first)


# a day number and the name of a month ---------------------------------------------------


def read_month_day(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "3 April", "the third of April", "3. aprila", "April 3rd", with or without a year."""
    start = marks.skip(at, "the", "on", "at_weak", most=2)
    for day, behind, ordinal in day_numbers(marks, start):
        found = _day_then_month(marks, behind, day, look)
        if found is not None:
            return found
        if ordinal or start > at:
            break
    month = marks.get(at, "month")
    if month is None:
        return None
    behind = marks.skip(at + 1, "the", "on", "dot", most=2)
    for day, end, ordinal in day_numbers(marks, behind):
        if marks.has(end, "unit", "am", "pm", "oclock") and not ordinal:
            return None
        counted = day in _NTH and "int" not in marks[behind].values
        counted = counted and marks.has(end, "weekday", "unit")
        if counted and marks.words.setting("section_behind"):
            return None  # "huhtikuun ensimmäinen maanantai", "… viikko"
        year, end = read_year(marks, end, look, short=True)
        return Found(end, Days(day=day, month=month, year=year))
    return None


def _day_then_month(marks: Marks, at: int, day: int, look: Outlook) -> Found | None:
    end = marks.skip(at, "of", "the", "dot", "dayword", most=2)
    placed = end == at and marks.has(at, "on")
    end = end + 1 if placed else end
    month = marks.get(end, "month")
    if month is None:
        return None
    if placed and any(day_numbers(marks, marks.skip(end + 1, "the", most=1))):
        return None  # "at 3 on March 5": the number before belongs to the clock
    year, end = read_year(marks, end + 1, look, short=True)
    return Found(end, Days(day=day, month=month, year=year))


def day_numbers(marks: Marks, at: int) -> Iterator[tuple[int, int, bool]]:
    """The day of the month that a mark can be, the place behind it, and whether it is an
    ordinal; at most one."""
    values = marks[at].values
    if "ordinal" in values and 1 <= values["ordinal"] <= 31:
        yield values["ordinal"], at + 1, True
    elif "int" in values and values["int"][1] <= 2 and 1 <= values["int"][0] <= 31:
        yield values["int"][0], at + 1, False
    elif "number" in values and values["number"] % 1 == 0 and 1 <= values["number"] <= 31:
        yield int(values["number"]), at + 1, False


def read_year(
    marks: Marks, at: int, look: Outlook, *, short: bool = False
) -> tuple[int | None, int]:
    """A year that follows a date, and the place behind it; (None, at) where none does.

    `short` admits two digits of this year and the next two.
    """
    start = marks.skip(at, "year_word", "dot", "of", most=2)
    if start == at and marks.is_text(at, ","):
        start = marks.skip(at + 1, "year_word", most=1)
    if not marks.has(start, "int"):
        return None, at
    value, digits, _ = marks.get(start, "int")
    this_year = look.today.year
    if digits == 4 and 1900 <= value <= 2199:
        behind = marks.skip(start + 1, "year_word", most=1)
        return value, behind
    near = digits == 2 and start == at and 0 <= value - this_year % 100 <= 2
    if short and near and not marks.has(start + 1, "am", "pm", "oclock", "month", "unit"):
        return this_year - this_year % 100 + value, start + 1
    return None, at


def read_year_alone(marks: Marks, at: int, _look: Outlook) -> Found | None:
    """ "in 2027", "leta 2027", "2027 roku": a bare number of four digits is no year."""
    start = marks.skip(at, "on", "the", most=2)
    start = marks.skip(start, "year_word", most=1)
    if not marks.has(start, "int"):
        return None
    value, digits, _ = marks.get(start, "int")
    bound = marks.has(at - 1, "after", "before", "from", "until", "by")
    named = start > at or bound or marks.has(start + 1, "year_word")
    if digits != 4 or not 1900 <= value <= 2199 or not (named or marks.asked):
        return None
    return Found(marks.skip(start + 1, "year_word", most=1), Days(year=value))


def in_day_form(marks: Marks, at: int) -> bool:
    """Whether an ordinal stands in the case that names a day of the month ("osemnajstega");
    the small ones choose from a list as well ("drugega")."""
    form = marks.words.setting("day_form")
    if form is None or marks.get(at, "ordinal") not in range(11, 32):
        return False
    return re.search(form, marks[at].text) is not None


def read_day_of_month(marks: Marks, at: int, _look: Outlook) -> Found | None:
    """ "the 3rd", "den 3.", "3-go": strong only in digits with an ordinal's ending."""
    start = marks.skip(at, "the", "on", "at_weak", most=2)
    values = marks[start].values
    if "ordinal" in values and 1 <= values["ordinal"] <= 31:
        written = "int" in values
        if marks.has(start + 1, "oclock", "am", "pm") or marks.has(start, "hour_word"):
            return None
        behind = marks.skip(start + 1, "dayword", most=1)
        lone = (start == at or not written) and not in_day_form(marks, start)
        return Found(behind, Days(day=values["ordinal"]), weak=lone and behind == start + 1)
    if start > at and marks.has(start - 1, "the") and "int" in values:
        day, digits, _ = values["int"]
        hour = marks.has(start + 1, *_BEHIND_AN_HOUR)  # "the 3pm slot"
        if digits <= 2 and 1 <= day <= 31 and not hour:
            return Found(start + 1, Days(day=day), weak=True)
    return None
