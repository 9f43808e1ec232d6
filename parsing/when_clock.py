"""Times of day in a row of marks: "3:30 pm", "halv tre", "kwadrans po trzeciej", "ob pol treh".

An hour needs a sign that it is one: a preposition of the clock, "o'clock", am or pm,
minutes, a part of day behind it; or a place where only a time can stand (`bare`).
"""

import re
from dataclasses import replace
from datetime import tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from parsing.when_hours import LAST_BARE_AFTERNOON, Half, Hours, Tick, offset
from parsing.when_marks import Marks
from parsing.when_span import in_length_form

_ROUND = (5, 10, 20, 25)
Read = tuple[Tick, int]


def read_clock(marks: Marks, at: int, *, bare: bool = False) -> tuple[Hours, int] | None:
    """The time that begins at a mark, and the place behind it."""
    first, told, about = at, bare, False
    while marks.has(at, "at", "at_weak", "about") and at - first < 4:
        told = told or marks.has(at, "at", "at_weak")
        about = about or marks.has(at, "about")
        at += 1
        told = told or (about and marks.has(at, "hour_word"))
    if at > first:
        at = marks.skip(at, "the", "fill", most=1)
    read = _tick(marks, at, told=told or marks.has(at, "role_at"))
    if read is None:
        return None
    hours, behind = _behind(marks, *read)
    noon = marks.has(at, "noon") and behind == at + 1
    hours, at = (replace(hours, part="noon") if noon else hours), behind
    if marks.has(at, "about"):
        about, at = True, at + 1
    return replace(hours, about=about), at


def _tick(marks: Marks, at: int, *, told: bool) -> Read | None:
    for reader in (_minutes_and_hour, _half_hour, _named, _digital, _spoken):
        read = reader(marks, at, told)
        if read is not None and read[0].valid:
            return read
    return None


def _behind(marks: Marks, tick: Tick, at: int) -> tuple[Hours, int]:
    """What follows a time: o'clock, am or pm, a zone."""
    clock = marks.get(at - 1, "clock")
    if clock is not None and clock[4]:  # "09:00-05:00", with a date as machines write it
        return Hours(exact=tick, zone=offset(clock[4])), at
    hours = Hours(exact=tick)
    at += marks.has(at, "oclock")
    half = _half_of_day(marks, at, tick)
    if half is not None:
        hours, at = Hours(exact=tick.halved(half) or tick, half=half), at + 1
        at += marks.is_text(at, ".") and not marks[at].spaced
        at += marks.has(at, "oclock")
    bracket = marks.is_text(at, "(")  # "9 am (BST)"
    zone = _zone(marks, at + bracket)
    if zone is None:
        return hours, at
    at += bracket + 1
    return replace(hours, zone=zone), at + (bracket and marks.is_text(at, ")"))


def _half_of_day(marks: Marks, at: int, tick: Tick) -> Half | None:
    halves: tuple[Half, Half] = ("am", "pm")
    for half in halves:
        said = marks.has(at, half)
        letter = _letter(marks, at, f"letter_{half}")
        if said or (letter and (tick.grain != "hour" or _told_by_letter(marks, at))):
            return half if tick.halved(half) is not None else None
    return None


_LETTERS = ("letter_am", "letter_pm")
_LINKS = ("to", "and", "or")
_BEFORE_LETTER = ("weekday", "day", "at", "from", "after", "before", "until", "between")


def _letter(marks: Marks, at: int, *kinds: str) -> bool:
    """A letter written onto an hour for am or pm."""
    return (
        at > 0
        and marks.has(at, *kinds)
        and not marks[at].spaced
        and marks.has(at - 1, "int", "clock")
    )


def _told_by_letter(marks: Marks, at: int) -> bool:
    """Whether "9a" is a time: it was asked for, a range of two is said ("9a to 11a"), or a
    day or a word of the clock stands before it."""
    if not _letter(marks, at, *_LETTERS):
        return False
    ahead = marks.has(at + 1, *_LINKS) or marks.is_text(at + 1, "-")
    behind = marks.has(at - 2, *_LINKS) or marks.is_text(at - 2, "-")
    paired = (ahead and _letter(marks, at + 3, *_LETTERS)) or (
        behind and at > 3 and _letter(marks, at - 3, *_LETTERS)
    )
    return marks.asked or paired or (at > 1 and marks.has(at - 2, *_BEFORE_LETTER))


