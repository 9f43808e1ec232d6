"""Points and stretches counted from now or from a date: "in two weeks", "3 päivän kuluttua",
"pred 3 dnevi", "within a month", "the next three days", "a week from Monday"."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from parsing.when_ahead import SMALL, SPREAD, length_of, moved, point, stretch
from parsing.when_clock import read_clock
from parsing.when_counted import read_counted_units
from parsing.when_days import Days
from parsing.when_found import Found
from parsing.when_marks import Marks
from parsing.when_periods import Period, add_days
from parsing.when_resolve import Outlook, resolve
from parsing.when_span import Length, read_span
from parsing.when_units import unit_at

Dates = Callable[[Marks, int, Outlook], "Found | None"]


_REACH = 5  # words between the verb and by how much


@dataclass(frozen=True, slots=True)
class Relative:
    """A point or stretch; `anchor` and `shift` when it is counted from another time."""

    found: Found
    anchor: str | None = None
    shift: timedelta | None = None


def read_relative(marks: Marks, at: int, look: Outlook, dates: Dates) -> Relative | None:
    """The relative time that begins at a mark. `dates` reads what it is counted from."""
    if (by := _moved_by(marks, at, look)) is not None:
        return by
    for reader in (_prefixed, read_counted_units):
        found = reader(marks, at, look)
        if found is not None:
            return Relative(found)
    return _behind(marks, at, look, dates)


def _moved_by(marks: Marks, at: int, look: Outlook) -> Relative | None:
    """ "Push it by a week", "prestavimo za dva dni": counted from what is to be moved."""
    if not marks.has(at, "by_length"):
        return None
    if not any(marks.has(before, "move_verb") for before in range(max(0, at - _REACH), at)):
        return None
    span = read_span(marks, at + 1, bare=True)
    if span is None:
        return None
    length, end = span
    sign = -1 if marks.has(end, "earlier") else 1
    end += marks.has(end, "earlier", "later")
    kind = "later" if sign > 0 else "earlier"
    return Relative(point(length, end, look, sign=sign), kind, sign * length_of(length))


def _running(marks: Marks, at: int, look: Outlook) -> Found | None:
    """ "i løpet av uka": what is left of this week; "de nærmeste dagene": a few days."""
    unit = marks.get(at, "unit")
    if marks.is_text(at, *(marks.words.setting("definite") or ())) and unit in SPREAD:
        period = unit_at(unit, 0, look)
        return Found(at + 1, Days(period=replace(period, first=look.today)))
    if unit == "day" and not marks.has(at + 1, "int", "number"):
        return Found(at + 1, Days(period=Period(look.today, add_days(look.today, 3))))
    return None


def _bare_unit(marks: Marks, at: int) -> bool:
    """ "w tydzień", "w minutę": a unit alone, where the preposition counts with it."""
    counts = marks.words.setting("on_span") == "point"
    return counts and marks.get(at, "unit") in ("second", "minute", "hour", "week", "month")


def read_span_ahead(marks: Marks, at: int, look: Outlook) -> Found | None:
    """The point that lies a length ahead of now ("after 3 days")."""
    at = marks.skip(at, "about", "fill", most=1)
    if marks.has(at, "unit"):
        return None  # "after the week" is no length
    span = read_span(marks, at)
    if span is None or marks.has(span[1], "later", "earlier", "ago"):
        return None
    found = point(span[0], span[1], look)
    return Found(found.end, found.days)


def _prefixed(marks: Marks, at: int, look: Outlook) -> Found | None:
    """A preposition, then the length."""
    kinds = ("within", "in", "before", "on")
    start = marks.skip(at, "fill", most=1, until=kinds)
    for kind in kinds:
        if not marks.has(start, kind):
            continue
        behind = marks.skip(start + 1, "about", "the", "fill", "more", most=2)
        if kind == "within" and (running := _running(marks, behind, look)) is not None:
            return running
        if marks.has(behind, "ordinal") and marks.has(behind + 1, "unit"):
            continue  # "in the second week"
        span = read_span(marks, behind, bare=kind != "on" or _bare_unit(marks, behind))
        if span is None:
            continue
        length, end = span
        if marks.has(end - 1, "quarter") and marks.has(end, "hour_word", "number", "int"):
            continue  # "za kwadrans trzecia"
        if kind == "before":
            ago = marks.has(end, "ago")  # "for 3 dager siden", folded like "før"
            if not ago and not marks.words.setting("ago_before"):
                continue
            return point(length, end + ago, look, sign=-1)
        if kind == "on":
            kind = marks.words.setting("on_span") or ""
            if not kind or (marks.has(end, "ago", "later", "earlier", "in_post")):
                continue
        end = marks.skip(end, "in_post" if kind == "in" else "ago", most=1)
        if kind != "within" and marks.has(end - 1, "ago"):
            return point(length, end, look, sign=-1)
        if marks.has(end, "within"):
            return stretch(length, end + 1, look)
        return stretch(length, end, look) if kind == "within" else point(length, end, look)
    if marks.has(start, "ago"):
        span = read_span(marks, marks.skip(start + 1, "about", most=1), bare=True)
        if span is not None:
            end = marks.skip(span[1], "ago", most=1)
            return point(span[0], end, look, sign=-1)
    return None


def _behind(marks: Marks, at: int, look: Outlook, dates: Dates) -> Relative | None:
    """The length, then what says from where it counts."""
    start = marks.skip(at, "about", "the", most=2)
    if marks.has(start, "day"):
        return None  # "today later" is no day later
    start += marks.has(start, "fill") and not marks.has(start, "number")  # "pa 1 uro prej"
    bare = not marks.has(start, "number", "int")
    span = read_span(marks, start, bare=bare)
    if span is None:
        return None
    length, end = span
    if marks.has(end, "ago"):
        return Relative(point(length, end + 1, look, sign=-1))
    if marks.has(end, "in_post"):
        return Relative(point(length, end + 1, look))
    if marks.has(end, "within_post"):
        return Relative(stretch(length, end + 1, look))
    for kind, sign in (("later", 1), ("earlier", -1)):
        if marks.has(end, kind):
            found = point(length, end + 1, look, sign=sign)
            return Relative(found, kind, sign * length_of(length))
    return _from_date(marks, length, end, look, dates)


def _from_date(
    marks: Marks, length: Length, at: int, look: Outlook, dates: Dates
) -> Relative | None:
    """ "three days after Easter", "a week from Monday", "two days before Friday"."""
    sign = 1 if marks.has(at, "after", "from", "in_post") else -1 if marks.has(at, "before") else 0
    if (
        marks.words.setting("weekday_week")
        and length.unit == "week"
        and marks.has(at + 1, "weekday")
    ):
        sign = sign or int(marks.has(at, "on"))  # British "a week on Monday"
    start = at + 1
    if not sign and marks.words.setting("weekday_week") and length.unit == "week":
        sign, start = int(marks.has(at, "day")), at  # "a week tomorrow"
    if not sign and marks.has(at, "role_from"):  # "viikko huomisesta"
        sign, start = 1, at
    if not sign:
        return None
    if length.unit in SMALL:
        return _from_clock(marks, length, start, sign)
    base = dates(marks, start, look)
    if base is None or base.days is None or base.hours is not None:
        return None
    if start == at and marks.has(base.end, "from_post"):
        return None  # "viikko maanantaista eteenpäin" is a stretch
    period = resolve(base.days, look).period
    if period is None:
        return None
    day = moved(period.first, length, sign)
    return Relative(Found(base.end, Days(period=Period(day, day))))


def _from_clock(marks: Marks, length: Length, at: int, sign: int) -> Relative | None:
    """ "15 minutes from 1pm"."""
    base = read_clock(marks, at, bare=True)
    minutes = length_of(length) / timedelta(minutes=1)
    if base is None or base[0].exact is None or minutes % 1 or minutes > 12 * 60:
        return None
    hours, end = base
    if hours.exact is None:
        return None
    return Relative(Found(end, hours=replace(hours, exact=hours.exact.back(-sign * int(minutes)))))
