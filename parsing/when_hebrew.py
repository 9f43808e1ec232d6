"""Days of the Hebrew calendar, for the holidays that Israeli visitors plan around.

Source: Reingold and Dershowitz, Calendrical Calculations, chapter 8 (the arithmetic
calendar). Months count from Tishri (1); month 6 is Adar, Adar II in a leap year.
"""

from datetime import date, timedelta

_EPOCH = date(1, 1, 1).toordinal() - 1_373_428  # 1 Tishri of year 1, proleptic


def hebrew_day(gregorian_year: int, month: int, day: int) -> date:
    """The day of that Hebrew month that falls within a Gregorian year (1600 to 2400)."""
    year = gregorian_year + (3761 if month <= 4 else 3760)
    days = _new_year(year) + sum(_length(year, before) for before in range(1, month))
    if month > 6 and _leap(year):
        days += 30  # Adar I
    if month == 6 and _leap(year):
        days += 30
    return date.fromordinal(days) + timedelta(days=day - 1)


def _leap(year: int) -> bool:
    return (7 * year + 1) % 19 < 7


def _elapsed(year: int) -> int:
    """Days from the epoch to the mean new moon of Tishri, postponed by the weekday rules."""
    months = (235 * year - 234) // 19
    parts = 12_084 + 13_753 * months
    day = 29 * months + parts // 25_920
    return day + 1 if 3 * (day + 1) % 7 < 3 else day


def _new_year(year: int) -> int:
    before, this, after = (_elapsed(year + step) for step in (-1, 0, 1))
    correction = 2 if after - this == 356 else 1 if this - before == 382 else 0
    return _EPOCH + this + correction


def _length(year: int, month: int) -> int:
    """Days of a month counted from Tishri; of Adar II in a leap year."""
    length = _new_year(year + 1) - _new_year(year)
    if month == 2:
        return 30 if length % 10 == 5 else 29
    if month == 3:
        return 29 if length % 10 == 3 else 30
    return (30, 29, 30, 29, 30, 29, 30, 29, 30, 29, 30, 29)[month - 1]