def _zone(marks: Marks, at: int) -> tzinfo | None:
    """An offset ("CET", "+01:00") or the zone of a place, whose offset depends on the day."""
    written = marks.get(at, "zone")
    if written is None or "zone" in marks[at].weak:
        return None
    return ZoneInfo(str(written)) if "/" in str(written) else offset(str(written))


# the hour itself ---------------------------------------------------------------------


def read_hour(marks: Marks, at: int) -> Read | None:
    """An hour in digits or words, 0..24, with a half or quarter said behind it."""
    values = marks[at].values
    if "quantity" in values or "no_hour" in values:
        return None
    if "number" in values:
        value = Decimal(values["number"])
        if 20 < value < 60 and " " in marks[at].text and marks.words.setting("minutes_in_number"):
            tens = value - value % 10  # the hour first: "devetih in dvajset"
            behind = at + 1 + _minutes_follow(marks, at)
            return Tick(int(value - tens), int(tens), grain="minute"), behind
        minutes = value % 1 * 60
        if not (value == 0 or 1 <= value <= 24) or minutes % 1:
            return None
        if minutes:
            return Tick(int(value), int(minutes), grain="minute"), at + 1
        return _fraction_behind(marks, Tick(int(value)), at + 1)
    if "int" in values:
        hour, digits, zero = values["int"]
        if digits > 2 or hour > 24:
            return None
        return _fraction_behind(marks, Tick(hour, sure=zero or hour > 12 or not hour), at + 1)
    if "hour_word" in values:
        hour = int(values["hour_word"])
        return Tick(hour, sure=hour > 12), at + 1
    return None


def _fraction_behind(marks: Marks, hour: Tick, at: int) -> Read:
    """ "three and a half" for 3:30 where the language says it so."""
    if marks.has(at, "and") and marks.words.setting("and_minutes"):
        behind = at + 1
        minutes = 30 if marks.has(behind, "half") else 15 if marks.has(behind, "quarter") else 0
        if not minutes and marks.has(behind, "number"):
            value = marks.get(behind, "number")
            minutes = int(value * 60) if value < 1 else int(value) if value in _ROUND else 0
            minutes = int(value) if _minutes_follow(marks, behind) and value < 60 else minutes
        if minutes:
            behind += _minutes_follow(marks, behind)
            return replace(hour, minute=minutes, grain="minute"), behind + 1
    return hour, at


def _minutes_follow(marks: Marks, at: int) -> bool:
    return str(marks.get(at + 1, "unit")) == "minute"


def _named(marks: Marks, at: int, _told: bool) -> Read | None:
    if marks.has(at, "noon"):
        return Tick(12, sure=True), at + 1
    if marks.has(at, "midnight"):
        return Tick(0, sure=True), at + 1
    return None


def _digital(marks: Marks, at: int, told: bool) -> Read | None:
    clock = marks.get(at, "clock")
    if clock is not None:
        hour, minute, second, separator, _ = clock
        signed = separator[0] != "." or told or _half_follows(marks, at + 1)
        plausible = _looks_like_clock(clock) or marks.words.setting("dot_clock")
        if not signed and (marks.has(at, "dm") or not plausible):
            return None
        grain = "second" if second else "minute"
        sure = separator.endswith("0") or hour > 12 or not hour
        return Tick(hour, minute, second, sure=sure, grain=grain), at + 1  # type: ignore[arg-type]
    if marks.has(at, "int"):
        value, digits, _ = marks.get(at, "int")
        signed = told or _half_follows(marks, at + 1)
        if digits in (3, 4) and (signed or (digits == 4 and _beside_day(marks, at, value))):
            hour, minute = divmod(value, 100)
            sure = digits == 4 and (hour > 12 or hour < 10)
            return Tick(hour, minute, sure=sure, grain="minute"), at + 1
    return None


