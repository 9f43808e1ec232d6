"""A stretch of words that speaks of one time, and how what is said adds up in it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from parsing.when_days import Days
from parsing.when_days import meet as meet_days
from parsing.when_hours import PARTS, Hours, Tick, by_part
from parsing.when_hours import meet as meet_hours

Side = Literal["from", "after", "before", "until"]


@dataclass(slots=True)  # not frozen: made six times a message, that took a tenth of the time
class Phrase:
    """What marks [start, end) say. Never changed once it is made.

    `days`..`until` is a range of days; `side` an open one ("from Tuesday", "before May").
    `loose` is a number, or a range of two, that may be an hour or a day of the month.
    `weak` while nothing in it is evidence of a time by itself; `pieces` counts what was
    put together. `length` is how long it is to last. `edge` tells that the hours belong to the ends of the range of days.
    """

    start: int
    end: int
    days: Days | None = None
    until: Days | None = None
    side: Side | None = None
    hours: Hours | None = None
    loose: tuple[int, ...] = ()
    anchor: str | None = None
    shift: timedelta | None = None
    length: timedelta | None = None
    soonest: bool = False
    now: bool = False
    anytime: bool = False
    edge: bool = False
    about: bool = False
    weak: bool = True
    typo: bool = False
    pieces: int = 0

    @property
    def empty(self) -> bool:
        return not (
            self.days
            or self.hours
            or self.loose
            or self.anchor
            or self.soonest
            or self.anytime
            or self.until
        )

    @property
    def only_hours(self) -> bool:
        return self.hours is not None and self.days is None and not self.loose

    @property
    def only_anytime(self) -> bool:
        """ "All day", which is no evidence that a word beside it is a time."""
        return self.anytime and not (self.days or self.hours or self.anchor or self.loose)

    @property
    def only_days(self) -> bool:
        return self.days is not None and self.hours is None


def together(one: Phrase, other: Phrase) -> Phrase | None:
    """Both as one phrase, or None when they speak of different times."""
    if one.empty:
        return replace(other, start=min(one.start, other.start))
    if one.loose or other.loose:
        return _settled(one, other)
    days = _joined_days(one, other)
    if days is None:
        return None
    hours = one.hours or other.hours
    if one.hours and other.hours:
        if one.edge or other.edge:
            return None
        hours = meet_hours(one.hours, other.hours)
        if hours is None:
            return None
    anchor = one.anchor or other.anchor
    if one.anchor and other.anchor:
        anchor = _BESIDE_THE_DAY.get(_unshifted(one, other))
    if (anchor is None and one.anchor) or (one.anytime and other.soonest):
        return None
    return replace(
        one,
        end=other.end,
        days=days[0],
        until=days[1],
        side=days[2],
        hours=hours,
        anchor=anchor,
        shift=one.shift or other.shift,
        soonest=one.soonest or other.soonest,
        now=one.now or other.now,
        anytime=one.anytime or other.anytime,
        edge=one.edge or other.edge,
        weak=_both_weak(one, other),
        typo=one.typo or other.typo,
        pieces=one.pieces + other.pieces,
    )


def _both_weak(one: Phrase, other: Phrase) -> bool:
    if one.only_anytime or other.only_anytime:
        return one.weak or other.weak
    return one.weak and other.weak


_BESIDE_THE_DAY: dict[frozenset[str | None], str] = {
    frozenset({"same_day", "later"}): "later_same_day",
    frozenset({"same_day", "earlier"}): "earlier_same_day",
}


def _unshifted(one: Phrase, other: Phrase) -> frozenset[str | None]:
    """The anchors of both: "later" and "that day"; none where one says by how much."""
    return frozenset() if one.shift or other.shift else frozenset({one.anchor, other.anchor})


Joined = tuple[Days | None, Days | None, Side | None]


def _joined_days(one: Phrase, other: Phrase) -> Joined | None:
    if one.days is None or other.days is None:
        giver = one if one.days is not None or one.until is not None else other
        return giver.days, giver.until, giver.side
    if (one.until or one.side) and (other.until or other.side):
        return None
    ranged, plain = (one, other) if one.until or one.side else (other, one)
    if ranged.days is None or plain.days is None:
        return None
    first = meet_days(ranged.days, plain.days)
    if first is None:
        return None
    until = None
    if ranged.until is not None:
        until = meet_days(ranged.until, plain.days)
        if until is None:
            return None
    return first, until, ranged.side


def _settled(one: Phrase, other: Phrase) -> Phrase | None:
    """What a loose number means beside the other phrase."""
    loose, rest = (one, other) if one.loose else (other, one)
    if rest.loose or rest.until or rest.side:
        return None
    numbers = loose.loose
    plain = replace(loose, loose=(), start=one.start, end=other.end, weak=rest.weak and loose.weak)
    days = rest.days
    as_day = days is not None and days.day is None and days.month is not None and not days.weekday
    if days is not None and as_day and all(1 <= number <= 31 for number in numbers):
        first = replace(days, day=numbers[0])
        last = replace(days, day=numbers[1]) if len(numbers) > 1 else None
        return replace(rest, start=one.start, end=other.end, days=first, until=last, weak=False)
    hours = hours_of(numbers)
    if hours is None or rest.anchor or rest.soonest:
        return None
    hours = replace(hours, about=loose.about)
    if rest.hours is not None:
        met = meet_hours(rest.hours, hours) if rest.hours.bare else None
        return None if met is None else replace(rest, start=one.start, end=other.end, hours=met)
    if days is None or not (days.narrow or days.weekdays or one is rest):
        return None
    if days.period is None and not days.narrow and not days.weekdays:
        return None
    return replace(rest, start=plain.start, end=plain.end, hours=hours, pieces=rest.pieces + 1)


def hours_of(numbers: tuple[int, ...]) -> Hours | None:
    """One or two bare numbers as hours, None where they cannot be."""
    if not numbers or any(not 1 <= number <= 24 for number in numbers):
        return None
    ticks = [Tick(number, sure=number > 12) for number in numbers]
    if len(ticks) == 1:
        return Hours(exact=ticks[0])
    return Hours(lower=ticks[0], upper=ticks[1])


def bounded(phrase: Phrase, side: Side) -> Phrase | None:
    """ "after", "before", "from" or "until" what the phrase says."""
    if phrase.until is not None or phrase.side is not None or phrase.anchor or phrase.anytime:
        return None
    if phrase.loose:
        hours = hours_of(phrase.loose)
        if hours is None or hours.exact is None:
            return None
        phrase = replace(phrase, loose=(), hours=hours, weak=False)
    if phrase.days is not None and phrase.hours is not None:
        if phrase.hours.exact is not None and phrase.days.narrow:
            return replace(phrase, side=side, edge=True)
        hours = _bounded_hours(phrase.hours, side)
        return None if hours is None else replace(phrase, hours=hours, weak=False)
    if phrase.days is not None:
        return replace(phrase, side=side)
    if phrase.hours is not None:
        hours = _bounded_hours(phrase.hours, side)
        return None if hours is None else replace(phrase, hours=hours, weak=False)
    return None


def _bounded_hours(hours: Hours, side: Side) -> Hours | None:
    tick = hours.exact
    if tick is None and hours.part is not None and hours.bare:
        start, end = PARTS[hours.part]
        edge = end if side == "after" else start
        if edge is None:
            return None
        tick = Tick(edge.hour, edge.minute, sure=True)
        hours = Hours()
    if tick is None:
        return None
    plain = replace(hours, exact=None)
    if plain.part is not None:  # "after 2 in the afternoon": it only says which 2
        tick, plain = by_part(tick, plain.part), replace(plain, part=None)
    if side in ("from", "after"):
        return replace(plain, lower=tick)
    return replace(plain, upper=tick)


def ranged(first: Phrase, last: Phrase) -> Phrase | None:
    """From the first to the last; each lends the other what it lacks."""
    if first.until or last.until or first.side or last.side or first.anchor or last.anchor:
        return None
    start, end = first.start, last.end
    weak = first.weak and last.weak
    if first.loose and last.loose:
        numbers = (first.loose[0], last.loose[0])
        return (
            Phrase(start, end, loose=numbers, pieces=1)
            if len(first.loose + last.loose) == 2
            else None
        )
    first, last = _lend(first, last)
    if first.days is not None and last.days is not None and first.days != last.days:
        days = _range_of_days(first.days, last.days)
        edge = first.hours is not None or last.hours is not None
        hours = _range_of_hours(first.hours, last.hours) if edge else None
        if edge and hours is None:
            return None
        return Phrase(
            start, end, days=days, until=last.days, hours=hours, edge=edge, weak=weak, pieces=2
        )
    hours = _range_of_hours(first.hours, last.hours)
    if hours is None:
        return None
    days_said = first.days or last.days
    return Phrase(start, end, days=days_said, hours=hours, weak=weak, pieces=2)


def _lend(first: Phrase, last: Phrase) -> tuple[Phrase, Phrase]:
    """Numbers without meaning take that of the other end."""
    if first.loose:
        first = _like(first, last)
    if last.loose:
        last = _like(last, first)
    if first.days is not None and last.days is None and last.hours is not None and first.hours:
        last = replace(last, days=first.days)
    if last.days is not None and first.days is None and first.hours is not None and last.hours:
        first = replace(first, days=last.days)
    return first, last


def _like(loose: Phrase, other: Phrase) -> Phrase:
    number = loose.loose[0]
    if other.days is not None and other.days.day is not None and 1 <= number <= 31:
        days = replace(other.days, day=number, weekday=None)
        return replace(loose, loose=(), days=days, hours=None)
    hours = hours_of((number,))
    return replace(loose, loose=(), hours=hours) if hours is not None else loose


def _range_of_days(first: Days, last: Days) -> Days:
    """The first day with the month, year or week that only the last one names."""
    for name in ("period", "month", "year"):
        given = getattr(last, name)
        if given is not None and getattr(first, name) is None and first.period is None:
            if name == "period" and (last.period and last.period.first == last.period.last):
                continue
            if name == "month" and first.day is None:
                continue
            met = meet_days(first, Days(**{name: given}))
            first = met if met is not None else first
    return first


def _range_of_hours(first: Hours | None, last: Hours | None) -> Hours | None:
    lower = first.exact if first is not None else None
    upper = last.exact if last is not None else None
    if first is not None and lower is None:
        lower = _edge(first, start=True)
    if last is not None and upper is None:
        upper = _edge(last, start=False)
    if lower is None and upper is None:
        return None
    half = last.half if last is not None else None
    part = (last.part if last is not None else None) or (first.part if first is not None else None)
    zone = (last.zone if last else None) or (first.zone if first else None)
    if lower is not None and upper is not None and lower.sure and upper.sure:
        part = None
    return Hours(lower=lower, upper=upper, half=half, part=part, zone=zone)


def _edge(hours: Hours, *, start: bool) -> Tick | None:
    if hours.part is None:
        return None
    edge = PARTS[hours.part][0 if start else 1]
    return Tick(edge.hour, edge.minute, sure=True) if edge is not None else Tick(24, sure=True)
