"""Dates, times, amounts and lists spelled out as the visitor's language does.

Pure over babel's CLDR data. Instants are aware; `zone` is the visitor's.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_month_names,
    get_quarter_names,
    get_timezone_location,
)
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

DAYS_PER_MONTH = 30.5
MOST_GROUPED = 10**18  # larger ones are beyond the decimals that babel rounds to
ISOLATE, POP = "\u2066", "\u2069"


@lru_cache(maxsize=256)
def locale_of(language: str, visitor: str | None = None) -> Locale:
    """The babel locale: the visitor's own ("en-GB") where it is of that language."""
    fallback = "en_GB" if language == "en" else language
    own = visitor if _same_language(visitor, language) and visitor != "en" else None
    for name in (own, fallback):
        if name:
            try:
                return Locale.parse(name.replace("-", "_").split(".")[0])
            except (UnknownLocaleError, ValueError, TypeError):
                continue
    return Locale.parse("en_GB")


def _same_language(visitor: str | None, language: str) -> bool:
    return bool(visitor) and str(visitor).replace("_", "-").split("-")[0].lower() == language


def say_day(day: date, *, locale: Locale) -> str:
    """Weekday, day, month and year in full: "Sunday, 5 April 2026"."""
    return format_date(day, "full", locale=locale)


def say_clock(moment: datetime, *, locale: Locale) -> str:
    """The time of day: "15:00", "3:00 PM", "15.00"."""
    text = format_time(moment.time(), "short", locale=locale)
    return text.replace("\u202f", "\u00a0")


def say_moment(moment: datetime, *, locale: Locale) -> str:
    """Weekday, full date and time: "Tuesday, 17 March 2026, 15:00"."""
    return f"{say_day(moment.date(), locale=locale)}, {say_clock(moment, locale=locale)}"


def say_meeting(start: datetime, end: datetime, *, zone: tzinfo, locale: Locale) -> str:
    """A meeting from its start to its end in the visitor's zone, which is named."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    times = f"{say_clock(first, locale=locale)}–{say_clock(last, locale=locale)}"
    times = isolated(times, locale=locale)
    day = say_day(first.date(), locale=locale)
    return f"{day}, {times} ({say_zone(first, locale=locale)})"


def say_opening(start: datetime, *, zone: tzinfo, locale: Locale, now: datetime) -> str:
    """The title of an opening's button: weekday, day, month (year if another) and time."""
    local = start.astimezone(zone)
    day = (
        _day_without_year(local.date(), locale)
        if local.year == now.astimezone(zone).year
        else say_day(local.date(), locale=locale)
    )
    return f"{day}, {isolated(say_clock(local, locale=locale), locale=locale)}"


def _day_without_year(day: date, locale: Locale) -> str:
    """CLDR's wide weekday with day and month, from the full format without its year."""
    pattern = str(locale.date_formats["full"].pattern)
    for year in (" 'de' y", ", y", " y. 'r'", " y", "y"):
        if year in pattern:
            return format_date(day, pattern.replace(year, "").strip(" ,"), locale=locale)
    return format_skeleton("MMMMEEEEd", day, locale=locale)


def say_zone(moment: datetime, *, locale: Locale) -> str:
    """A zone by its city and distance from UTC at that moment: "Helsinki, UTC+2"."""
    distance = say_distance(moment, locale=locale)
    city = _city(str(getattr(moment.tzinfo, "key", "") or ""), locale)
    return f"{city}, {distance}" if city else distance


def say_distance(moment: datetime, *, locale: Locale) -> str:
    """How far a clock is from UTC: "UTC+2", "UTC-3:30", "UTC"."""
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    sign, (hours, rest) = "+" if minutes >= 0 else "-", divmod(abs(minutes), 60)
    distance = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"
    return isolated(distance, locale=locale)


@lru_cache(maxsize=512)
def _city(key: str, locale: Locale) -> str:
    if "/" not in key or key.startswith("Etc/"):
        return ""
    try:
        return get_timezone_location(key, locale=locale, return_city=True)
    except (LookupError, ValueError):
        return key.rpartition("/")[2].replace("_", " ")


def isolated(text: str, *, locale: Locale) -> str:
    """Left-to-right material kept in one piece inside right-to-left text."""
    return f"{ISOLATE}{text}{POP}" if locale.character_order == "right-to-left" else text


def say_range(low: Any, high: Any, *, locale: Locale, currency: str | None = None) -> str:
    """Numbers or amounts: "25", "10–15", "50+", "≤ 5,000"."""

    def one(amount: Any) -> str:
        if currency and abs(amount) < MOST_GROUPED:
            return _amount(amount, currency, locale)
        if abs(amount) >= MOST_GROUPED:
            return f"{amount:.0f}"
        return format_decimal(amount, locale=locale)

    if low is not None and high is not None:
        said = one(low) if low == high else f"{_low_end(one(low), low, locale)}–{one(high)}"
    elif low is not None:
        said = f"{one(low)}+"
    else:
        said = f"≤ {one(high)}"
    return isolated(said, locale=locale)


def _low_end(said: str, amount: Any, locale: Locale) -> str:
    """The currency is named once, after the range; a leading symbol stands at both ends."""
    return format_decimal(amount, locale=locale) if said[:1].isdigit() else said


def _amount(amount: Any, currency: str, locale: Locale) -> str:
    whole = float(amount).is_integer()
    text = format_currency(
        amount, currency, locale=locale, currency_digits=not whole, format=_pattern(whole, locale)
    )
    return text.strip("\u200e\u200f")


def _pattern(whole: bool, locale: Locale) -> str | None:
    pattern = str(locale.currency_formats["standard"].pattern)
    return pattern.replace(".00", "") if whole else None


def say_months(months: int, *, locale: Locale) -> str:
    """A length in months: "3 months", "3 kuukautta"."""
    length = timedelta(days=round(months * DAYS_PER_MONTH))
    return format_timedelta(length, granularity="month", threshold=20, locale=locale)


def say_month(month: int, *, locale: Locale) -> str:
    """The month's name, standing alone.

    Norwegian's is read from the names used in dates: in babel 2.18 stand-alone names that
    CLDR inherits turn into Hebrew ones once Hebrew was used. So do quarters.
    """
    if locale.language == "nb":
        return str(get_month_names("wide", context="format", locale=locale)[month])
    return str(get_month_names("wide", context="stand-alone", locale=locale)[month])


def say_quarter(quarter: int, *, locale: Locale) -> str:
    """The quarter's name: "3rd quarter"."""
    return str(get_quarter_names("wide", context="format", locale=locale)[quarter])


def say_list(items: Iterable[str], *, locale: Locale, either: bool = False) -> str:
    """Items joined as the language does, with "and", or with "or" when `either`."""
    return format_list(list(items), style="or" if either else "standard", locale=locale)