def _beside_day(marks: Marks, at: int, value: int) -> bool:
    """Whether four digits are a time by their place: "tuesday 1030", "1030 on tuesday", but
    not "tuesday 1030 people came"; in steps of five minutes, so that few other numbers pass."""
    if value % 5 or value % 100 > 55 or value > 2355:
        return False
    if at and marks.has(at - 1, "weekday", "day"):
        behind = at + 1 < len(marks) and not marks.is_text(at + 1, ",", ".", "?", "!", ";")
        return not behind or marks.has(at + 1, "fill", "book", "or", "zone")
    ahead = marks.skip(at + 1, "on", "the", most=2)
    return at == 0 and marks.has(ahead, "weekday", "day")


def _looks_like_clock(clock: tuple[int, int, int, str, str]) -> bool:
    return clock[1] % 5 == 0


def _half_follows(marks: Marks, at: int) -> bool:
    return marks.has(at, "am", "pm", "oclock") or _told_by_letter(marks, at)


# minutes before and after an hour ------------------------------------------------------


def _half_hour(marks: Marks, at: int, told: bool) -> Read | None:
    """ "half past three", "halv tre": before or past by the word, or by the language."""
    past = marks.has(at, "half_past") and ("half_past" not in marks[at].weak or told)
    before = marks.has(at, "half_before")
    if not past and not before:
        return None
    behind = marks.skip(at + 1, "at", most=1) if past else at + 1
    hour = _base(marks, behind, halves=False)
    if hour is None:
        return None
    tick, end = hour
    if marks.has(end, "unit") and not marks.has(end, "oclock"):
        return None
    if tick.minute:
        return None
    half = tick.back(-30) if past else tick.back(30)
    return replace(half, grain="minute"), end


def _minutes_and_hour(marks: Marks, at: int, told: bool) -> Read | None:
    """ "quarter to three", "za pięć trzecia", "fem over halv tre", "tri četrt na štiri"."""
    if marks.has(at, "to_pre"):
        read = _minutes(marks, at + 1)
        base = _base(marks, read[1], halves=True) if read is not None else None
        if read is None or base is None:
            return None
        if not read[2] and not marks.has(read[1], "hour_word", "half_before", "noon", "midnight"):
            return None
        return base[0].back(read[0]), base[1]
    read = _minutes(marks, at)
    if read is None:
        return None
    minutes, behind, plain = read
    if plain and marks.has(behind, "before_noon"):
        return Tick(12, sure=True).back(minutes), behind + 1
    base = _base(marks, behind + 1, halves=True)
    if base is None:
        return None
    tick, end = base
    if marks.has(behind, "past") or (plain and marks.has(behind, "after")):
        return tick.back(-minutes), end
    if marks.has(behind, "toward") and minutes in (15, 30, 45):
        return tick.back(60 - minutes), end
    if marks.has(behind, "to_hour") or (plain and marks.has(behind, "before")):
        named = marks.has(behind + 1, "noon", "midnight")
        ranges = marks.has(behind, "to") and not plain and not named
        ranges = ranges and not _in_hour_form(marks, behind + 1)
        ranges = ranges and not (_in_words(marks, at, behind) and minutes in _ROUND)
        dated = marks.asked or marks.any("weekday") or marks.any("day")
        ranges = ranges and not (dated and minutes in _ROUND and _backwards(minutes, tick))
        if not ranges or (told and _reads_as_minutes(marks, at, minutes, tick)):
            return tick.back(minutes), end
    return None


def _backwards(first: int, last: Tick) -> bool:
    """Whether hours would end before they begin, so that they are minutes: "twenty to four"."""
    ends = [hour + 12 if hour <= LAST_BARE_AFTERNOON else hour for hour in (first, last.hour)]
    return ends[0] >= ends[1]


def _in_words(marks: Marks, at: int, link: int) -> bool:
    """Whether both numbers are words, where the language ranges with another word."""
    said = marks.has(at, "number") and marks.has(link + 1, "number")
    return said and bool(marks.words.setting("to_hour_words"))


def _in_hour_form(marks: Marks, at: int) -> bool:
    """Whether the hour stands in the case that only minutes before it ask for ("do treh")."""
    form = marks.words.setting("to_hour_form")
    return form is not None and re.search(form, marks[at].text) is not None


def _reads_as_minutes(marks: Marks, at: int, minutes: int, tick: Tick) -> bool:
    """ "at five to three" against "9 to 5", where the word between may also make a range."""
    in_digits = marks.has(at, "int")
    return minutes in _ROUND and tick.hour <= 12 and not (in_digits and minutes == 10)


