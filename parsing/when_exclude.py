"""Taking out of a wish what was ruled out: weekdays, dates, times of day, or whole wishes."""

from dataclasses import replace

from parsing.values import Clock, When


def exclude(wish: When, ruled_out: list[When]) -> When:
    """The wish without the others.

    A bare weekday is ruled out for every week, dates and times for themselves, and a day
    with a time ("Monday morning") as a whole.
    """
    for other in ruled_out:
        for one in (replace(other, also=()), *other.also):
            wish = _without(wish, one)
    return wish


def _without(wish: When, other: When) -> When:
    has_days = other.first is not None or other.last is not None or other.weekdays is not None
    timed = other.clock != Clock()
    if has_days and timed:
        return replace(wish, excluded=(*wish.excluded, other))
    if other.weekdays is not None:
        return replace(wish, excluded_weekdays=wish.excluded_weekdays | other.weekdays)
    if other.floating and other.first is not None and not _same_weekday(wish, other):
        weekday = frozenset({other.first.weekday()})
        return replace(wish, excluded_weekdays=wish.excluded_weekdays | weekday)
    if other.first is not None and other.last is not None:
        dates = (*wish.excluded_dates, (other.first, other.last))
        return replace(wish, excluded_dates=dates)
    if other.first is None and other.last is not None and wish.first is None:
        return replace(wish, first=other.last)  # "away until Thursday"
    if has_days or other.anchor is not None:
        return replace(wish, excluded=(*wish.excluded, other))
    if timed and (bounded := _bounded(wish, other.clock)) is not None:
        return bounded
    if timed:
        return replace(wish, excluded_clock=(*wish.excluded_clock, other.clock))
    return wish


def _bounded(wish: When, ruled_out: Clock) -> When | None:
    """ "Not after four" is "before four"; None where the wish has a bound or a time there."""
    clock = wish.clock
    if wish.also or clock.exact is not None or clock.part or ruled_out.part or ruled_out.about:
        return None
    if ruled_out == Clock(not_before=ruled_out.not_before) and clock.before is None:
        return replace(wish, clock=replace(clock, before=ruled_out.not_before))
    if ruled_out == Clock(before=ruled_out.before) and clock.not_before is None:
        return replace(wish, clock=replace(clock, not_before=ruled_out.before))
    return None


def _same_weekday(wish: When, other: When) -> bool:
    """Whether another week's day of that name is wanted ("Friday is full, the next one?")."""
    if wish.first is None or wish.first != wish.last or other.first is None:
        return False
    return wish.first != other.first and wish.first.weekday() == other.first.weekday()
