"""From what is wanted to a `When`: dates looked up from now, hours settled, past recognised."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from parsing.values import Clock, Grain, When
from parsing.when_days import Days
from parsing.when_hours import Hours, Tick, clock, moved, settle
from parsing.when_periods import Period, add_days
from parsing.when_phrase import Phrase
from parsing.when_resolve import Dated, Outlook, resolve


@dataclass(frozen=True, slots=True)
class Built:
    """A wish, further readings of it (`why` says what is unclear), in the order of likelihood."""

    when: When
    others: tuple[When, ...] = ()
    why: str | None = None


def build(phrase: Phrase, look: Outlook, *, office_hours: bool, am_pm: bool) -> Built:
    """The wish of one phrase. `am_pm` makes seven o'clock unclear where clocks go to twelve.

    Raises OutOfCalendar for dates that do not exist.
    """
    hours = _hours(phrase, look, office_hours=office_hours)
    if phrase.days is None or phrase.shift is not None:
        return _without_days(phrase, hours, look, am_pm=am_pm)
    dated = resolve(phrase.days, look)
    if phrase.anchor == "later":
        phrase, dated, hours = _rest_of(phrase, dated, hours, look)
    when = _on_days(phrase, dated, hours, look)
    if dated.why is not None:
        others = tuple(
            _on_days(phrase, replace(dated, period=other), hours, look) for other in dated.others
        )
        return Built(when, others, dated.why)
    return _seven(when, phrase, am_pm=am_pm)


def _rest_of(
    phrase: Phrase, dated: Dated, hours: Hours | None, look: Outlook
) -> tuple[Phrase, Dated, Hours | None]:
    """ "later today", "later this week": what is left of it."""
    period = dated.period
    if period is None or not period.first <= look.today <= period.last:
        return phrase, dated, hours
    if period.first == period.last and hours is None:
        now = look.now
        hours = Hours(lower=Tick(now.hour, now.minute, sure=True, grain="minute"))
    rest = replace(period, first=look.today)
    return replace(phrase, anchor=None), replace(dated, period=rest), hours


def _hours(phrase: Phrase, look: Outlook, *, office_hours: bool) -> Hours | None:
    if phrase.hours is None:
        return None
    settled = settle(phrase.hours, office_hours=office_hours)
    day = None
    if settled.zone is not None and phrase.days is not None:
        period = resolve(phrase.days, look).period
        day = period.first if period is not None else None
    return moved(settled, look.now, day)


# without a day -------------------------------------------------------------------------


def _without_days(phrase: Phrase, hours: Hours | None, look: Outlook, *, am_pm: bool) -> Built:
    anchor = phrase.anchor
    when = When(
        grain=_grain(hours, "day"),
        clock=clock(hours) if hours is not None else Clock(),
        soonest=phrase.soonest,
        anchor=anchor,  # type: ignore[arg-type]
        shift=phrase.shift,
    )
    if phrase.shift is not None:  # where nothing was offered yet, it counts from now
        when = replace(when, instant=look.now.replace(tzinfo=None) + phrase.shift, clock=Clock())
    if phrase.soonest:
        when = replace(when, first=look.today)
    if phrase.now:
        when = replace(when, instant=look.now.replace(tzinfo=None), grain="second")
    if hours is not None and hours.exact is not None:
        when = replace(when, instant=_next_at(hours.exact, look))
    if phrase.length is not None:
        when = _lasting(_from_today(when, hours, look), phrase.length)
    return _seven(when, phrase, am_pm=am_pm)


def _from_today(when: When, hours: Hours | None, look: Outlook) -> When:
    """ "from 4pm for half an hour": the next 4pm."""
    if hours is None or hours.lower is None or hours.upper is not None:
        return when
    return replace(
        when,
        instant=_next_at(hours.lower, look),
        clock=replace(when.clock, exact=hours.lower.time()),
    )


def _next_at(tick: Tick, look: Outlook) -> datetime:
    """The next time that the clock shows this."""
    today = datetime.combine(look.today, tick.time())
    return today if today >= look.now.replace(tzinfo=None) else today + timedelta(days=1)


def _grain(hours: Hours | None, otherwise: Grain) -> Grain:
    if hours is None:
        return otherwise
    ticks = [tick for tick in (hours.exact, hours.lower, hours.upper) if tick is not None]
    if ticks:
        fine = [tick.grain for tick in ticks if tick.grain != "hour"]
        return fine[0] if fine else "hour"
    return "part"


def _seven(when: When, phrase: Phrase, *, am_pm: bool) -> Built:
    """ "at 7" lies outside office hours both ways: ask."""
    hours = phrase.hours
    tick = hours.exact if hours is not None else None
    if not am_pm or tick is None or hours is None or tick.sure or tick.hour != 7:
        return Built(when)
    if hours.part is not None or hours.half is not None or when.clock.exact is None:
        return Built(when)
    evening = when.clock.exact.replace(hour=19)
    later = replace(when, clock=replace(when.clock, exact=evening, not_before=evening))
    if when.instant is not None:
        later = replace(later, instant=when.instant.replace(hour=19))
    return Built(when, (later,), "am_pm")


# on days -------------------------------------------------------------------------------


def _on_days(phrase: Phrase, dated: Dated, hours: Hours | None, look: Outlook) -> When:
    first, last = (dated.period.first, dated.period.last) if dated.period else (None, None)
    grain: Grain = dated.period.grain if dated.period is not None else "day"
    if phrase.until is not None:
        last = _last_day(phrase.until, first, look)
        grain = "day" if grain in ("week", "second", "minute", "hour") else grain
    start, end = first, last
    first, last = _open_sides(phrase, first, last)
    when = When(
        grain=grain if hours is None else _grain(hours, grain),
        first=first,
        last=last,
        clock=clock(hours) if hours is not None and not phrase.edge else Clock(),
        soonest=phrase.soonest,
        anchor=phrase.anchor,  # type: ignore[arg-type]
        shift=phrase.shift,
        weekdays=dated.weekdays,
        floating=dated.floating and phrase.until is None and not phrase.anytime,
    )
    when = _with_points(when, phrase, hours, start, end)
    if phrase.length is not None:
        when = _lasting(when, phrase.length)
    return replace(when, past=_is_past(when, dated, phrase, look))


def _last_day(until: Days, first: date | None, look: Outlook) -> date | None:
    """The end of a range, looked up from its beginning ("Friday to Tuesday")."""
    seen = look
    if first is not None and first > look.today:
        eve = add_days(first, -1)
        seen = replace(look, now=look.now.replace(year=eve.year, month=eve.month, day=eve.day))
    period = resolve(until, seen if until.period is None else look).period
    return period.last if period is not None else None


def _open_sides(
    phrase: Phrase, first: date | None, last: date | None
) -> tuple[date | None, date | None]:
    if phrase.side is None or first is None or last is None:
        return first, last
    if phrase.side == "from":
        return first, None
    if phrase.side == "after":
        return (first if phrase.edge else add_days(last, 1)), None
    if phrase.side == "until":
        return None, last
    return None, (last if phrase.edge else add_days(first, -1))


def _with_points(
    when: When, phrase: Phrase, hours: Hours | None, start: date | None, end: date | None
) -> When:
    days = phrase.days
    if phrase.edge and hours is not None:
        lower = hours.lower or (hours.exact if phrase.side in ("from", "after") else None)
        upper = hours.upper or (hours.exact if phrase.side in ("before", "until") else None)
        begins = datetime.combine(start, lower.time()) if start and lower else None
        ends = datetime.combine(end, upper.time()) if end and upper else None
        return replace(when, instant=begins, ends=ends)
    if hours is not None and hours.exact is not None and start is not None and start == end:
        instant = datetime.combine(start, hours.exact.time())
        if hours.exact.hour == 24:
            instant += timedelta(days=1)
        return replace(when, instant=instant)
    if days is None or days.instant is None or days.weekday is not None or days.month is not None:
        return when
    return replace(when, instant=days.instant) if phrase.side in (None, "from") else when


def _lasting(when: When, length: timedelta) -> When:
    """ "at 3 for an hour", "from 18 December for ten days"."""
    if when.clock.exact is not None and when.instant is not None:
        return replace(when, ends=when.instant + length)
    if when.first is not None and length >= timedelta(days=1):
        return replace(when, last=add_days(when.first, length.days))
    if when.instant is None and when.first == when.last and when.clock.not_before is not None:
        begins = datetime.combine(when.first or date.min, when.clock.not_before)
        return replace(when, instant=begins, ends=begins + length)
    return when


def _is_past(when: When, dated: Dated, phrase: Phrase, look: Outlook) -> bool:
    if phrase.side in ("from", "after"):
        return False
    now = look.now.replace(tzinfo=None)
    if when.last is not None and when.last < look.today:
        return True
    if dated.past and phrase.until is None:
        return True
    if when.first == when.last == look.today:
        if when.clock.exact is not None and when.instant is not None:
            return when.instant < now
        return when.clock.before is not None and when.clock.before <= now.time()
    return False


def period_of(when: When) -> Period | None:
    """The closed dates of a wish, None where a side is open."""
    if when.first is None or when.last is None:
        return None
    return Period(when.first, when.last)
