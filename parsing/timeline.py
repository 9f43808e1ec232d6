"""When a project should be done, in six languages: "within 3 months", "in Q3", "jesienią",
"by the end of the year", "no rush"."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Literal

from parsing.fold import fold
from parsing.values import Parsed, Timeline
from parsing.when_bounds import read_phrase
from parsing.when_confidence import confidence, evident
from parsing.when_marks import Marks, marks
from parsing.when_periods import OutOfCalendar, Period, add_days, add_months
from parsing.when_phrase import Phrase
from parsing.when_pieces import CONTENT
from parsing.when_resolve import Outlook, resolve
from parsing.when_span import Length, read_span
from parsing.when_units import unit_at
from parsing.when_words import words, written_in

_LONGEST = 10_000  # characters; what lies behind is not read
_MONTHS = {"month": Decimal(1), "quarter": Decimal(3), "year": Decimal(12)}
_DAYS = {"day": 1, "week": 7}
_MOST_MONTHS = 60
_MOST_TRIES = 24  # places where one may begin; more is no answer
_MENTIONED = 0.7
_AHEAD = ("coming", "upcoming", "next")
_FEW_MONTHS = 3

Season = Literal["spring", "summer", "autumn", "winter"]
Found = tuple[Timeline, int, int, float]  # the value, marks [start, end), confidence


def parse(text: str, *, language: str, now: datetime) -> Parsed[Timeline] | None:
    """The time by which somebody wants to be done, None where none is said.

    A length counts from now, of a range ("3-6 months") the longer one; days and weeks, and
    parts of months, become the date they end on. A month or quarter that is a year off
    becomes its last day. `now` is aware, in the visitor's zone. Raises UnknownLanguage.
    """
    folded = fold(text[:_LONGEST])
    row = marks(folded, words(written_in(folded.text, language)))
    look = Outlook(now, week_start=int(row.words.setting("week_start") or 0))
    best: Found | None = None
    for found in _readings(row, look):
        if _is_rate(row, found):
            continue
        if best is None or found[3] > best[3]:
            best = found
    if best is None:
        return None
    timeline, first, end, sure = best
    start, stop = folded.raw_span(row[first].start, row[end - 1].end)
    return Parsed(timeline, start, stop, sure)


def _readings(row: Marks, look: Outlook) -> Iterator[Found]:
    at = tried = 0
    while at < len(row) and tried < _MOST_TRIES:
        if not row[at].known:
            at += 1
            continue
        tried += 1
        found = (
            _no_hurry(row, at)
            or _running(row, at, look)
            or _coming(row, at)
            or _length(row, at, look)
        )
        end = found[2] if found is not None else at + 1
        if found is None:
            found, end = _phrase(row, at, look)
        if found is not None:
            yield found
        at = max(end, at + 1)


def _is_rate(row: Marks, found: Found) -> bool:
    """ "200 i måneden", "200 na miesiąc": so many a month."""
    _, first, end, _ = found
    said = range(first, end)
    counted = first > 0 and (row.has(first - 1, "number") or row[first - 1].text[0].isdigit())
    led = row.has(first, "in", "on", "of", "within", "for_length")
    unit = any(row.has(at, "unit") for at in said)
    return counted and led and unit and not any(row.has(at, "number", "int") for at in said)


def _no_hurry(row: Marks, at: int) -> Found | None:
    if not row.has(at, "no_hurry"):
        return None
    return Timeline(none=True), at, at + 1, 1.0


def _running(row: Marks, at: int, look: Outlook) -> Found | None:
    """ "within the year", "i løpet av året": until the running one ends."""
    if not row.has(at, "within", "in", "by", "on"):
        return None
    start = row.skip(at + 1, "on", "fill", most=2)
    definite = row.has(start, "the") and not row.has(start, "unit")
    start = start + 1 if definite else start
    unit = row.get(start, "unit")
    said = definite or row.is_text(start, *(row.words.setting("definite") or ()))
    if not said or unit not in ("week", "month", "quarter", "year"):
        return None
    timeline = Timeline(by=unit_at(unit, 0, look).last)
    return timeline, at, start + 1, _sure(row, at, start + 1)


def _coming(row: Marks, at: int) -> Found | None:
    """ "in the coming year", "בשנה הקרובה": twelve months from now, not a calendar year;
    "in the coming months": a few."""
    start = row.skip(at, "within", "in", "on", "the", "fill", most=3)
    before = row.has(start, *_AHEAD)
    place = start + 1 if before else start
    unit = row.get(place, "unit")
    several = row.is_text(place, *(row.words.setting("several_months") or ()))
    which = _AHEAD if several else ("coming",)
    behind = row.has(place + 1, *which)
    led = several and any(row.has(each, "within") for each in range(at, start))
    if unit not in _MONTHS or not (row.has(start, *which) or behind or led):
        return None
    end = place + 2 if behind else place + 1
    months = _FEW_MONTHS if several else int(_MONTHS[unit])
    return Timeline(by_months=months), at, end, _sure(row, at, end)


def _length(row: Marks, at: int, look: Outlook) -> Found | None:
    """ "three months", "within half a year", "in 6 weeks"."""
    if not row[at].known:
        return None
    start = row.skip(at, "within", "in", "on", "about", "fill", "by", "until", most=3)
    announced = any(row.has(place, "within", "in", "by") for place in range(at, start))
    ahead = row.skip(start, "the", *_AHEAD, most=2)  # "within the next 2 months"
    if any(row.has(place, *_AHEAD) for place in range(start, ahead)):
        span = read_span(row, ahead)
    else:
        announced = announced or row.has(start + 1, "within_post")
        span = read_span(row, start, bare=announced)
    if span is None:
        return None
    length, end = span
    timeline = _after(length, look)
    if timeline is None or row.has(end, "ago"):
        return None
    end = row.skip(end, "in_post", "within_post", most=1)
    return timeline, at, end, _sure(row, at, end)


def _after(length: Length, look: Outlook) -> Timeline | None:
    if all(unit in _MONTHS for _, unit in length.terms):
        months = sum((count * _MONTHS[unit] for count, unit in length.terms), Decimal(0))
        whole = int(months.to_integral_value(ROUND_CEILING))
        return Timeline(by_months=whole) if 1 <= whole <= _MOST_MONTHS else None
    if all(unit in _DAYS for _, unit in length.terms):
        days = sum(int(count * _DAYS[unit]) for count, unit in length.terms)
        return Timeline(by=add_days(look.today, days)) if 1 <= days <= 3650 else None
    return None


def _phrase(row: Marks, at: int, look: Outlook) -> tuple[Found | None, int]:
    """The reading of the date said there, and the place behind the words looked at."""
    if not row.near(at, CONTENT):
        return None, at + 1
    try:
        phrase = read_phrase(row, at, look)
        if phrase is None:
            return None, at + 1
        timeline = _of(row, phrase, look)
    except OutOfCalendar:
        return None, at + 1
    if timeline is None or not evident(row, phrase, (phrase,)):
        return None, phrase.end
    return (timeline, phrase.start, phrase.end, confidence(row, (phrase,))), phrase.end


def _is_all(row: Marks, phrase: Phrase) -> bool:
    """Whether nothing but small words stands around a phrase."""
    outside = (*range(phrase.start), *range(phrase.end, len(row)))
    small = ("fill", "book", "on", "the")
    return all(row.has(at, *small) or not row[at].text.isalnum() for at in outside)


def _of(row: Marks, phrase: Phrase, look: Outlook) -> Timeline | None:
    if phrase.soonest:
        return Timeline(asap=True)
    days = phrase.until or phrase.days
    if days is None or days.weekdays is not None:
        return None
    season = _season(row, phrase)
    period = resolve(days, look).period
    if season is not None:
        return Timeline(season=season)
    if period is not None and period.first == period.last == add_days(look.today, -1):
        return Timeline(asap=True) if _is_all(row, phrase) else None  # "yesterday ideally"
    if period is not None and period.grain == "quarter" and period.last < look.today:
        return Timeline(quarter=4)  # "in the last quarter": plans lie ahead
    if period is None or period.last < look.today:
        return None
    if days.month is not None and days.day is None and days.weekday is None:
        return _within_a_year(Timeline(month=days.month), period, look)
    one_month = period.first.day == 1 and period.first.month == period.last.month
    if period.grain == "month" and one_month and days.instant is None:
        return _within_a_year(Timeline(month=period.first.month), period, look)
    if period.grain == "quarter":
        quarter = Timeline(quarter=(period.first.month - 1) // 3 + 1)
        return _within_a_year(quarter, period, look)
    holiday = any(row.has(at, "holiday") for at in range(phrase.start, phrase.end))
    if phrase.side == "before" and (days.narrow or holiday):
        return Timeline(by=add_days(period.first, -1))
    return Timeline(by=period.last)


def _season(row: Marks, phrase: Phrase) -> Season | None:
    for at in range(phrase.start, phrase.end):
        if row.has(at, "season"):
            season: Season = row.get(at, "season")
            return season
    return None


def _within_a_year(timeline: Timeline, period: Period, look: Outlook) -> Timeline:
    """The name of a month or quarter says which one only for the coming twelve months."""
    limit: date = add_months(look.today, 12)
    return timeline if period.first < limit else Timeline(by=period.last)


def _sure(row: Marks, first: int, end: int) -> float:
    strangers = [
        at
        for at in range(len(row))
        if not first <= at < end and row[at].text[:1].isalpha() and not row[at].known
    ]
    announced = row.has(first, "within", "in", "by", "until")
    return 1.0 if not strangers else 0.95 if announced else _MENTIONED