def _minutes(marks: Marks, at: int) -> tuple[int, int, bool] | None:
    """So many minutes, the place behind, and whether they can be nothing but minutes."""
    at = marks.skip(at, "fill", most=1)
    value = marks.get(at, "number")
    if value is None and marks.has(at, "int"):
        value = marks.get(at, "int")[0]
    if value is not None and 0 < value < 1:
        return (int(value * 60), at + 1, True) if value * 60 % 15 == 0 else None
    if marks.has(at, "quarter"):
        return 15, at + 1, True
    if value is None or not 1 <= value < 60 or value % 1:
        return None
    behind = at + 1
    if marks.get(behind, "unit") == "minute" or marks.get(behind, "unit_short") == "minute":
        return int(value), behind + 1, True
    return int(value), behind, False


def _base(marks: Marks, at: int, *, halves: bool) -> Read | None:
    """The hour that minutes are counted from, with its am or pm."""
    at = marks.skip(at, "the", "at", most=1)
    if halves and marks.has(at, "half_before"):
        return _half_hour(marks, at, True)
    read = _named(marks, at, True) or read_hour(marks, at)
    if read is None:
        return None
    tick, end = read
    end += marks.has(end, "oclock")
    half = _half_of_day(marks, end, tick)
    if half is not None:
        return tick.halved(half) or tick, end + 1
    return tick, end


# an hour in words or a bare number -----------------------------------------------------


def _spoken(marks: Marks, at: int, told: bool) -> Read | None:
    read = read_hour(marks, at)
    if read is None and told and marks.get(at, "ordinal") in range(1, 25):
        read = Tick(marks.get(at, "ordinal")), at + 1
    if read is None:
        return None
    tick, behind = read
    with_minutes = _minutes_behind(marks, tick, behind)
    if with_minutes is not None and (told or _half_follows(marks, with_minutes[1])):
        return with_minutes
    if _belongs_elsewhere(marks, behind):
        return None
    told = told or (marks.has(behind, "about") and not marks[behind].spaced)  # "3ish"
    if told or _half_follows(marks, behind) or _part_follows(marks, behind, tick):
        return tick, behind
    return None


def _minutes_behind(marks: Marks, tick: Tick, at: int) -> Read | None:
    """ "three fifteen", "o trzeciej piętnaście", "twelve oh three"."""
    if tick.minute or marks.has(at - 1, "role_at"):
        return None
    at += _hyphened(marks, at)
    zero = marks.has(at, "oh") or marks.get(at, "number") == 0
    behind = at + zero + (_hyphened(marks, at + 1) if zero else 0)
    value = marks.get(behind, "number")
    if value is None and marks.has(behind, "int"):
        number, digits, leading = marks.get(behind, "int")
        value = number if digits == 2 and (number > 9 or leading) else None
    if value is None or value % 1 or not (1 <= value < 10 if zero else 10 <= value < 60):
        return None
    if _belongs_elsewhere(marks, behind + 1):
        return None
    return replace(tick, minute=int(value), grain="minute"), behind + 1


def _hyphened(marks: Marks, at: int) -> bool:
    """A hyphen inside "ten-thirty"."""
    words = marks.has(at - 1, "number", "oh") and marks.has(at + 1, "number", "oh")
    return words and marks.is_text(at, "-") and not marks[at].spaced


def _belongs_elsewhere(marks: Marks, at: int) -> bool:
    """Whether the number before counts or dates what follows ("3 days", "3 March")."""
    if marks.has(at, "oclock", "am", "pm"):
        return False
    if marks.has(at, "unit") and marks.has(at - 2, "at") and in_length_form(marks, at + 1):
        return False  # "klo 15 tunniksi": at three, for an hour
    behind = marks.skip(at, "of", "the", most=2)
    return marks.has(behind, "month") or marks.has(at, "unit", "count_unit")


def _part_follows(marks: Marks, at: int, tick: Tick) -> bool:
    behind = marks.skip(at, "on", "the", "fill", "of", most=3)
    return tick.hour <= 24 and (marks.has(behind, "part") and "part" not in marks[behind].weak)
