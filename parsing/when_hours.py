"""What a phrase says about the time of day, and how an hour without am or pm is meant.

A bare hour maps to office hours: one to six are afternoon, seven to twelve as said. A part
of day, "am" or "pm", the other end of a range or a written zero decide before that.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal

from parsing.values import Clock, Grain, PartOfDay
from parsing.when_periods import OutOfCalendar

Half = Literal["am", "pm"]

PARTS: dict[str, tuple[time, time | None]] = {
    "early_morning": (time(4), time(9)),
    "morning": (time(4), time(12)),
    "noon": (time(12), time(14)),
    "afternoon": (time(12), time(19)),
    "evening": (time(18), None),
    "night": (time(21), None),
}
_MORNING = ("early_morning", "morning")
LAST_BARE_AFTERNOON = 6  # a bare hour up to here is meant in the afternoon
_FIRST_OFFICE_HOUR = 7


@dataclass(frozen=True, slots=True)
class Tick:
    """One time on the clock face. `sure` when it is not to be moved to the afternoon."""

    hour: int
    minute: int = 0
    second: int = 0
    sure: bool = False
    grain: Grain = "hour"

    @property
    def valid(self) -> bool:
        return 0 <= self.hour <= 24 and 0 <= self.minute < 60 and 0 <= self.second < 60

    @property
    def minutes(self) -> int:
        return self.hour % 24 * 60 + self.minute

    def halved(self, half: Half) -> "Tick | None":
        """The tick in the half of the day said; None where it cannot be ("15 am")."""
        if self.hour > 12 or (self.sure and self.hour == 0):
            return replace(self, sure=True) if half == "pm" and self.hour > 12 else None
        hour = self.hour % 12 + (12 if half == "pm" else 0)
        return replace(self, hour=hour, sure=True)

    def back(self, minutes: int) -> "Tick":
        """So many minutes earlier (later when negative), on the same face."""
        left = (self.hour * 60 + self.minute - minutes) % (24 * 60)
        hour, minute = divmod(left, 60)
        if not self.sure and self.hour <= 12 and hour == 0:
            hour = 12
        if not self.sure and self.hour <= 12 and hour > 12:
            hour -= 12
        return replace(self, hour=hour, minute=minute, grain="minute")

    def time(self) -> time:
        return time(self.hour % 24, self.minute, self.second)


@dataclass(frozen=True, slots=True)
class Hours:
    """Constraints on the time of day. `exact` excludes `lower` and `upper`. `zone` is that
    of a time said in another zone ("16:00 CET")."""

    exact: Tick | None = None
    lower: Tick | None = None
    upper: Tick | None = None
    part: PartOfDay | None = None
    half: Half | None = None
    about: bool = False
    zone: tzinfo | None = None

    @property
    def bare(self) -> bool:
        """Whether only a part of day was said."""
        return self.exact is None and self.lower is None and self.upper is None


def meet(one: Hours, other: Hours) -> Hours | None:
    """Both at once, or None when they contradict each other."""
    if one.exact and other.exact and one.exact != other.exact:
        one, other = (_at_noon(one), other) if _named_noon(one) else (one, _at_noon(other))
        if one.exact and other.exact:
            return None
    if one.part and other.part and one.part != other.part:
        part = _closer(one.part, other.part)
        if part is None:
            return None
    else:
        part = one.part or other.part
    if (one.exact and (other.lower or other.upper)) or (other.exact and (one.lower or one.upper)):
        return None
    if (one.lower and other.lower) or (one.upper and other.upper):
        return None
    return Hours(
        exact=one.exact or other.exact,
        lower=one.lower or other.lower,
        upper=one.upper or other.upper,
        part=part,
        half=one.half or other.half,
        about=one.about or other.about,
        zone=one.zone or other.zone,
    )


def _named_noon(hours: Hours) -> bool:
    return hours.part == "noon" and hours.exact is not None and hours.exact.hour == 12


def _at_noon(hours: Hours) -> Hours:
    """ "noon" beside a time only says which half of the day it is in."""
    return replace(hours, exact=None) if _named_noon(hours) else hours


def _closer(one: PartOfDay, other: PartOfDay) -> PartOfDay | None:
    pair = {one, other}
    if pair == {"early_morning", "morning"}:
        return "early_morning"
    if pair == {"evening", "night"}:
        return "night"
    if pair == {"noon", "afternoon"}:
        return "afternoon"
    return None


def settle(hours: Hours, *, office_hours: bool) -> Hours:
    """The same hours with every tick made sure."""
    exact, lower, upper = hours.exact, hours.lower, hours.upper
    if exact is not None:
        return replace(hours, exact=_one(exact, hours, office_hours=office_hours))
    if lower is not None and upper is not None:
        lower, upper = _both(lower, upper, hours, office_hours=office_hours)
    elif lower is not None:
        lower = _one(lower, hours, office_hours=office_hours)
    elif upper is not None:
        upper = _one(upper, hours, office_hours=office_hours)
    return replace(hours, lower=lower, upper=upper)


def _one(tick: Tick, hours: Hours, *, office_hours: bool) -> Tick:
    if tick.sure or tick.hour > 12 or tick.hour == 0:
        return replace(tick, sure=True)
    if hours.half is not None:
        return tick.halved(hours.half) or tick
    if hours.part is not None:
        return by_part(tick, hours.part)
    if office_hours and tick.hour <= LAST_BARE_AFTERNOON:
        return replace(tick, hour=tick.hour + 12, sure=True)
    return replace(tick, sure=True)


def by_part(tick: Tick, part: PartOfDay) -> Tick:
    """The tick in the part of day said with it ("2 in the afternoon")."""
    hour = tick.hour
    if tick.sure or hour > 12 or hour == 0:
        return replace(tick, sure=True)
    if part in _MORNING:
        return replace(tick, sure=True)
    if part == "night" and (hour == 12 or hour < 5):
        return replace(tick, hour=hour % 12, sure=True)
    if part == "noon" and hour in (10, 11):
        return replace(tick, sure=True)
    return replace(tick, hour=hour % 12 + 12, sure=True)


def _both(lower: Tick, upper: Tick, hours: Hours, *, office_hours: bool) -> tuple[Tick, Tick]:
    if not upper.sure and (hours.half or hours.part):
        upper = _one(upper, hours, office_hours=office_hours)
        if hours.part in _MORNING and upper.minutes < lower.minutes and upper.hour < 12:
            upper = replace(upper, hour=upper.hour + 12)
    if lower.sure or lower.hour > 12:
        first = replace(lower, sure=True)
    elif upper.sure or upper.hour > 12:
        same_half = replace(
            lower, hour=lower.hour % 12 + (12 if upper.hour >= 12 else 0), sure=True
        )
        plain = replace(lower, sure=True)
        first = same_half if same_half.minutes < upper.minutes else plain
        if (
            hours.half is None
            and lower.hour >= _FIRST_OFFICE_HOUR
            and plain.minutes < upper.minutes
        ):
            first = plain if lower.hour <= 12 and upper.hour > 12 and not hours.part else first
    else:
        first = _one(lower, hours, office_hours=office_hours)
    last = upper
    if not upper.sure and upper.hour <= 12:
        last = replace(upper, sure=True)
        if last.minutes <= first.minutes and last.hour < 12:
            last = replace(last, hour=last.hour + 12)
    return first, replace(last, sure=True)


def moved(hours: Hours, now: datetime, day: date | None = None) -> Hours:
    """Times said in another zone, in the zone of `now` on that day. Raises OutOfCalendar
    where they fall on another day here."""
    if hours.zone is None:
        return hours
    base = day or now.date()

    def local(tick: Tick | None) -> Tick | None:
        if tick is None:
            return None
        said = datetime.combine(base, tick.time(), tzinfo=hours.zone)
        here = said.astimezone(now.tzinfo)
        if day is not None and here.date() != day:
            raise OutOfCalendar(said)  # asked again rather than booked on the wrong day
        return replace(tick, hour=here.hour, minute=here.minute, sure=True, grain="minute")

    return replace(
        hours,
        exact=local(hours.exact),
        lower=local(hours.lower),
        upper=local(hours.upper),
        zone=None,
    )


def offset(written: str) -> timezone | None:
    """A zone from "+01:00", "-0500" or "z"."""
    if written in ("z", ""):
        return UTC if written else None
    digits = written[1:].replace(":", "")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if span >= timedelta(hours=15):
        return None
    return timezone(-span if written[0] == "-" else span)


def clock(hours: Hours) -> Clock:
    """The settled hours as a wish's clock; a part of day brings its usual bounds."""
    not_before, before = PARTS[hours.part] if hours.part else (None, None)
    if hours.exact is not None:
        at = hours.exact.time()
        return Clock(exact=at, not_before=at, part=hours.part, about=hours.about)
    if hours.lower is not None:
        not_before = hours.lower.time()
        before = before if before is not None and before > not_before else None
    if hours.upper is not None:
        before = hours.upper.time() if hours.upper.minutes else None
        if not_before is not None and before is not None and not_before >= before:
            not_before = hours.lower.time() if hours.lower is not None else None
    return Clock(not_before=not_before, before=before, part=hours.part, about=hours.about)
