"""What a run of digits in a folded text can be: a date, a clock time, an ordinal, a count.

Every reading is kept; the grammar chooses by what stands around it. Anchored patterns of
fixed length only, so that reading is linear.
"""

import re
from collections.abc import Mapping
from typing import Any

_YMD = ("ymd", re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})"))
_DMY = ("dmy", re.compile(r"(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?(\d{4}|'?\d{2})"))
_DMY_SPACED = ("dmy", re.compile(r"(\d{1,2})( )(\d{1,2}) (\d{4})"))
_YM = ("ym", re.compile(r"(\d{4})[-/](\d{1,2})"))
_MY = ("my", re.compile(r"(\d{1,2})[./-](\d{4})"))
_COLON = ("clock", re.compile(r"(\d{1,2})(:)(\d{2})(?::(\d{2}))?"))
_DOT = ("clock", re.compile(r"(\d{1,2})(\.)(\d{2})(?:\.(\d{2}))?"))
_LETTER = ("clock", re.compile(r"(\d{1,2}) ?([ht]) ?(\d{2})(?![\w.:])"))
_DM = ("dm", re.compile(r"(\d{1,2})( ?/ ?| ?- ?|\. ?)(\d{1,2})(\.?)"))
_DECIMAL = ("decimal", re.compile(r"(\d+)[.,](\d+)"))
_INT = ("int", re.compile(r"(\d+)"))
_BEHIND: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {  # by what follows the digits
    "-": (_YMD, _DMY, _YM, _MY, _DM, _INT),
    "/": (_YMD, _DMY, _YM, _MY, _DM, _INT),
    ".": (_YMD, _DMY, _MY, _DOT, _DM, _DECIMAL, _INT),
    ",": (_DECIMAL, _INT),
    ":": (_COLON, _INT),
    "h": (_LETTER, _INT),
    "t": (_LETTER, _INT),
    " ": (_DMY, _DMY_SPACED, _DM, _LETTER, _INT),
}
_OFFSET = re.compile(r"(z|[+-]\d{2}:?\d{2})(?![\w:])")
_JOINED_BEFORE = re.compile(r"\d[.,/:]$|[€$£₪#+]$|\d-$")
_JOINED_AFTER = re.compile(r"[/:]?\d|[.,]\d| ?[€$£₪%]")
_LONG_GROUP_AFTER = re.compile(r"[-.]\d{3}")


def read_literals(text: str, at: int) -> tuple[int, Mapping[str, Any]]:
    """The end of the longest reading that begins at a digit, and its readings by kind.

    Kinds: ymd (y, m, d) · dmy (a, b, y, order known) · ym (y, m) · dm (a, b, separator)
    · clock (h, m, s, separator, offset) · decimal · int (value, digits, leading zero).
    """
    if _touches_before(text, at):
        return _digits_end(text, at), {}
    found: list[tuple[int, str, Any]] = []
    behind = _digits_end(text, at)
    for kind, pattern in _BEHIND.get(text[behind : behind + 1], (_INT,)):
        match = pattern.match(text, at)
        if match is None:
            continue
        value = _READ[kind](match)
        end = match.end()
        if value is not None and not _touches_after(text, end, kind):
            if kind == "clock" and (offset := _offset(text, at, match)):
                value, end = (*value[:4], offset[1]), offset.end()
            found.append((end, kind, value))
    if not found:
        return behind, {}
    longest = max(end for end, _, _ in found)
    values: dict[str, Any] = {}
    for end, kind, value in found:
        if end == longest or (end == longest - 1 and text[end] == "."):
            values.setdefault(kind, value)
    return longest, values


def _offset(text: str, at: int, match: re.Match[str]) -> re.Match[str] | None:
    """A zone behind a time; "9:00-11:00" is a range, only a machine's time has "-11:00"."""
    offset = _OFFSET.match(text, match.end())
    if offset is None or not offset[1].startswith("-"):
        return offset
    return offset if match[4] is not None or text[max(0, at - 1) : at] == "t" else None


def _digits_end(text: str, at: int) -> int:
    while at < len(text) and text[at].isdigit():
        at += 1
    return at


def _touches_before(text: str, at: int) -> bool:
    match = _JOINED_BEFORE.search(text[max(0, at - 2) : at])
    return match is not None and not match[0].endswith("-")


def _touches_after(text: str, end: int, kind: str) -> bool:
    if kind == "int" and _LONG_GROUP_AFTER.match(text, end):
        return True
    if kind in ("ym", "my") and text[end : end + 1] == "-" and text[end + 1 : end + 2].isdigit():
        return True
    if kind in ("dm", "decimal") and re.match(r"[-/]\d", text[end : end + 2]):
        return kind == "decimal" or text[end] == "/"
    return _JOINED_AFTER.match(text, end) is not None


def _ymd(match: re.Match[str]) -> tuple[int, int, int] | None:
    year, month, day = int(match[1]), int(match[3]), int(match[4])
    return (year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _dmy(match: re.Match[str]) -> tuple[int, int, int, str] | None:
    first, second, written = int(match[1]), int(match[3]), match[4].lstrip("'")
    year = int(written)
    if len(written) == 2:
        year += 2000 if year < 70 else 1900
    if not _day_and_month(first, second):
        return None
    return first, second, year, match[2]


def _day_and_month(first: int, second: int) -> bool:
    low, high = sorted((first, second))
    return 1 <= low <= 12 and 1 <= high <= 31


def _ym(match: re.Match[str]) -> tuple[int, int] | None:
    year, month = int(match[1]), int(match[2])
    return (year, month) if 1900 <= year <= 2199 and 1 <= month <= 12 else None


def _my(match: re.Match[str]) -> tuple[int, int] | None:
    month, year = int(match[1]), int(match[2])
    return (year, month) if 1900 <= year <= 2199 and 1 <= month <= 12 else None


def _dm(match: re.Match[str]) -> tuple[int, int, str] | None:
    first, second = int(match[1]), int(match[3])
    if not _day_and_month(first, second) or match[0] == "24/7":
        return None
    separator = match[2].strip()
    if separator == "." and second > 12:
        return None
    if separator == "-" and not _reads_as_date(match[2], first, second, match[3]):
        return None
    if separator != "." and match[4]:
        return first, second, separator
    return first, second, separator + match[4]


def _reads_as_date(dash: str, first: int, second: int, written: str) -> bool:
    """ "10-12" is a range; "15-02", "27-11" and "2-15" can only be a day and a month."""
    if second <= 12 and (written.startswith("0") or first > second):
        return written.startswith("0") or first > 12
    return second > 24 or (first <= 12 < second and second - first > 11)


def _clock(match: re.Match[str]) -> tuple[int, int, int, str, str] | None:
    hour, minute = int(match[1]), int(match[3])
    second = int(match[4]) if match.re.groups > 3 and match[4] else 0
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute):
        return None
    separator = match[2]
    if separator == "t" and match[0][len(match[1])] == " ":
        return None
    zero = "0" if match[1].startswith("0") else ""
    return hour, minute, second, separator + zero, ""


def _decimal(match: re.Match[str]) -> str:
    return f"{match[1]}.{match[2]}"


def _int(match: re.Match[str]) -> tuple[int, int, bool] | None:
    written = match[1]
    if len(written) > 4:
        return None
    return int(written), len(written), written.startswith("0")


_READ = {
    "ymd": _ymd,
    "dmy": _dmy,
    "ym": _ym,
    "my": _my,
    "dm": _dm,
    "clock": _clock,
    "decimal": _decimal,
    "int": _int,
}
