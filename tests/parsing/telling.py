"""A wish in one short line, so that tests can be read as tables.

2026-03-17 @15:00          one day, one time          2026-03-17.. @14:00-   from then on
2026-03-16..2026-03-20     a range of days            @~11:00                about that time
morning                    a part of day              each tue,thu           of every week
not mon · not 2026-03-12 · not morning · not (2026-03-13 morning)            ruled out
a | b                      as good as each other      a ?why? b              unclear
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from parsing.values import Clock, Parsed, Unclear, When
from parsing.when import parse
from parsing.when_hours import PARTS

NOW = datetime(2026, 3, 11, 10, 0, tzinfo=ZoneInfo("Europe/Ljubljana"))  # a Wednesday
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def told(text: str, *, language: str, now: datetime = NOW, asked: bool = False) -> str:
    """What the text is read as."""
    return tell(parse(text, language=language, now=now, asked=asked))


def tell(read: Parsed[When] | Unclear[When] | None) -> str:
    if read is None:
        return "nothing"
    if isinstance(read, Unclear):
        return f" ?{read.why}? ".join(_wish(choice.value) for choice in read.choices)
    return _wish(read.value)


def _wish(when: When) -> str:
    if when.anytime:
        return "anytime"
    said = " | ".join(_one(one) for one in (when, *when.also))
    ruled_out = [
        *(_WEEKDAYS[day] for day in sorted(when.excluded_weekdays)),
        *(_days(first, last) for first, last in when.excluded_dates),
        *(_clock(clock) for clock in when.excluded_clock),
        *(f"({_one(one)})" for one in when.excluded),
    ]
    return " ".join([said, *(f"not {one}" for one in ruled_out)]).strip()


def _one(when: When) -> str:
    parts = []
    if when.past:
        parts.append("past")
    if when.soonest:
        parts.append("soonest")
    if when.anchor is not None:
        parts.append(when.anchor)
    if when.shift is not None:
        parts.append(_shift(when.shift))
    elif (when.first or when.last) and not when.soonest:
        parts.append(_days(when.first, when.last))
    if when.weekdays is not None:
        parts.append("each " + ",".join(_WEEKDAYS[day] for day in sorted(when.weekdays)))
    if when.clock != Clock():
        parts.append(_clock(when.clock))
    return " ".join(parts)


def _days(first: date | None, last: date | None) -> str:
    if first == last and first is not None:
        return first.isoformat()
    return f"{first.isoformat() if first else ''}..{last.isoformat() if last else ''}"


def _shift(shift: timedelta) -> str:
    minutes = int(shift.total_seconds() // 60)
    return f"{minutes // 1440:+d}d" if minutes % 1440 == 0 else f"{minutes:+d}min"


def _clock(clock: Clock) -> str:
    about = "~" if clock.about else ""
    if clock.exact is not None:
        return f"@{about}{_time(clock.exact)}"
    if clock.part is not None and (clock.not_before, clock.before) == PARTS[clock.part]:
        return clock.part
    return f"@{_time(clock.not_before)}-{_time(clock.before)}"


def _time(at: time | None) -> str:
    return at.isoformat("minutes") if at is not None else ""
