"""Weeks, months, quarters, years, weekends and seasons in a row of marks, and their parts:
"next week", "the week after next", "uke 12", "Q3", "early March", "kuun lopussa"."""

from collections.abc import Callable
from datetime import date

from parsing.when_dates import day_numbers, read_year
from parsing.when_days import Days
from parsing.when_found import Found
from parsing.when_marks import Marks
from parsing.when_periods import (
    OutOfCalendar,
    Period,
    add_days,
    add_months,
    coming_season,
    holiday,
    iso_week,
    month_of,
    quarter_of,
    season_at,
    section_of,
    week_of,
    weekend_of,
    year_of,
)
from parsing.when_resolve import Outlook, resolve

WHICH = ("coming", "after_next", "upcoming", "next", "this", "last")
_STEPS = {"this": 0, "next": 1, "last": -1, "after_next": 2, "upcoming": 1}
_FEW = {"day": 3, "week": 21}
_SECTIONS = ("start", "middle", "end", "early", "late", "rest")
_SECTION_NAMES = {"early": "start", "late": "end"}


def unit_at(unit: str, step: int, look: Outlook) -> Period:
    """The unit that is now (step 0), or so many later. Raises OutOfCalendar."""
    return _UNITS[unit](step, look)


def _quarter_at(step: int, look: Outlook) -> Period:
    day = add_months(look.today.replace(day=1), step * 3)
    return quarter_of(day.year, (day.month - 1) // 3 + 1)


def _month_at(step: int, look: Outlook) -> Period:
    day = add_months(look.today.replace(day=1), step)
    return month_of(day.year, day.month)


def _day_at(step: int, look: Outlook) -> Period:
    day = add_days(look.today, step)
    return Period(day, day)


_UNITS: dict[str, Callable[[int, Outlook], Period]] = {
    "day": _day_at,
    "week": lambda step, look: week_of(add_days(look.today, 7 * step), look.week_start),
    "weekend": lambda step, look: weekend_of(add_days(look.today, 7 * step), look.week_start),
    "month": _month_at,
    "quarter": _quarter_at,
    "season": lambda step, look: season_at(look.today, step),
    "year": lambda step, look: year_of(look.today.year + step),
}


def read_which(marks: Marks, at: int) -> tuple[str | None, int]:
    """ "next", "this", "last" … and the place behind; (None, at) where nothing is said."""
    if marks.has(at, "coming"):
        return "coming", at + 1
    for which in WHICH[1:]:
        if marks.has(at, which):
            return which, at + 1
    return None, at


def read_which_behind(marks: Marks, at: int) -> tuple[str | None, int]:
    """As `read_which`, for a word behind what it speaks of: in "June next year" it is not."""
    which, end = read_which(marks, at)
    if which is not None and marks.has(end, "unit", "weekday", "month", "season"):
        return None, at
    return which, end


def read_unit(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "next week", "tydzień następny", "this weekend", "week 12", "Q3"."""
    start = marks.skip(at, "on", "the", most=2, until=WHICH)
    which, behind = read_which(marks, start)
    behind = marks.skip(behind, "about", most=1)
    if which in _STEPS and (either := _either(marks, behind, which, look)) is not None:
        return either
    unit = marks.get(behind, "unit")
    if unit not in _UNITS:
        return _numbered(marks, start, look)
    behind += 1
    if which is None:
        numbered = _numbered(marks, start, look)
        if numbered is not None:
            return numbered
        if marks.words.setting("which_behind") or marks.has(behind, "after_next"):
            which, behind = read_which(marks, behind)
    elif marks.has(behind, "after_next"):
        which, behind = "after_next", behind + 1
    if which is None:
        if unit != "weekend":
            return None
        which = "this"
    if unit == "weekend" and which == "upcoming":
        which = "this"
    if unit == "day" and which in ("coming", "next", "upcoming"):
        return Found(behind, Days(period=period_named("few day", look)))
    if which == "coming":
        which = "this" if unit == "weekend" else "next"
    period = unit_at(unit, _STEPS[which], look)
    return Found(behind, Days(period=period, past=which == "last"))


def _either(marks: Marks, at: int, which: str, look: Outlook) -> Found | None:
    """The rest of "this or next week": both."""
    other, behind = read_which(marks, at + 1) if marks.has(at, "or") else (None, at)
    unit = marks.get(behind, "unit")
    if other not in _STEPS or unit not in _UNITS:
        return None
    first, last = (unit_at(unit, _STEPS[one], look) for one in (which, other))
    if last.first <= first.last:
        return None
    return Found(behind + 1, Days(period=Period(first.first, last.last, "day")))


def _numbered(marks: Marks, at: int, look: Outlook) -> Found | None:
    """Week and quarter numbers."""
    unit = marks.get(at, "unit")
    if unit in ("week", "quarter") and marks.has(at + 1, "int"):
        number, end = marks.get(at + 1, "int")[0], at + 2
        if marks.has(end, "unit"):
            return None
    elif unit == "quarter" and marks.has(marks.skip(at + 1, "the", most=1), "ordinal"):
        end = marks.skip(at + 1, "the", most=1) + 1
        number = marks.get(end - 1, "ordinal")
    elif marks.is_text(at, "i") and _unit_behind(marks, at) == "quarter":  # "I kwartał"
        unit, number, end = "quarter", 1, marks.skip(at + 1, "dot", most=1) + 1
    elif marks.has(at, "quarter_letter") and marks.has(at + 1, "int"):
        unit, number, end = "quarter", marks.get(at + 1, "int")[0], at + 2
    elif marks.has(at, "int") and marks.is_text(at + 1, *(marks.words.setting("week_forms") or ())):
        unit, number, end = "week", marks.get(at, "int")[0], at + 2
    elif marks.has(at, "ordinal") and _unit_behind(marks, at) in ("week", "quarter"):
        unit, number = _unit_behind(marks, at), marks.get(at, "ordinal")
        end = marks.skip(at + 1, "dot", most=1) + 1
        if unit == "week" and (number < 6 or marks.has(end, "of", "on", "month")):
            return None
    elif marks.has(at, "int") and marks.has(at + 1, "quarter_letter") and not marks[at + 1].spaced:
        unit, number, end = "quarter", marks.get(at, "int")[0], at + 2
    else:
        return _year_first(marks, at, look)
    year, end = read_year(marks, end, look)
    period = _week_number(number, year, look) if unit == "week" else _quarter(number, year, look)
    return Found(end, Days(period=period)) if period is not None else None


def _unit_behind(marks: Marks, at: int) -> str | None:
    """The unit that an ordinal, with its dot where it has one, stands before."""
    unit = marks.get(marks.skip(at + 1, "dot", most=1), "unit")
    return str(unit) if unit is not None else None


def _year_first(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "2027 Q3": the year in front of its quarter."""
    letter = at + 1
    if not (marks.has(at, "int") and marks.has(letter, "quarter_letter")):
        return None
    if marks[letter + 1].spaced or not marks.has(letter + 1, "int"):
        return None
    year, end = read_year(marks, at, look)
    if year is None or end != letter:
        return None
    period = _quarter(marks.get(letter + 1, "int")[0], year, look)
    return Found(letter + 2, Days(period=period)) if period is not None else None


def _week_number(number: int, year: int | None, look: Outlook) -> Period | None:
    if not 1 <= number <= 53:
        return None
    period = iso_week(year or look.today.isocalendar().year, number)
    if year is None and period.last < look.today:
        period = iso_week(look.today.isocalendar().year + 1, number)
    return period


def _quarter(number: int, year: int | None, look: Outlook) -> Period | None:
    if not 1 <= number <= 4:
        return None
    period = quarter_of(year or look.today.year, number)
    if year is None and period.last < look.today:
        period = quarter_of(look.today.year + 1, number)
    return period


# seasons and holidays ------------------------------------------------------------------


def read_season(marks: Marks, at: int, look: Outlook) -> Found | None:
    start = marks.skip(at, "on", "the", most=2, until=WHICH)
    which, behind = read_which(marks, start)
    season = marks.get(behind, "season")
    if season is None:
        return None
    weak = "season" in marks[behind].weak and start == at and which is None
    after, end = read_which(marks, behind + 1)
    which = which or after
    year, end = read_year(marks, end, look)
    period = coming_season(look.today, season)
    step = {"last": -1, "next": 1 if period.first <= look.today else 0}.get(which or "", 0)
    period = coming_season(date(period.first.year + step, period.first.month, 28), season)
    if year is not None:
        period = coming_season(date(year, period.first.month, 28), season)
    return Found(end, Days(period=period, past=which == "last"), weak=weak)


def read_holiday(marks: Marks, at: int, look: Outlook) -> Found | None:
    start = marks.skip(at, "on", "the", most=2, until=WHICH)
    which, behind = read_which(marks, start)
    rule = marks.get(behind, "holiday")
    if rule is None:
        return None
    end = behind + 1
    year, end = read_year(marks, end, look)
    if year is None:
        linked = marks.skip(end, "of", "on", most=2)
        found = read_unit(marks, linked, look)
        if found and found.days and found.days.period and found.days.period.grain == "year":
            year, end = found.days.period.first.year, found.end
    if year is None:
        periods = [_near_today(one, look, last=which == "last") for one in rule.split(" or ")]
        period = sorted(periods, key=_begins)[-1 if which == "last" else 0]
        return Found(end, Days(period=period, past=which == "last"))
    return Found(end, Days(period=holiday(rule.split(" or ")[0], year), past=which == "last"))


def _begins(period: Period) -> date:
    return period.first


def _near_today(rule: str, look: Outlook, *, last: bool) -> Period:
    """The holiday's next days, or its last ones before today."""
    year = look.today.year
    if last:
        return holiday(rule, year - (holiday(rule, year).first >= look.today))
    return holiday(rule, year + (holiday(rule, year).last < look.today))


def read_day_within(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "the 20th of next month", "20 of this month", "ב-3 לחודש"."""
    start = marks.skip(at, "on", "the", "at_weak", most=2, until=WHICH)
    for day, behind, ordinal in day_numbers(marks, start):
        linked = marks.skip(behind, "dayword", "of", "on", "the", most=3, until=WHICH)
        if linked == behind:
            continue
        found = read_unit(marks, linked, look)
        period = found.days.period if found is not None and found.days is not None else None
        if found is None and marks.get(linked, "unit") == "month" and linked > behind:
            found, period = Found(linked + 1), unit_at("month", 0, look)
            if not ordinal and not marks.has(linked - 1, "of", "the"):
                continue
        if found is not None and period is not None and period.grain == "month":
            if period.first <= look.today <= period.last and not marks.has(linked, "this"):
                return Found(found.end, Days(day=day))
            return Found(found.end, Days(day=day, period=period))
    return None


# parts of a period ---------------------------------------------------------------------


def read_container(marks: Marks, at: int, look: Outlook) -> Found | None:
    """A period that something is counted in: a month, "next month", "the week", a year."""
    month = read_month(marks, at, look)
    if month is not None:
        period = resolve(month.days or Days(), look).period
        return Found(month.end, Days(period=period))
    for reader in (read_unit, read_season):
        found = reader(marks, at, look)
        if found is not None:
            return found
    start = marks.skip(at, "on", "the", most=2, until=WHICH)
    unit = marks.get(start, "unit")
    if unit in ("week", "month", "quarter", "year"):
        return Found(start + 1, Days(period=unit_at(unit, 0, look)))
    period_word = marks.get(start, "period")
    if period_word is not None and period_word.split()[0].lstrip("-").isdigit():
        return Found(start + 1, Days(period=period_named(period_word, look)))
    year, end = read_year(marks, start, look)
    return Found(end, Days(period=year_of(year))) if year is not None else None


def period_named(word: str, look: Outlook) -> Period:
    """The period of a lexicon value: "1 week" is next week, "end month" the end of this one."""
    which, unit = word.split()
    if which == "few":
        return Period(look.today, add_days(look.today, _FEW[unit]))
    if which.lstrip("-").isdigit():
        return unit_at(unit, int(which), look)
    if unit == "day":
        return unit_at("day", 0, look)
    part = section_of(unit_at(unit, 0, look), which, look.today)
    if part.last > look.today or which == "rest" or look.prefer == "past":
        return part
    return section_of(unit_at(unit, 1, look), which, look.today)


def read_month(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "March", "next March", "March after next", "March 2027"."""
    start = marks.skip(at, "on", "the", most=2, until=WHICH)
    which, behind = read_which(marks, start)
    month = marks.get(behind, "month")
    if month is None:
        return None
    end = behind + 1
    after, end = read_which_behind(marks, end)
    which = which or after
    year, end = read_year(marks, end, look)
    step = which if which in ("next", "last", "after_next") else None
    announced = any(marks.has(one, "on") for one in range(at, start))
    told = which is not None or year is not None or announced  # "the march of progress"
    if marks.has(behind, "known") and which is None and year is None:
        return None  # an everyday word too: "umówmy się" is no August
    weak = "month" in marks[behind].weak and not told
    days = Days(month=month, month_which=step, year=year, past=which == "last")  # type: ignore[arg-type]
    return Found(end, days, weak=weak)


def read_section(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "end of the month", "early next week", "beginning of May", "kuun lopussa"."""
    start = marks.skip(at, "on", "the", "about", most=3, until=_SECTIONS)
    section = next((name for name in _SECTIONS if marks.has(start, name)), None)
    if section is None:
        return _section_behind(marks, at, look)
    behind = marks.skip(start + 1, "of", "the", "about", "on", most=3, until=WHICH)
    container = read_container(marks, behind, look)
    if container is None:
        return None
    return _sectioned(_coming_unit(marks, behind, container, section, look), section, look)


def read_section_whole(marks: Marks, at: int, look: Outlook) -> Found | None:
    """The month or year that a part is said of ("end of October"), with the place behind it."""
    start = marks.skip(at, "on", "the", "about", most=3, until=_SECTIONS)
    if marks.has(start, *_SECTIONS):
        behind = marks.skip(start + 1, "of", "the", "about", "on", most=3, until=WHICH)
        return read_container(marks, behind, look)
    container = read_container(marks, at, look) if marks.words.setting("section_behind") else None
    if container is None or not marks.has(container.end, *_SECTIONS):
        return None
    return Found(container.end + 1, container.days)


def _section_behind(marks: Marks, at: int, look: Outlook) -> Found | None:
    if not marks.words.setting("section_behind"):
        return None
    container = read_container(marks, at, look)
    if container is None:
        return None
    section = next((name for name in _SECTIONS if marks.has(container.end, name)), None)
    if section is None:
        return None
    container = _coming_unit(marks, at, container, section, look)
    return _sectioned(Found(container.end + 1, container.days), section, look)


def _coming_unit(marks: Marks, at: int, container: Found, section: str, look: Outlook) -> Found:
    """The next week, month, quarter or year where the part of "the" one is over already and
    neither "this" nor its name was said: "at the beginning of the month" on the 20th."""
    period = container.days.period if container.days is not None else None
    spoken = range(at, container.end)
    unit = next((marks.get(place, "unit") for place in spoken if marks.has(place, "unit")), None)
    if period is None or unit is None or look.prefer == "past" or section in ("rest", "late"):
        return container
    if period != unit_at(unit, 0, look) or any(marks.has(place, *WHICH) for place in spoken):
        return container
    part = section_of(period, _SECTION_NAMES.get(section, section), look.today)
    ahead = part.last > look.today
    return container if ahead else Found(container.end, Days(period=unit_at(unit, 1, look)))


def _sectioned(container: Found, section: str, look: Outlook) -> Found | None:
    period = container.days.period if container.days is not None else None
    if period is None or period.first == period.last:
        return None
    named = _SECTION_NAMES.get(section, section)
    try:
        part = section_of(period, named, look.today)
    except OutOfCalendar:
        return None
    return Found(container.end, Days(period=part))
