"""Lengths of time in a row of marks: "two and a half hours", "1h30", "שבועיים", "et par dager"."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from parsing.when_marks import Marks

Unit = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]

UNITS: tuple[Unit, ...] = (
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
)
_LARGEST = Decimal(100_000)
_FEW = Decimal(3)
_HALF, _QUARTER = Decimal("0.5"), Decimal("0.25")


@dataclass(frozen=True, slots=True)
class Length:
    """Terms of falling units ("2 years and 3 months"); never empty, counts not negative."""

    terms: tuple[tuple[Decimal, Unit], ...]

    @property
    def unit(self) -> Unit:
        """The smallest unit that was said."""
        return self.terms[-1][1]


def read_span(marks: Marks, at: int, *, bare: bool = False) -> tuple[Length, int] | None:
    """The length that begins at a mark, and the place behind it.

    `bare` admits a unit without a number ("za godzinę"): one of it.
    """
    term = _term(marks, at, bare=bare) or _hours_and_minutes(marks, at)
    if term is None:
        term = _term(marks, at, bare=True)  # "uro in pol": the half counts the unit
        if term is None or _half_behind(marks, term) is None:
            return None
    terms, at = [term[0]], term[1]
    while len(terms) < 6:
        following = _next_term(marks, at, terms[-1])
        if following is None:
            break
        extra, at = following
        if extra[1] == terms[-1][1]:
            terms[-1] = (terms[-1][0] + extra[0], extra[1])
        else:
            terms.append(extra)
    return Length(tuple(terms)), at


def in_length_form(marks: Marks, end: int) -> bool:
    """Whether the unit before `end` is in the case that says for how long ("45 minuutiksi")."""
    ending = marks.words.setting("length_ending")
    return ending is not None and marks[end - 1].text.endswith(ending)


Term = tuple[Decimal, Unit]


def _hours_and_minutes(marks: Marks, at: int) -> tuple[Term, int] | None:
    """ "1h30"."""
    clock = marks.get(at, "clock")
    if clock is None or clock[3][0] not in "ht":
        return None
    return (Decimal(clock[0] * 60 + clock[1]), "minute"), at + 1


def _half_behind(marks: Marks, term: tuple[Term, int]) -> tuple[Term, int] | None:
    unit, at = term
    return _half_more(marks, at + 1, unit) if marks.has(at, "and") else None


def _term(marks: Marks, at: int, *, bare: bool) -> tuple[Term, int] | None:
    counted = marks.get(at, "count_unit")
    times = marks.get(at, "number")
    if counted is None and times in (1, _HALF):  # "en halvtime", "חצי השנה הקרובה"
        counted = marks.get(at + 1, "count_unit")
        at = at + 1 if counted is not None else at
    if counted is not None:
        count, named = str(counted).split()
        return _of(Decimal(count) * (_HALF if times == _HALF else 1), named), at + 1
    at = marks.skip(at, "about", most=1)
    quantity = _quantity(marks, at)
    if quantity is not None:
        number, behind = quantity
        counted_unit, behind = _unit(marks, behind, glued=True)
        quarters = marks.has(behind - 1, "quarter") and marks.words.setting("quarter_hours")
        if counted_unit is None and quarters:  # "tre kvarter", "kwadrans"
            return _of(number, "hour"), behind
        numbered = number > 1 and marks.is_text(
            behind - 1, *(marks.words.setting("week_forms") or ())
        )  # "w 12 tygodniu": the twelfth week, no length
        if counted_unit is not None and number <= _LARGEST and not numbered:
            return _of(number, counted_unit), behind
        return None
    article = marks.is_text(at, *(marks.words.setting("articles") or ()))
    unit, behind = _unit(marks, at + article, glued=False)
    if unit is not None and (bare or article):
        one = marks.words.setting("one_behind") and marks.get(behind, "number") == 1
        return _of(Decimal(1), unit), behind + bool(one)  # "שעה אחת"
    return None


def _of(count: Decimal, unit: str) -> Term:
    if unit == "fortnight":
        return count * 2, "week"
    return count, cast(Unit, unit)


def _quantity(marks: Marks, at: int) -> tuple[Decimal, int] | None:
    """A count of something, with the words that may stand between it and its unit."""
    value = _number(marks, at)
    if value is None:
        part = _part(marks, at)
        if part is None:
            return None
        value, at = part, at + 1
    else:
        at += 1
        joined = _fraction_behind(marks, at)
        if joined is not None:
            value, at = value + joined[0], joined[1]
        else:
            part = _part(marks, at)
            if part is not None and marks.has(at, "quarter"):
                value, at = value * part, at + 1  # "three quarters of an hour"
    at = marks.skip(at, "more", most=1)
    in_parts = value != int(value) or marks.has(at - 1, "quantity", "few", "half", "quarter")
    if in_parts:  # "half of an hour", "a couple of weeks"
        at = marks.skip(at, "of", most=1)
        if marks.is_text(at, *(marks.words.setting("articles") or ())):
            at += 1
    return value, at  # what is left is a rate: "20 a month", "200 i måneden"


def _number(marks: Marks, at: int) -> Decimal | None:
    mark = marks[at]
    if "number" in mark.values:
        return Decimal(mark.values["number"])
    if "few" in mark.values:
        return _FEW
    if "int" in mark.values and "ordinal" not in mark.values:
        return Decimal(mark.values["int"][0])
    if "decimal" in mark.values:
        return Decimal(mark.values["decimal"])
    if "dm" in mark.values and mark.values["dm"][2] == "/":
        top, bottom, _ = mark.values["dm"]
        return Decimal(top) / Decimal(bottom) if top < bottom <= 8 else None
    return None


def _part(marks: Marks, at: int) -> Decimal | None:
    if marks.has(at, "half"):
        return _HALF
    return _QUARTER if marks.has(at, "quarter") else None


def _fraction_behind(marks: Marks, at: int) -> tuple[Decimal, int] | None:
    """ "and a half", "and three quarters" behind a count."""
    if not marks.has(at, "and"):
        return None
    at = marks.skip(at + 1, "fill", most=1)
    times = _number(marks, at)
    if times is not None and times < 1:
        return times, at + 1
    behind = at + 1 if times is not None else at
    part = _part(marks, behind)
    if part is None:
        return None
    return part * (times if times is not None else 1), behind + 1


def _unit(marks: Marks, at: int, *, glued: bool) -> tuple[str | None, int]:
    unit = marks.get(at, "unit")
    if unit is None and glued:
        unit = marks.get(at, "unit_short")
    if unit not in UNITS and unit != "fortnight":
        return None, at
    abbreviated = len(marks[at].text) <= 5 and not marks[at + 1].spaced
    return unit, at + 2 if abbreviated and marks.is_text(at + 1, ".") else at + 1


def _next_term(marks: Marks, at: int, last: Term) -> tuple[Term, int] | None:
    joined = marks.has(at, "and") or marks.is_text(at, ",")
    after = at + 1 if joined else at
    term = _term(marks, after, bare=False)
    if term is not None:
        smaller = UNITS.index(term[0][1]) < UNITS.index(last[1])
        return term if smaller else None
    if joined:
        half = _half_more(marks, after, last)
        if half is not None:
            return half
    count = _number(marks, after)
    if last[1] == "hour" and count is not None and 1 < count < 60 and count == int(count):
        if marks.has(after, "clock", "dm") or _says_clock(marks, after + 1):
            return None
        return (count, "minute"), after + 1
    return None


def _says_clock(marks: Marks, at: int) -> bool:
    return marks.has(at, "am", "pm", "oclock", "month", "unit")


def _half_more(marks: Marks, at: int, last: Term) -> tuple[Term, int] | None:
    """The "and a half" that stands behind the unit ("an hour and a half")."""
    at = marks.skip(at, "fill", most=1)
    value = _number(marks, at)
    if value is None:
        value = _part(marks, at)
    if value is None or not 0 < value < 1 or marks.has(at + 1, "unit"):
        return None
    return (value, last[1]), at + 1
